// Records are written to a file and synced, as databases do; in the fixed form they are synced once.
// synced_writes bad|fixed
#include <fcntl.h>

#include "work.h"

int main(int count, char **words) {
  int once = is_word(count, words, 1, "fixed");
  int file = open("records", O_CREAT | O_TRUNC | O_WRONLY, 0666);
  char record[512] = "a record";
  double end = clock_seconds(CLOCK_MONOTONIC) + 1;
  for (int i = 0; once ? i < 2000 : clock_seconds(CLOCK_MONOTONIC) < end; i++) {
    if (write(file, record, sizeof record) != sizeof record) return 1;
    if (!once) fsync(file);
  }
  fsync(file);
  if (once) spin(0.3);
}
