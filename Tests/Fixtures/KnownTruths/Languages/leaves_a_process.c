// A process in a session of its own computes for 1.5 s; the first process ends after so many seconds.
// leaves_a_process SECONDS
#include "work.h"

int main(int count, char **words) {
  int seconds = number_at(count, words, 1, 0);
  if (fork() == 0) {
    setsid();
    if (fork() == 0) {
      alarm(30);
      spin(1.5);
    }
    _exit(0);
  }
  wait(0);
  pause_for(seconds);
}
