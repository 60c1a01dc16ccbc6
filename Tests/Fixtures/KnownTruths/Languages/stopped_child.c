// A child is stopped by a signal for 1.2 s, as by a terminal, and then continued.
// stopped_child
#include "work.h"

int main(void) {
  pid_t child = fork();
  if (child == 0) {
    alarm(30);
    spin(0.1);
    raise(SIGSTOP);
    spin(0.1);
    _exit(0);
  }
  int status;
  waitpid(child, &status, WUNTRACED);
  pause_for(1.2);
  kill(child, SIGCONT);
  waitpid(child, &status, 0);
}
