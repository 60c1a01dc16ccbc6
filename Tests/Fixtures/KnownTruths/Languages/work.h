// What the programs in C beside this file share: work measured in CPU time, threads, and words.
#pragma once
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { most_workers = 64 };

static inline double clock_seconds(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// Computes until the calling thread has used so much more CPU time.
static inline void spin(double seconds) {
  double end = clock_seconds(CLOCK_THREAD_CPUTIME_ID) + seconds;
  volatile unsigned number = 1;
  while (clock_seconds(CLOCK_THREAD_CPUTIME_ID) < end)
    for (int i = 0; i < 1000; i++) number = number * 1103515245u + 12345u;
}

static inline void pause_for(double seconds) {
  struct timespec rest = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
  while (nanosleep(&rest, &rest) && errno == EINTR) {
  }
}

// Starts threads, each with its number, and waits for them.
static inline void at_once(int count, void *(*body)(void *)) {
  pthread_t threads[most_workers];
  for (long i = 0; i < count; i++) pthread_create(&threads[i], 0, body, (void *)i);
  for (int i = 0; i < count; i++) pthread_join(threads[i], 0);
}

// Forks processes, each of which gets its number and ends after it, and waits for them.
static inline void in_processes(int count, void (*body)(int)) {
  for (int i = 0; i < count; i++)
    if (fork() == 0) {
      alarm(60);
      body(i);
      _exit(0);
    }
  while (wait(0) > 0) {
  }
}

// Whether the word at a place is this one. No program outlives its test.
static inline int is_word(int count, char **words, int place, const char *wanted) {
  alarm(60);
  return count > place && !strcmp(words[place], wanted);
}

static inline int number_at(int count, char **words, int place, int otherwise) {
  return count > place ? atoi(words[place]) : otherwise;
}
