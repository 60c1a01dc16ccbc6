// The macros of cpu_set_t are not imported into Swift.

#include "floors.h"

#include <errno.h>
#include <sched.h>

size_t floor_allowed_cpus(int *cpus, size_t count) {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 0;
  size_t found = 0;
  for (int cpu = 0; cpu < CPU_SETSIZE && found < count; cpu++) {
    if (CPU_ISSET(cpu, &allowed)) cpus[found++] = cpu;
  }
  return found;
}

int floor_pin(int thread, const int *cpus, size_t count) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (size_t i = 0; i < count; i++) CPU_SET(cpus[i], &set);
  return sched_setaffinity(thread, sizeof set, &set) == 0 ? 0 : errno;
}
