// Two threads take two locks, in opposite orders in the bad form: each waits for what the other has.
// lock_order bad|fixed: the first thread ends the process after 2.5 s.
#include "work.h"

static pthread_mutex_t locks[2] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static int same_order;

static void *take_both(void *number) {
  int first = same_order ? 0 : (int)(long)number;
  for (int i = 0; i < (same_order ? 40 : 1); i++) {
    pthread_mutex_lock(&locks[first]);
    if (!same_order) pause_for(0.05);
    pthread_mutex_lock(&locks[1 - first]);
    spin(0.01);
    pthread_mutex_unlock(&locks[1 - first]);
    pthread_mutex_unlock(&locks[first]);
    if (same_order) spin(0.01);
  }
  return 0;
}

static void give_up(int signal) {
  (void)signal;
  _exit(0);
}

int main(int count, char **words) {
  same_order = is_word(count, words, 1, "fixed");
  signal(SIGALRM, give_up);
  alarm(3);
  at_once(2, take_both);
}
