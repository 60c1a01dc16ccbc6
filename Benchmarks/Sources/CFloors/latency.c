#include "clock.h"
#include "floors.h"
#include "futex.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

static const uint32_t warm_up = 200;

struct table {
  // Each on a cache line of its own.
  _Alignas(64) _Atomic uint32_t ping;
  _Alignas(64) _Atomic uint32_t pong;
  uint32_t trips;
  cpu_set_t other_end;
};

/// Sleeps until the word is `value`.
static void await_value(_Atomic uint32_t *word, uint32_t value) {
  uint32_t seen;
  while ((seen = atomic_load_explicit(word, memory_order_acquire)) != value) {
    floor_wait(word, seen);
  }
}

static void answer(struct table *table) {
  sched_setaffinity(0, sizeof table->other_end, &table->other_end);
  for (uint32_t trip = 1; trip <= table->trips; trip++) {
    await_value(&table->ping, trip);
    atomic_store_explicit(&table->pong, trip, memory_order_release);
    floor_wake(&table->pong);
  }
}

static void *answer_in_thread(void *table) {
  answer(table);
  return NULL;
}

static void ask(struct table *table, size_t count, double *samples) {
  for (uint32_t trip = 1; trip <= table->trips; trip++) {
    double began = floor_now();
    atomic_store_explicit(&table->ping, trip, memory_order_release);
    floor_wake(&table->ping);
    await_value(&table->pong, trip);
    double ended = floor_now();
    if (trip > warm_up && trip - warm_up <= count) {
      samples[trip - warm_up - 1] = (ended - began) / 1e3;
    }
  }
}

/// Puts this thread where the placement wants it and tells where the other end belongs.
static int place(enum floor_placement placement, cpu_set_t *before, cpu_set_t *other_end) {
  if (sched_getaffinity(0, sizeof *before, before) != 0) return errno;
  *other_end = *before;
  if (placement == FLOOR_FREE) return 0;
  int first = -1, last = -1;
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
    if (!CPU_ISSET(cpu, before)) continue;
    if (first < 0) first = cpu;
    last = cpu;
  }
  if (placement == FLOOR_TWO_CPUS && first == last) return ENODEV;
  cpu_set_t here;
  CPU_ZERO(&here);
  CPU_SET(first, &here);
  CPU_ZERO(other_end);
  CPU_SET(placement == FLOOR_ONE_CPU ? first : last, other_end);
  return sched_setaffinity(0, sizeof here, &here) == 0 ? 0 : errno;
}

static int latency(enum floor_placement placement, int is_process, size_t count, double *samples) {
  struct table *table =
      mmap(NULL, sizeof *table, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (table == MAP_FAILED) return errno;
  table->trips = (uint32_t)count + warm_up;
  cpu_set_t before;
  int failure = place(placement, &before, &table->other_end);
  if (failure == 0 && is_process) {
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (getppid() == parent) answer(table);
      _exit(0);
    }
    if (child < 0) failure = errno;
    if (failure == 0) {
      ask(table, count, samples);
      waitpid(child, NULL, 0);
    }
  } else if (failure == 0) {
    pthread_t thread;
    failure = pthread_create(&thread, NULL, answer_in_thread, table);
    if (failure == 0) {
      ask(table, count, samples);
      pthread_join(thread, NULL);
    }
  }
  sched_setaffinity(0, sizeof before, &before);
  munmap(table, sizeof *table);
  return failure;
}

int floor_latency_processes(enum floor_placement placement, size_t count, double *samples) {
  return latency(placement, 1, count, samples);
}

int floor_latency_threads(enum floor_placement placement, size_t count, double *samples) {
  return latency(placement, 0, count, samples);
}
