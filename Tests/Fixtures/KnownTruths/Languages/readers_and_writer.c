// Three threads read and one writes, under one read-write lock.
// readers_and_writer bad|fixed: in the fixed form the writer prepares outside of the lock.
#include "work.h"

static pthread_rwlock_t lock;
static int prepares_outside;
static volatile int is_over;

static void *use(void *number) {
  while (!is_over) {
    if (number == 0) {
      if (prepares_outside) spin(0.015);
      pthread_rwlock_wrlock(&lock);
      spin(prepares_outside ? 0.00005 : 0.015);
    } else {
      pthread_rwlock_rdlock(&lock);
      spin(0.004);
    }
    pthread_rwlock_unlock(&lock);
    spin(0.0005);
  }
  return 0;
}

int main(int count, char **words) {
  prepares_outside = is_word(count, words, 1, "fixed");
  pthread_rwlockattr_t kind;
  pthread_rwlockattr_init(&kind);
  pthread_rwlockattr_setkind_np(&kind, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
  pthread_rwlock_init(&lock, &kind);
  pthread_t threads[4];
  for (long i = 0; i < 4; i++) pthread_create(&threads[i], 0, use, (void *)i);
  pause_for(1.2);
  is_over = 1;
  for (int i = 0; i < 4; i++) pthread_join(threads[i], 0);
}
