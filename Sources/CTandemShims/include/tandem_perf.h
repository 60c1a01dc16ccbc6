// What looking at threads and processes needs from C.
#ifndef TANDEM_PERF_H
#define TANDEM_PERF_H

#include <stddef.h>
// The numbers of system calls, for tandem_system_call.
#include <sys/syscall.h>
#include <sys/types.h>

// syscall(2) for calls that glibc wraps only under _GNU_SOURCE or not at all (sched_getaffinity,
// process_vm_readv, pidfd_open, memfd_create, close_range). C because syscall is variadic, which
// Swift can't call. Returns -1 and sets errno, as syscall does.
long tandem_system_call(long number, long a, long b, long c, long d, long e, long f);

// Opens a software event that counts nothing but records each context switch of a thread, for the
// user's side only, so that perf_event_paranoid 2 allows it (perf_event_open(2)). `pid` 0 is the
// calling thread, `cpu` -1 any CPU; `inherit` follows threads and children made later. C because
// glibc has no wrapper and the attributes are bit fields inside an anonymous union.
int tandem_perf_open_switches(pid_t pid, int cpu, int inherit);

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
