// Three threads read under a lock for readers and writers, which never is free of them: a writer waits until they
// are done, in the fixed form for 5 ms, as the lock then prefers writers.
// writer_behind_readers bad|fixed
#include "work.h"

static pthread_rwlock_t table_lock;

static void *take_part(void *number) {
  if (number == 0) {
    pause_for(0.03);
    pthread_rwlock_wrlock(&table_lock);
    pthread_rwlock_unlock(&table_lock);
    return 0;
  }
  pause_for(0.0017 * (double)(long)number);
  for (int i = 0; i < 200; i++) {
    pthread_rwlock_rdlock(&table_lock);
    pause_for(0.005);
    pthread_rwlock_unlock(&table_lock);
  }
  return 0;
}

int main(int count, char **words) {
  pthread_rwlockattr_t kind;
  pthread_rwlockattr_init(&kind);
  if (is_word(count, words, 1, "fixed"))
    pthread_rwlockattr_setkind_np(&kind, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
  pthread_rwlock_init(&table_lock, &kind);
  at_once(4, take_part);
}
