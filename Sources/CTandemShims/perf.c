#define _GNU_SOURCE
#include "tandem_perf.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// In linux/perf_event.h from 6.0 on.
#define TANDEM_PERF_FORMAT_LOST (1u << 4)

long tandem_system_call(long number, long a, long b, long c, long d, long e, long f) {
  return syscall(number, a, b, c, d, e, f);
}

int tandem_perf_open(pid_t pid, int cpu, unsigned how, uint32_t watermark_bytes) {
  struct perf_event_attr attr;
  memset(&attr, 0, sizeof attr);
  attr.size = sizeof attr;
  attr.type = PERF_TYPE_SOFTWARE;
  attr.config = PERF_COUNT_SW_DUMMY;
  attr.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CPU;
  attr.sample_id_all = 1;
  attr.exclude_kernel = 1;
  attr.exclude_hv = 1;
  attr.inherit = (how & TANDEM_PERF_INHERITED) != 0;
  if ((how & TANDEM_PERF_SILENT) == 0) attr.context_switch = 1;
  if (how & TANDEM_PERF_LIVES) {
    attr.task = 1;
    attr.comm = 1;
    attr.comm_exec = 1;
  }
  if (how & TANDEM_PERF_FROM_EXEC) {
    attr.disabled = 1;
    attr.enable_on_exec = 1;
  }
  if (watermark_bytes != 0) {
    attr.watermark = 1;
    attr.wakeup_watermark = watermark_bytes;
  }
  // The clock that workers stamp their times with.
  attr.use_clockid = 1;
  attr.clockid = CLOCK_MONOTONIC;
  // How many records found no room; kernels before 6.0 refuse to say.
  attr.read_format = TANDEM_PERF_FORMAT_LOST;
  int fd = (int)syscall(SYS_perf_event_open, &attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);
  if (fd >= 0 || errno != EINVAL) return fd;
  attr.read_format = 0;
  return (int)syscall(SYS_perf_event_open, &attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);
}

int tandem_perf_count(pid_t pid, int what, int from_exec) {
  struct perf_event_attr attr;
  memset(&attr, 0, sizeof attr);
  attr.size = sizeof attr;
  switch (what) {
    case TANDEM_PERF_INSTRUCTIONS:
      attr.type = PERF_TYPE_HARDWARE;
      attr.config = PERF_COUNT_HW_INSTRUCTIONS;
      break;
    case TANDEM_PERF_CYCLES:
      attr.type = PERF_TYPE_HARDWARE;
      attr.config = PERF_COUNT_HW_CPU_CYCLES;
      break;
    case TANDEM_PERF_TASK_CLOCK:
      attr.type = PERF_TYPE_SOFTWARE;
      attr.config = PERF_COUNT_SW_TASK_CLOCK;
      break;
    default:
      attr.type = PERF_TYPE_SOFTWARE;
      attr.config = PERF_COUNT_SW_PAGE_FAULTS;
      break;
  }
  attr.exclude_kernel = 1;
  attr.exclude_hv = 1;
  attr.inherit = 1;
  attr.disabled = from_exec != 0;
  attr.enable_on_exec = from_exec != 0;
  attr.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
  return (int)syscall(SYS_perf_event_open, &attr, pid, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

int tandem_perf_share_ring(int event, int owner) {
  return ioctl(event, PERF_EVENT_IOC_SET_OUTPUT, owner);
}

uint64_t tandem_perf_ring_head(const void *page) {
  const struct perf_event_mmap_page *ring = page;
  return __atomic_load_n(&ring->data_head, __ATOMIC_ACQUIRE);
}

void tandem_perf_ring_free(void *page, uint64_t tail) {
  struct perf_event_mmap_page *ring = page;
  __atomic_store_n(&ring->data_tail, tail, __ATOMIC_RELEASE);
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
