// The least that the machine can do: raw loops in C, without pools, codecs or error handling.
//
// Each function measures one block and writes its samples to `samples`, at least `count` long, in the
// unit that its comment names. All return 0, or an errno(3) number.
#pragma once

#include <stddef.h>

/// Where the two ends of a ping-pong run.
enum floor_placement {
  /// Both on the first CPU that this thread may run on.
  FLOOR_ONE_CPU = 0,
  /// The caller on the first CPU, the other end on the last.
  FLOOR_TWO_CPUS = 1,
  /// Where the kernel puts them.
  FLOOR_FREE = 2,
};

/// There and back between two processes through shared memory, each sleeping in futex(2):
/// microseconds a round trip.
int floor_latency_processes(enum floor_placement placement, size_t count, double *samples);

/// There and back between two threads of one process: microseconds a round trip.
int floor_latency_threads(enum floor_placement placement, size_t count, double *samples);

/// fork(2), `_exit` in the child, waitpid(2): microseconds.
int floor_fork(size_t count, double *samples);

/// posix_spawn(3) of `program` with the one argument `nothing`, waitpid(2): microseconds.
int floor_spawn(const char *program, size_t count, double *samples);

/// pthread_create(3) of an empty function, pthread_join(3): microseconds.
int floor_thread(size_t count, double *samples);

/// memcpy(3) of `bytes` bytes into memory that was written before, or that is new and whose pages
/// the kernel first has to make: 10⁹ bytes a second.
int floor_memcpy(size_t bytes, int is_fresh, size_t count, double *samples);

/// Frames of 16 bytes to `workers` processes and back, each through two single-producer
/// single-consumer rings in shared memory, `frames` in all for each sample: frames a second.
int floor_ring(size_t workers, size_t frames, size_t count, double *samples);

/// How fast the unit of work is that loads are made of: units a microsecond.
int floor_units(size_t count, double *samples);

/// A program to be observed, whose behaviour is known: `load/cpu-bound` (two threads, each with `count`
/// times `units` of work and no wait), `load/switches` (two threads that hand a byte to and fro `count`
/// times through pipes, with `units` of work before each), `load/threads` and `load/processes` (`count`
/// of them, one after another, each with `units` of work). -1 when there is no such load.
int floor_load(const char *name, size_t count, size_t units);

/// The CPUs that this thread may run on, in ascending order: how many there are, at most `count` of
/// them written to `cpus`.
size_t floor_allowed_cpus(int *cpus, size_t count);

/// Lets a thread (0: this one) run on these CPUs only (sched_setaffinity(2)).
int floor_pin(int thread, const int *cpus, size_t count);
