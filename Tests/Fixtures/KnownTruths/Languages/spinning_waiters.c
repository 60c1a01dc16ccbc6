// One thread computes for a second while others wait for a flag.
// spinning_waiters yield|spin|poll|fixed WORKERS: they call sched_yield(2), look at it without pause, look at
// it every 0.2 ms, or wait for a condition.
#include <sched.h>

#include "work.h"

static const char *way;
static volatile int is_set;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t set = PTHREAD_COND_INITIALIZER;

static void *wait_for_flag(void *unused) {
  if (!strcmp(way, "fixed")) {
    pthread_mutex_lock(&lock);
    while (!is_set) pthread_cond_wait(&set, &lock);
    pthread_mutex_unlock(&lock);
    return unused;
  }
  while (!is_set) {
    if (!strcmp(way, "yield")) sched_yield();
    if (!strcmp(way, "poll")) pause_for(0.0002);
  }
  return unused;
}

int main(int count, char **words) {
  way = count > 1 ? words[1] : "spin";
  int workers = number_at(count, words, 2, 1);
  pthread_t threads[most_workers];
  for (int i = 0; i < workers; i++) pthread_create(&threads[i], 0, wait_for_flag, 0);
  spin(1);
  pthread_mutex_lock(&lock);
  is_set = 1;
  pthread_cond_broadcast(&set);
  pthread_mutex_unlock(&lock);
  for (int i = 0; i < workers; i++) pthread_join(threads[i], 0);
}
