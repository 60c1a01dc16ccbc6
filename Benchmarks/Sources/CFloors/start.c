#include "clock.h"
#include "floors.h"

#include <errno.h>
#include <pthread.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int floor_fork(size_t count, double *samples) {
  for (size_t i = 0; i < count; i++) {
    double began = floor_now();
    pid_t child = fork();
    if (child == 0) _exit(0);
    if (child < 0) return errno;
    while (waitpid(child, NULL, 0) < 0) {
      if (errno != EINTR) return errno;
    }
    samples[i] = (floor_now() - began) / 1e3;
  }
  return 0;
}

int floor_spawn(const char *program, size_t count, double *samples) {
  char *arguments[] = {(char *)program, "nothing", NULL};
  for (size_t i = 0; i < count; i++) {
    double began = floor_now();
    pid_t child;
    int failure = posix_spawn(&child, program, NULL, NULL, arguments, environ);
    if (failure != 0) return failure;
    while (waitpid(child, NULL, 0) < 0) {
      if (errno != EINTR) return errno;
    }
    samples[i] = (floor_now() - began) / 1e3;
  }
  return 0;
}

static void *nothing(void *argument) { return argument; }

int floor_thread(size_t count, double *samples) {
  for (size_t i = 0; i < count; i++) {
    double began = floor_now();
    pthread_t thread;
    int failure = pthread_create(&thread, NULL, nothing, NULL);
    if (failure != 0) return failure;
    pthread_join(thread, NULL);
    samples[i] = (floor_now() - began) / 1e3;
  }
  return 0;
}
