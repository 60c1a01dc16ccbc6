// Four threads sleep for 10 ms at a time, in the bad form while they have the one lock.
// lock_over_sleep bad|fixed
#include "work.h"

static pthread_mutex_t account_lock = PTHREAD_MUTEX_INITIALIZER;
static int is_fixed;

static void *book(void *number) {
  (void)number;
  for (int i = 0; i < 20; i++) {
    pthread_mutex_lock(&account_lock);
    if (is_fixed) pthread_mutex_unlock(&account_lock);
    pause_for(0.01);
    if (!is_fixed) pthread_mutex_unlock(&account_lock);
  }
  return 0;
}

int main(int count, char **words) {
  is_fixed = is_word(count, words, 1, "fixed");
  at_once(4, book);
}
