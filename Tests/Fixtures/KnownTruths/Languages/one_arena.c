// Threads allocate and free memory; in the bad form malloc may have one arena, and so one lock.
// one_arena bad|fixed WORKERS
#include <malloc.h>

#include "work.h"

enum { rounds = 8000000, kept = 32 };
static int workers;

static void *allocate(void *number) {
  char *pieces[kept] = {0};
  unsigned seed = (unsigned)(long)number;
  for (long i = 0; i < rounds / workers; i++) {
    int place = (int)(i % kept);
    free(pieces[place]);
    pieces[place] = malloc(1500 + rand_r(&seed) % 3000);
    pieces[place][0] = 1;
  }
  return 0;
}

int main(int count, char **words) {
  if (!is_word(count, words, 1, "fixed")) mallopt(M_ARENA_MAX, 1);
  workers = number_at(count, words, 2, 4);
  at_once(workers, allocate);
}
