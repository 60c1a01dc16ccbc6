#pragma once

#include <time.h>

/// Nanoseconds of CLOCK_MONOTONIC.
static inline double floor_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}
