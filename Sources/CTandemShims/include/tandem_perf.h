// What looking at threads and processes needs from C.
#ifndef TANDEM_PERF_H
#define TANDEM_PERF_H

#include <stddef.h>
#include <stdint.h>
// The numbers of system calls, for tandem_system_call.
#include <sys/syscall.h>
#include <sys/types.h>

// syscall(2) for calls that glibc wraps only under _GNU_SOURCE or not at all (sched_getaffinity,
// process_vm_readv, pidfd_open, memfd_create, close_range). C because syscall is variadic, which
// Swift can't call. Returns -1 and sets errno, as syscall does.
long tandem_system_call(long number, long a, long b, long c, long d, long e, long f);

// What an event records, and of whom (perf_event_open(2)).
enum {
  // Also of threads and children that are made later.
  TANDEM_PERF_INHERITED = 1,
  // Also forks, ends and names.
  TANDEM_PERF_LIVES = 2,
  // Not before the thread's next successful exec.
  TANDEM_PERF_FROM_EXEC = 4,
  // Nothing at all: what an event costs where it is of another CPU.
  TANDEM_PERF_SILENT = 8,
};

// Opens a software event that counts nothing but records each context switch of a thread, for the
// user's side only, so that perf_event_paranoid 2 allows it (perf_event_open(2)). `pid` 0 is the
// calling thread, `cpu` -1 any CPU. The event's ring wakes its reader each time that so many bytes
// have been written; 0 leaves that to the kernel. Close-on-exec. C because glibc has no wrapper and
// the attributes are bit fields inside an anonymous union.
int tandem_perf_open(pid_t pid, int cpu, unsigned how, uint32_t watermark_bytes);

// Has an event write to the ring of another of the same CPU (PERF_EVENT_IOC_SET_OUTPUT). C because
// ioctl(2) is variadic.
int tandem_perf_share_ring(int event, int owner);

// What an event counts (perf_event_open(2)): the first two by the CPU, the others by the kernel.
enum {
  TANDEM_PERF_INSTRUCTIONS = 0,
  TANDEM_PERF_CYCLES = 1,
  TANDEM_PERF_TASK_CLOCK = 2,
  TANDEM_PERF_PAGE_FAULTS = 3,
};

// Opens an event that counts what a thread and all that it starts do on the user's side, from the
// thread's next successful exec on, or at once where `from_exec` is 0. read(2) gives the count, the
// time in which it was enabled and the time in which it really counted, in nanoseconds, 8 bytes each.
// `pid` 0 is the calling thread. Close-on-exec. C because glibc has no wrapper and the attributes are
// bit fields inside an anonymous union.
int tandem_perf_count(pid_t pid, int what, int from_exec);

// The positions on a ring's first page (struct perf_event_mmap_page), which count bytes for ever. C
// because the page is declared with bit fields and unions, and because the positions are loaded and
// stored in an order that the kernel keeps too.

// Where the kernel has written up to; pairs with its store behind the records.
uint64_t tandem_perf_ring_head(const void *page);
// Says up to where the records have been read; pairs with the kernel's look for free room.
void tandem_perf_ring_free(void *page, uint64_t tail);

// Forks a child that does nothing until the other end of `ends[1]` is closed everywhere, or its
// parent's thread ends. `ends` is a pipe; both ends stay the caller's. C because Swift
// can't call fork, rightly: after it only async-signal-safe calls are allowed, and all that the
// child calls here are.
pid_t tandem_fork_idle_child(const int ends[2]);

// The addresses of the calling thread's stack: lowest address and size in bytes
// (pthread_getattr_np(3)). Returns an error number, 0 when it went well. C because glibc declares
// pthread_getattr_np only under _GNU_SOURCE.
int tandem_thread_stack(void **lowest, size_t *bytes);

// mincore(2): which pages from `start` on, which is aligned to a page, are resident, a byte each.
// C because glibc declares it only under _DEFAULT_SOURCE or _GNU_SOURCE.
int tandem_mincore(void *start, size_t bytes, unsigned char *pages);

#endif
