// Threads write to 4 MiB again and again; in the bad form it is mapped anew each time.
// page_faults bad|fixed WORKERS: the rounds are shared out.
#include <sys/mman.h>

#include "work.h"

enum { bytes = 4 << 20, page = 4096, rounds = 1000 };
static int keeps, workers;

static char *map(void) {
  char *place = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  madvise(place, bytes, MADV_NOHUGEPAGE);
  return place;
}

static void *touch(void *unused) {
  char *place = keeps ? map() : 0;
  for (int i = 0; i < rounds / workers; i++) {
    if (!keeps) place = map();
    for (int at = 0; at < bytes; at += keeps ? 16 : page) ((volatile char *)place)[at] = 1;
    if (!keeps) munmap(place, bytes);
  }
  return unused;
}

int main(int count, char **words) {
  keeps = is_word(count, words, 1, "fixed");
  workers = number_at(count, words, 2, 2);
  at_once(workers, touch);
}
