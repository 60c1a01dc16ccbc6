// Threads meet at a barrier after each round; in the bad form one of them has five times as much to do.
// slow_at_a_barrier bad|fixed WORKERS
#include "work.h"

static pthread_barrier_t barrier;
static double slowest;

static void *compute(void *number) {
  for (int round = 0; round < 30; round++) {
    spin(number == 0 ? slowest : 0.006);
    pthread_barrier_wait(&barrier);
  }
  return 0;
}

int main(int count, char **words) {
  int workers = number_at(count, words, 2, 4);
  slowest = is_word(count, words, 1, "fixed") ? 0.006 : 0.03;
  pthread_barrier_init(&barrier, 0, (unsigned)workers);
  at_once(workers, compute);
}
