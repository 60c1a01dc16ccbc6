// Twelve threads wait for items, of which one comes at a time: in the bad form each wakes all of them.
// thundering_herd bad|fixed
#include "work.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static int items, is_over;

static void *consume(void *unused) {
  for (;;) {
    pthread_mutex_lock(&lock);
    while (!items && !is_over) pthread_cond_wait(&filled, &lock);
    int is_there = items > 0;
    items -= is_there;
    pthread_mutex_unlock(&lock);
    if (!is_there) return unused;
    spin(0.0002);
  }
}

int main(int count, char **words) {
  int wakes_one = is_word(count, words, 1, "fixed");
  pthread_t threads[12];
  for (int i = 0; i < 12; i++) pthread_create(&threads[i], 0, consume, 0);
  for (int i = 0; i < 2500; i++) {
    spin(0.0003);
    pthread_mutex_lock(&lock);
    items++;
    pthread_mutex_unlock(&lock);
    if (wakes_one)
      pthread_cond_signal(&filled);
    else
      pthread_cond_broadcast(&filled);
  }
  pthread_mutex_lock(&lock);
  is_over = 1;
  pthread_cond_broadcast(&filled);
  pthread_mutex_unlock(&lock);
  for (int i = 0; i < 12; i++) pthread_join(threads[i], 0);
}
