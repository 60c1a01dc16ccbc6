// The memory that a worker process shares with the process that started it, and the messages that
// the two exchange with the fork server.
//
// It is C because both the server, which is C up to the fork, and Swift read and write it: one
// declaration of the layout instead of two.
#ifndef TANDEM_WORKER_PAGE_H
#define TANDEM_WORKER_PAGE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#define TANDEM_PAGE_MAGIC 0x74616e64u
#define TANDEM_PAGE_VERSION 1u
#define TANDEM_CRASH_FRAMES 48
#define TANDEM_LIMITS 16
#define TANDEM_CPU_BYTES 128

// Not an error number of the kernel: the server has more than one thread and must not fork.
#define TANDEM_SERVER_HAS_THREADS 100001

// How a worker begins.
enum {
  TANDEM_BEGIN_FORK = 0,     // the server's fork goes on as the worker
  TANDEM_BEGIN_EXEC = 1,     // the fork executes this same executable again
  TANDEM_BEGIN_PROGRAM = 2,  // the fork executes another program
};

// One per worker, at the start of its memory file. The parent writes the start block before the
// worker exists; the worker writes the rest, so the parent trusts none of it.
typedef struct {
  uint32_t magic;
  uint32_t version;

  // Written by the server once: 0, then 1 when `pid` and `start_error` are set. A futex word.
  uint32_t started;
  // 0 at first. 1 from the server before it makes a process for the worker, or 2 from a parent that has
  // given the start up; the first one decides.
  uint32_t attempted;
  int32_t start_error;
  int32_t pid;

  // Written by the worker when it could not execute its program: an error number, 0 otherwise.
  int32_t exec_error;
  // Written by the worker: nanoseconds of CLOCK_MONOTONIC, 0 before.
  uint64_t body_entered_ns;
  uint64_t body_left_ns;

  // Written by the crash handler; `crash_signal` last.
  uint32_t crash_frame_count;
  int32_t crash_code;
  uint64_t crash_address;
  uint64_t crash_frames[TANDEM_CRASH_FRAMES];
  uint32_t crash_signal;

  // The start block.
  uint32_t begin;
  uint32_t file_mode_mask;
  int32_t nice_increment;
  uint32_t limit_count;
  struct rlimit limits[TANDEM_LIMITS];
  uint32_t cpu_bytes;
  uint8_t cpus[TANDEM_CPU_BYTES];
  char name[16];
  // Offsets from the start of the file, lengths in bytes. Strings are NUL-terminated, one after
  // the other.
  uint64_t environment_offset, environment_length;
  uint64_t program_offset, program_length;
  uint64_t arguments_offset, arguments_length;
  uint64_t task_offset, task_length;
  // The block of a pool's worker (PoolBlock.swift); 0 for a worker with one task.
  uint64_t pool_offset;
  uint64_t total_length;
} tandem_worker_page;

// Where Swift finds the two futex words, which it may only touch as whole words.
enum { TANDEM_PAGE_STARTED_OFFSET = 8, TANDEM_PAGE_ATTEMPTED_OFFSET = 12 };
_Static_assert(offsetof(tandem_worker_page, started) == TANDEM_PAGE_STARTED_OFFSET, "moved");
_Static_assert(offsetof(tandem_worker_page, attempted) == TANDEM_PAGE_ATTEMPTED_OFFSET, "moved");

// The signal that makes a worker look at its page: to the worker alone, not to its group. A real-time
// signal that nobody sends by hand; not a constant (signal(7)).
#define TANDEM_WAKE_SIGNAL (SIGRTMAX - 4)

// What the parent asks of the server: one packet each.
enum { TANDEM_REQUEST_START = 1, TANDEM_REQUEST_SIGNAL = 2, TANDEM_REQUEST_WAKE = 3 };

typedef struct {
  uint32_t kind;
  int32_t signal;
  uint64_t worker;
} tandem_request;

// Descriptors that come with TANDEM_REQUEST_START, in this order.
enum {
  TANDEM_FD_PAGE = 0,
  TANDEM_FD_CONTROL = 1,
  TANDEM_FD_OUTPUT = 2,
  TANDEM_FD_ERROR = 3,
  TANDEM_FD_DIRECTORY = 4,
  TANDEM_FD_COUNT = 5,
  // Only for a pool's worker: the memory of the bell that wakes the pool.
  TANDEM_FD_BELL = 5,
  TANDEM_FD_MOST = 6,
};

// What the server tells the parent: one packet each.
enum { TANDEM_EVENT_HELLO = 1, TANDEM_EVENT_EXITED = 2 };

typedef struct {
  uint32_t kind;
  int32_t pid;
  uint64_t worker;
  uint32_t version;
  int32_t wait_status;
  uint64_t reaped_ns;
  struct rusage usage;
} tandem_event;

#endif
