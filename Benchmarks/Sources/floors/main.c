// `floors NAME COUNT` measures one block of a floor and prints its samples as one line of JSON.
// `floors load/NAME COUNT UNITS` is a program to be observed, and prints nothing.

#include "floors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const size_t argument_bytes = 64 << 20;

static int measure(const char *name, size_t count, double *samples) {
  if (strcmp(name, "latency/one-cpu") == 0)
    return floor_latency_processes(FLOOR_ONE_CPU, count, samples);
  if (strcmp(name, "latency/two-cpus") == 0)
    return floor_latency_processes(FLOOR_TWO_CPUS, count, samples);
  if (strcmp(name, "latency/free") == 0) return floor_latency_processes(FLOOR_FREE, count, samples);
  if (strcmp(name, "latency-threads/one-cpu") == 0)
    return floor_latency_threads(FLOOR_ONE_CPU, count, samples);
  if (strcmp(name, "latency-threads/two-cpus") == 0)
    return floor_latency_threads(FLOOR_TWO_CPUS, count, samples);
  if (strcmp(name, "latency-threads/free") == 0)
    return floor_latency_threads(FLOOR_FREE, count, samples);
  if (strcmp(name, "fork") == 0) return floor_fork(count, samples);
  if (strcmp(name, "spawn") == 0) return floor_spawn("/proc/self/exe", count, samples);
  if (strcmp(name, "thread") == 0) return floor_thread(count, samples);
  if (strcmp(name, "memcpy-warm") == 0) return floor_memcpy(argument_bytes, 0, count, samples);
  if (strcmp(name, "memcpy-fresh") == 0) return floor_memcpy(argument_bytes, 1, count, samples);
  if (strcmp(name, "units") == 0) return floor_units(count, samples);
  if (strcmp(name, "ring") == 0) return floor_ring(2, 4000000, count, samples);
  return -1;
}

int main(int argc, char **argv) {
  // What floor_spawn starts.
  if (argc == 2 && strcmp(argv[1], "nothing") == 0) return 0;
  if (argc == 4) {
    int failure = floor_load(argv[1], strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10));
    if (failure != 0) fprintf(stderr, "floors: %s: %s\n", argv[1], strerror(failure));
    return failure == 0 ? 0 : 70;
  }
  long count = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
  if (count < 1 || count > 10000000) {
    fprintf(stderr, "usage: floors NAME COUNT\n");
    return 64;
  }
  double *samples = malloc((size_t)count * sizeof *samples);
  int failure = samples == NULL ? -1 : measure(argv[1], (size_t)count, samples);
  if (failure < 0) {
    fprintf(stderr, "floors: there is no floor '%s'\n", argv[1]);
    return 64;
  }
  if (failure > 0) {
    printf("{\"error\":\"%s\"}\n", strerror(failure));
    return 0;
  }
  printf("{\"samples\":[");
  for (long i = 0; i < count; i++) printf(i == 0 ? "%.6g" : ",%.6g", samples[i]);
  printf("]}\n");
  return 0;
}
