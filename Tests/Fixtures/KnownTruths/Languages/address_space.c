// Four threads map, touch and unmap memory, in the bad form that of one process: they wait for the kernel's lock
// of its map. In the fixed form they are processes.
// address_space bad|fixed
#include <sys/mman.h>

#include "work.h"

static void map_and_unmap(int number) {
  (void)number;
  for (int i = 0; i < 500; i++) {
    char *memory = mmap(0, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int k = 0; k < 1 << 20; k += 4096) memory[k] = 1;
    munmap(memory, 1 << 20);
  }
}

static void *in_thread(void *number) {
  map_and_unmap((int)(long)number);
  return 0;
}

int main(int count, char **words) {
  if (is_word(count, words, 1, "fixed"))
    in_processes(4, map_and_unmap);
  else
    at_once(4, in_thread);
}
