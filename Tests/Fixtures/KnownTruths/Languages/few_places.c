// 16 threads sleep for 20 ms at a time, and a semaphore lets in four of them at once; in the fixed form, all.
// few_places bad|fixed
#include <semaphore.h>

#include "work.h"

static sem_t places;

static void *visit(void *number) {
  (void)number;
  for (int i = 0; i < 10; i++) {
    sem_wait(&places);
    pause_for(0.02);
    sem_post(&places);
  }
  return 0;
}

int main(int count, char **words) {
  sem_init(&places, 0, is_word(count, words, 1, "fixed") ? 16 : 4);
  at_once(16, visit);
}
