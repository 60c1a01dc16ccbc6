#include "clock.h"
#include "floors.h"
#include "futex.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

// A power of two: indices run freely and wrap with their type.
enum { capacity = 4096, most_workers = 64 };

struct frame {
  uint64_t number;
  uint64_t value;
};

/// One direction: `head` is written by the producer only, `tail` by the consumer only.
struct ring {
  _Alignas(64) _Atomic uint32_t head;
  _Alignas(64) _Atomic uint32_t tail;
  _Alignas(64) struct frame frames[capacity];
};

/// Wakes a sleeper without a system call when nobody sleeps.
///
/// The sleeper says so, then looks once more for work, then sleeps on the count; the waker publishes
/// its work, then looks whether somebody sleeps. Both do so in one order (sequentially consistent), so
/// that at least one of the two sees the other.
struct bell {
  _Alignas(64) _Atomic uint32_t count;
  _Alignas(64) _Atomic uint32_t is_asleep;
};

struct lane {
  struct ring requests;
  struct ring replies;
  struct bell bell;
};

struct hall {
  struct bell caller;
  _Atomic uint32_t is_over;
  struct lane lanes[];
};

static void ring_bell(struct bell *bell) {
  atomic_thread_fence(memory_order_seq_cst);
  if (atomic_load(&bell->is_asleep) && atomic_exchange(&bell->is_asleep, 0)) {
    atomic_fetch_add(&bell->count, 1);
    floor_wake(&bell->count);
  }
}

static uint32_t waiting(struct ring *ring, uint32_t tail) {
  return atomic_load_explicit(&ring->head, memory_order_acquire) - tail;
}

static void work(struct hall *hall, struct lane *lane) {
  uint32_t done = 0;
  for (;;) {
    uint32_t frames = waiting(&lane->requests, done);
    if (frames == 0) {
      uint32_t count = atomic_load(&lane->bell.count);
      atomic_store(&lane->bell.is_asleep, 1);
      atomic_thread_fence(memory_order_seq_cst);
      if (atomic_load(&hall->is_over)) return;
      if (waiting(&lane->requests, done) == 0) floor_wait(&lane->bell.count, count);
      atomic_store(&lane->bell.is_asleep, 0);
      continue;
    }
    // There is room for the replies: no more are in flight than one ring holds.
    for (uint32_t i = 0; i < frames; i++, done++) {
      struct frame frame = lane->requests.frames[done % capacity];
      frame.value += 1;
      lane->replies.frames[done % capacity] = frame;
    }
    atomic_store_explicit(&lane->requests.tail, done, memory_order_release);
    atomic_store_explicit(&lane->replies.head, done, memory_order_release);
    ring_bell(&hall->caller);
  }
}

/// Sends and takes back `frames` frames; returns how many came back with a wrong value.
static size_t exchange(struct hall *hall, size_t workers, size_t frames) {
  uint32_t sent[most_workers], taken[most_workers];
  for (size_t w = 0; w < workers; w++) {
    sent[w] = atomic_load(&hall->lanes[w].requests.head);
    taken[w] = sent[w];
  }
  size_t next = 0, finished = 0, wrong = 0;
  while (finished < frames) {
    int moved = 0;
    for (size_t w = 0; w < workers; w++) {
      struct lane *lane = &hall->lanes[w];
      uint32_t replies = waiting(&lane->replies, taken[w]);
      for (uint32_t i = 0; i < replies; i++, taken[w]++) {
        struct frame frame = lane->replies.frames[taken[w] % capacity];
        wrong += frame.value != frame.number + 1;
      }
      finished += replies;
      // Half a ring at a time: the worker works on one half while the other is filled.
      uint32_t room = capacity - (sent[w] - taken[w]);
      if (room > capacity / 2) room = capacity / 2;
      if (room > frames - next) room = (uint32_t)(frames - next);
      for (uint32_t i = 0; i < room; i++, sent[w]++, next++) {
        lane->requests.frames[sent[w] % capacity] = (struct frame){next, next};
      }
      if (room > 0) {
        atomic_store_explicit(&lane->requests.head, sent[w], memory_order_release);
        ring_bell(&lane->bell);
      }
      moved |= replies > 0 || room > 0;
    }
    if (moved) continue;
    uint32_t count = atomic_load(&hall->caller.count);
    atomic_store(&hall->caller.is_asleep, 1);
    atomic_thread_fence(memory_order_seq_cst);
    int is_ready = 0;
    for (size_t w = 0; w < workers; w++) {
      is_ready |= waiting(&hall->lanes[w].replies, taken[w]) > 0;
    }
    if (!is_ready) floor_wait(&hall->caller.count, count);
    atomic_store(&hall->caller.is_asleep, 0);
  }
  return wrong;
}

int floor_ring(size_t workers, size_t frames, size_t count, double *samples) {
  if (workers < 1 || workers > most_workers) return EINVAL;
  size_t size = sizeof(struct hall) + workers * sizeof(struct lane);
  struct hall *hall = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (hall == MAP_FAILED) return errno;
  pid_t parent = getpid();
  pid_t children[most_workers];
  size_t started = 0;
  int failure = 0;
  for (; started < workers; started++) {
    pid_t child = fork();
    if (child == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (getppid() == parent) work(hall, &hall->lanes[started]);
      _exit(0);
    }
    if (child < 0) {
      failure = errno;
      break;
    }
    children[started] = child;
  }
  if (failure == 0) {
    exchange(hall, workers, frames / 10 + 1);
    for (size_t i = 0; i < count && failure == 0; i++) {
      double began = floor_now();
      if (exchange(hall, workers, frames) != 0) failure = EIO;
      samples[i] = (double)frames / (floor_now() - began) * 1e9;
    }
  }
  atomic_store(&hall->is_over, 1);
  for (size_t w = 0; w < started; w++) {
    ring_bell(&hall->lanes[w].bell);
    waitpid(children[w], NULL, 0);
  }
  munmap(hall, size);
  return failure;
}
