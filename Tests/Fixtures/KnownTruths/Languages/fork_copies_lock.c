// A process forks while another thread of it has a lock, which its child then waits for; that thread has ended
// when the program is looked at. A signal ends the child after three seconds. In the fixed form it needs no lock.
// fork_copies_lock bad|fixed
#include "work.h"

static pthread_mutex_t settings_lock = PTHREAD_MUTEX_INITIALIZER;

static void *hold(void *number) {
  (void)number;
  pthread_mutex_lock(&settings_lock);
  pause_for(0.2);
  pthread_mutex_unlock(&settings_lock);
  return 0;
}

int main(int count, char **words) {
  int is_fixed = is_word(count, words, 1, "fixed");
  pthread_t holder;
  pthread_create(&holder, 0, hold, 0);
  pause_for(0.05);
  if (fork() == 0) {
    alarm(3);
    if (!is_fixed) pthread_mutex_lock(&settings_lock);
    _exit(0);
  }
  pthread_join(holder, 0);
  while (wait(0) > 0) {
  }
}
