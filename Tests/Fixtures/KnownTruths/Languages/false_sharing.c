// Each thread counts in a word of its own; in the bad form all the words lie in one cache line.
// false_sharing bad|fixed WORKERS: each worker counts as far as the other.
#include "work.h"

enum { rounds = 120000000, longs_in_a_line = 32 };
static volatile long counts[most_workers * longs_in_a_line] __attribute__((aligned(256)));
static int stride, workers;

static void *count_up(void *number) {
  volatile long *mine = &counts[(long)number * stride];
  for (long i = 0; i < rounds / workers; i++) __atomic_fetch_add(mine, 1, __ATOMIC_RELAXED);
  return 0;
}

int main(int count, char **words) {
  stride = is_word(count, words, 1, "fixed") ? longs_in_a_line : 1;
  workers = number_at(count, words, 2, 2);
  at_once(workers, count_up);
}
