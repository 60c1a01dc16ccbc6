// Threads compute only under one lock; who waits for a spin lock computes too.
// spin_lock bad|fixed WORKERS: in the fixed form each computes outside of it.
#include "work.h"

static pthread_spinlock_t lock;
static int computes_outside;

static void *compute(void *unused) {
  for (int i = 0; i < 200; i++) {
    if (computes_outside) spin(0.002);
    pthread_spin_lock(&lock);
    if (!computes_outside) spin(0.002);
    pthread_spin_unlock(&lock);
  }
  return unused;
}

int main(int count, char **words) {
  computes_outside = is_word(count, words, 1, "fixed");
  pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE);
  at_once(number_at(count, words, 2, 2), compute);
}
