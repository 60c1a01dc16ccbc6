#define _GNU_SOURCE
#include "tandem_perf.h"

#include <linux/perf_event.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

long tandem_system_call(long number, long a, long b, long c, long d, long e, long f) {
  return syscall(number, a, b, c, d, e, f);
}

int tandem_perf_open_switches(pid_t pid, int cpu, int inherit) {
  struct perf_event_attr attr;
  memset(&attr, 0, sizeof attr);
  attr.size = sizeof attr;
  attr.type = PERF_TYPE_SOFTWARE;
  attr.config = PERF_COUNT_SW_DUMMY;
  attr.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CPU;
  attr.sample_id_all = 1;
  attr.context_switch = 1;
  attr.exclude_kernel = 1;
  attr.exclude_hv = 1;
  attr.inherit = inherit != 0;
  // The clock that workers stamp their times with.
  attr.use_clockid = 1;
  attr.clockid = CLOCK_MONOTONIC;
  return (int)syscall(SYS_perf_event_open, &attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);
}

pid_t tandem_fork_idle_child(const int ends[2]) {
  pid_t parent = getpid();
  pid_t child = fork();
  if (child != 0) return child;
  // A parent that ended before this line is noticed by the next: the child then has another one.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);
  // Only the pipe is kept: a copy of somebody else's pipe would keep its reader from the end of file.
  close(ends[1]);
  dup2(ends[0], 0);
  syscall(SYS_close_range, 1, ~0U, 0);
  char byte;
  while (read(0, &byte, 1) > 0) {
  }
  _exit(0);
}

int tandem_thread_stack(void **lowest, size_t *bytes) {
  pthread_attr_t attr;
  int error = pthread_getattr_np(pthread_self(), &attr);
  if (error != 0) return error;
  error = pthread_attr_getstack(&attr, lowest, bytes);
  pthread_attr_destroy(&attr);
  return error;
}

int tandem_mincore(void *start, size_t bytes, unsigned char *pages) {
  return mincore(start, bytes, pages);
}
