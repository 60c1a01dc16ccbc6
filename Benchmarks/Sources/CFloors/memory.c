#include "clock.h"
#include "floors.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

static void *fresh(size_t bytes) {
  void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

int floor_memcpy(size_t bytes, int is_fresh, size_t count, double *samples) {
  char *source = fresh(bytes);
  if (source == NULL) return errno;
  // Distinct bytes: pages never written would all be the kernel's one page of zeros.
  for (size_t i = 0; i < bytes; i++) source[i] = (char)(i * 31);
  char *destination = is_fresh ? NULL : fresh(bytes);
  if (!is_fresh) {
    if (destination == NULL) return errno;
    memset(destination, 1, bytes);
  }
  for (size_t i = 0; i < count; i++) {
    if (is_fresh && (destination = fresh(bytes)) == NULL) return errno;
    double began = floor_now();
    memcpy(destination, source, bytes);
    // The copy has to have happened: the compiler can't know that nobody reads it.
    __asm__ volatile("" : : "r"(destination) : "memory");
    samples[i] = (double)bytes / (floor_now() - began);
    if (is_fresh) munmap(destination, bytes);
  }
  if (!is_fresh) munmap(destination, bytes);
  munmap(source, bytes);
  return 0;
}
