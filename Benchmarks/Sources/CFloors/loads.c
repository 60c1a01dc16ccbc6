#include "clock.h"
#include "floors.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile uint64_t sink;

// Marsaglia, "Xorshift RNGs" (2003): work in registers that no compiler takes away.
static void work(size_t units) {
  uint64_t state = units | 1;
  for (size_t i = 0; i < units; i++) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
  }
  sink = state;
}

int floor_units(size_t count, double *samples) {
  const size_t units = 2000000;
  for (size_t i = 0; i < count; i++) {
    double began = floor_now();
    work(units);
    samples[i] = (double)units / ((floor_now() - began) / 1e3);
  }
  return 0;
}

struct task {
  size_t count;
  size_t units;
  int from;
  int to;
};

static void *spin(void *argument) {
  const struct task *task = argument;
  for (size_t i = 0; i < task->count; i++) work(task->units);
  return NULL;
}

static void *answer(void *argument) {
  const struct task *task = argument;
  char byte;
  for (size_t i = 0; i < task->count && read(task->from, &byte, 1) == 1; i++) {
    work(task->units);
    if (write(task->to, &byte, 1) != 1) break;
  }
  return NULL;
}

static int switches(size_t count, size_t units) {
  int there[2], back[2];
  if (pipe(there) != 0 || pipe(back) != 0) return errno;
  struct task task = {count, units, there[0], back[1]};
  pthread_t thread;
  int failure = pthread_create(&thread, NULL, answer, &task);
  if (failure != 0) return failure;
  char byte = 0;
  for (size_t i = 0; i < count; i++) {
    work(units);
    if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1) return EIO;
  }
  return pthread_join(thread, NULL);
}

int floor_load(const char *name, size_t count, size_t units) {
  struct task task = {count, units, -1, -1};
  if (strcmp(name, "load/cpu-bound") == 0) {
    pthread_t thread;
    int failure = pthread_create(&thread, NULL, spin, &task);
    if (failure != 0) return failure;
    spin(&task);
    return pthread_join(thread, NULL);
  }
  if (strcmp(name, "load/switches") == 0) return switches(count, units);
  task.count = 1;
  if (strcmp(name, "load/threads") == 0) {
    for (size_t i = 0; i < count; i++) {
      pthread_t thread;
      int failure = pthread_create(&thread, NULL, spin, &task);
      if (failure != 0) return failure;
      pthread_join(thread, NULL);
    }
    return 0;
  }
  if (strcmp(name, "load/processes") == 0) {
    for (size_t i = 0; i < count; i++) {
      pid_t child = fork();
      if (child == 0) {
        work(units);
        _exit(0);
      }
      if (child < 0) return errno;
      while (waitpid(child, NULL, 0) < 0) {
        if (errno != EINTR) return errno;
      }
    }
    return 0;
  }
  return -1;
}
