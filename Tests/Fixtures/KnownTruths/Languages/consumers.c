// Threads wait at a condition for items, each of which costs 8 ms.
// consumers idle|busy WORKERS: with "idle" an item comes every 16 ms, with "busy" all are there at once.
#include "work.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static int items, is_over;

static void *consume(void *number) {
  for (;;) {
    pthread_mutex_lock(&lock);
    while (!items && !is_over) pthread_cond_wait(&filled, &lock);
    int is_there = items > 0;
    items -= is_there;
    pthread_mutex_unlock(&lock);
    if (!is_there) return number;
    spin(0.008);
  }
}

int main(int count, char **words) {
  int at_a_time = is_word(count, words, 1, "busy") ? 90 : 1;
  int workers = number_at(count, words, 2, 4);
  pthread_t threads[most_workers];
  for (int i = 0; i < workers; i++) pthread_create(&threads[i], 0, consume, 0);
  for (int made = 0; made < 90; made += at_a_time) {
    if (at_a_time == 1) pause_for(0.016);
    pthread_mutex_lock(&lock);
    items += at_a_time;
    pthread_cond_broadcast(&filled);
    pthread_mutex_unlock(&lock);
  }
  pthread_mutex_lock(&lock);
  is_over = 1;
  pthread_cond_broadcast(&filled);
  pthread_mutex_unlock(&lock);
  for (int i = 0; i < workers; i++) pthread_join(threads[i], 0);
}
