// Threads add to one atomic counter; in the fixed form each adds up its own part first.
// shared_counter bad|fixed WORKERS: the additions are shared out.
#include "work.h"

enum { additions = 120000000 };
static long total;
static int adds_up_first, workers;

static void *add(void *number) {
  (void)number;
  volatile long part = 0;
  for (long i = 0; i < additions / workers; i++) {
    if (adds_up_first)
      part += i & 1;
    else
      __atomic_fetch_add(&total, i & 1, __ATOMIC_SEQ_CST);
  }
  __atomic_fetch_add(&total, part, __ATOMIC_SEQ_CST);
  return 0;
}

int main(int count, char **words) {
  adds_up_first = is_word(count, words, 1, "fixed");
  workers = number_at(count, words, 2, 2);
  at_once(workers, add);
}
