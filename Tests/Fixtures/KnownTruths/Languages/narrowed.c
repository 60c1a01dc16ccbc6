// A program binds itself to one CPU, and then starts a process for each CPU.
// narrowed bad|fixed
#include <sched.h>

#include "work.h"

static void compute(int number) {
  (void)number;
  spin(0.5);
}

int main(int count, char **words) {
  if (!is_word(count, words, 1, "fixed")) {
    cpu_set_t all, one;
    sched_getaffinity(0, sizeof all, &all);
    CPU_ZERO(&one);
    for (int cpu = 0; cpu < CPU_SETSIZE && !CPU_COUNT(&one); cpu++)
      if (CPU_ISSET(cpu, &all)) CPU_SET(cpu, &one);
    spin(0.1);
    sched_setaffinity(0, sizeof one, &one);
  }
  in_processes(2, compute);
}
