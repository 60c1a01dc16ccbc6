// A process forks after its OpenMP team was started; the child has no team and waits for it.
// team_after_fork bad|fixed: in the fixed form only the child has a team. The child ends after 2.5 s at most.
#include "work.h"

static int sum(void) {
  int all = 0;
#pragma omp parallel reduction(+ : all) num_threads(2)
  all += 1;
  return all;
}

int main(int count, char **words) {
  if (!is_word(count, words, 1, "fixed")) sum();
  pid_t child = fork();
  if (child == 0) {
    for (int i = 0; i < 25; i++) {
      sum();
      spin(0.01);
    }
    _exit(0);
  }
  for (int i = 0; i < 250 && waitpid(child, 0, WNOHANG) == 0; i++) pause_for(0.01);
  kill(child, SIGKILL);
  wait(0);
}
