// Between parallel regions, OpenMP's team waits for the first thread, which works alone.
// spinning_team bad|fixed: with OMP_WAIT_POLICY active they spin meanwhile, with passive they sleep.
#include "work.h"

int main(int count, char **words) {
  const char *policy = is_word(count, words, 1, "fixed") ? "passive" : "active";
  if (!getenv("OMP_WAIT_POLICY")) {
    setenv("OMP_WAIT_POLICY", policy, 1);
    execv("/proc/self/exe", words);
  }
  for (int region = 0; region < 200; region++) {
    spin(0.004);
#pragma omp parallel num_threads(2)
    spin(0.00005);
  }
}
