// Three processes in a row pass items on by pipes; in the bad form the middle one takes most of the time.
// slow_stage bad|fixed
#include "work.h"

int main(int count, char **words) {
  int is_even = is_word(count, words, 1, "fixed");
  double costs[3] = {0.001, is_even ? 0.001 : 0.008, 0.001};
  int items = is_even ? 400 : 120, into = -1;
  for (int stage = 0; stage < 3; stage++) {
    int ends[2];
    if (pipe(ends)) return 1;
    if (fork() == 0) {
      alarm(60);
      close(ends[0]);
      char item = 1;
      for (int i = 0; i < items; i++) {
        if (into >= 0 && read(into, &item, 1) != 1) break;
        spin(costs[stage]);
        if (stage < 2 && write(ends[1], &item, 1) != 1) break;
      }
      _exit(0);
    }
    close(ends[1]);
    if (into >= 0) close(into);
    into = ends[0];
  }
  while (wait(0) > 0) {
  }
}
