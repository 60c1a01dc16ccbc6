// Processes share one System V semaphore.
// system_v_semaphore lock|queue: with "lock" it is a lock under which they compute; with "queue" their parent
// raises it every 10 ms, and one of them computes for 4 ms.
#include <sys/sem.h>

#include "work.h"

static int semaphore, is_queue;

static int change(short by) {
  struct sembuf operation = {0, by, 0};
  return semop(semaphore, &operation, 1);
}

static void use(int number) {
  (void)number;
  for (int i = 0; is_queue || i < 60; i++) {
    if (change(-1)) return;
    spin(0.004);
    if (!is_queue) change(1);
  }
}

int main(int count, char **words) {
  is_queue = is_word(count, words, 1, "queue");
  semaphore = semget(IPC_PRIVATE, 1, 0600 | IPC_CREAT);
  if (!is_queue) {
    change(1);
    in_processes(4, use);
  } else {
    for (int i = 0; i < 4; i++)
      if (fork() == 0) {
        alarm(60);
        use(i);
        _exit(0);
      }
    for (int i = 0; i < 120; i++) {
      pause_for(0.01);
      change(1);
    }
    pause_for(0.02);
  }
  // Who still waits for it is told so.
  semctl(semaphore, 0, IPC_RMID);
  while (wait(0) > 0) {
  }
}
