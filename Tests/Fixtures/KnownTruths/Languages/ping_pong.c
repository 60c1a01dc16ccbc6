// Two workers hand a word back and forth, with nothing to do between.
// ping_pong eventfd|pipe|socket|futex SECONDS: threads, and processes for "pipe" and "socket".
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "work.h"

static int there[2], back[2];
static double end;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static volatile long turn;

static void *echo(void *unused) {
  uint64_t word;
  while (read(there[0], &word, sizeof word) == sizeof word)
    if (write(back[1], &word, sizeof word) != sizeof word || word == 2) break;
  return unused;
}

static void ask(void) {
  for (uint64_t word = 1; word == 1;) {
    word = clock_seconds(CLOCK_MONOTONIC) < end ? 1 : 2;
    uint64_t answer;
    if (write(there[1], &word, sizeof word) != sizeof word) break;
    if (read(back[0], &answer, sizeof answer) != sizeof answer) break;
  }
}

static void *take_turns(void *number) {
  pthread_mutex_lock(&lock);
  for (int is_over = 0; !is_over;) {
    while (turn >= 0 && turn % 2 != (long)number) pthread_cond_wait(&changed, &lock);
    is_over = turn < 0 || clock_seconds(CLOCK_MONOTONIC) >= end;
    turn = is_over ? -1 : turn + 1;
    pthread_cond_signal(&changed);
  }
  pthread_mutex_unlock(&lock);
  return 0;
}

int main(int count, char **words) {
  end = clock_seconds(CLOCK_MONOTONIC) + number_at(count, words, 2, 1);
  if (is_word(count, words, 1, "futex")) {
    at_once(2, take_turns);
    return 0;
  }
  int in_threads = is_word(count, words, 1, "eventfd");
  if (in_threads) {
    there[0] = there[1] = eventfd(0, 0);
    back[0] = back[1] = eventfd(0, 0);
    pthread_t thread;
    pthread_create(&thread, 0, echo, 0);
    ask();
    pthread_join(thread, 0);
    return 0;
  }
  if (is_word(count, words, 1, "socket")) {
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, there) || socketpair(AF_UNIX, SOCK_STREAM, 0, back))
      return 1;
  } else if (pipe(there) || pipe(back)) {
    return 1;
  }
  if (fork() == 0) {
    echo(0);
    _exit(0);
  }
  ask();
  wait(0);
}
