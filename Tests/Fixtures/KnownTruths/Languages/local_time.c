// Threads turn times into dates: localtime_r(3) takes one lock in glibc each time.
// local_time bad|fixed WORKERS: in the fixed form each adds the offset from UTC itself, once found out.
#include "work.h"

enum { dates = 18000000 };
static int adds_itself, workers;

static void *date(void *number) {
  struct tm parts;
  time_t now = 1700000000;
  localtime_r(&now, &parts);
  long offset = parts.tm_gmtoff;
  volatile long hours = 0;
  for (long i = 0; i < dates / workers; i++) {
    time_t time = now + i * 61;
    if (adds_itself)
      hours += (time + offset) / 3600 % 24;
    else
      hours += localtime_r(&time, &parts)->tm_hour;
  }
  return number;
}

int main(int count, char **words) {
  adds_itself = is_word(count, words, 1, "fixed");
  workers = number_at(count, words, 2, 4);
  setenv("TZ", "Europe/Berlin", 1);
  at_once(workers, date);
}
