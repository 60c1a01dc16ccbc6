// Threads draw random numbers: rand() has one lock in the C library, rand_r() has its state with the caller.
// libc_lock bad|fixed WORKERS: the draws are shared out, so their number doesn't depend on the workers.
#include "work.h"

enum { draws = 48000000 };
static int own_state, workers;

static void *draw(void *number) {
  unsigned seed = (unsigned)(long)number + 1;
  long odd = 0;
  for (long i = 0; i < draws / workers; i++) odd += (own_state ? rand_r(&seed) : rand()) & 1;
  return (void *)odd;
}

int main(int count, char **words) {
  own_state = is_word(count, words, 1, "fixed");
  workers = number_at(count, words, 2, 4);
  at_once(workers, draw);
}
