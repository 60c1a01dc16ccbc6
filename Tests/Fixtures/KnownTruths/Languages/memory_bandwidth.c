// Threads add up numbers, which come from memory in the bad form and from the cache in the fixed one.
// memory_bandwidth bad|fixed WORKERS: the additions are shared out.
#include "work.h"

enum { numbers = 1 << 23, passes = 128 };
static long *memory, mask;
static volatile long total;
static int workers;

static void *add(void *number) {
  long sum = 0, mine = numbers / workers;
  for (int pass = 0; pass < passes; pass++)
    for (long i = 0; i < mine; i++) sum += memory[((long)number * mine + i) & mask];
  __atomic_fetch_add(&total, sum, __ATOMIC_RELAXED);
  return 0;
}

int main(int count, char **words) {
  mask = (is_word(count, words, 1, "fixed") ? 1 << 11 : numbers) - 1;
  workers = number_at(count, words, 2, 2);
  memory = malloc(sizeof *memory * (size_t)(mask + 1));
  for (long i = 0; i <= mask; i++) memory[i] = i;
  at_once(workers, add);
}
