// Defined here so that the executable asks for glibc 2.34 and no newer one.
//
// Swift's overlay of the C library refers to hypotf(3) whether or not a program calls it, and glibc 2.35 gave
// that function a version of its own. In double precision the squares of floats are exact and can't overflow.
#include <math.h>

__attribute__((visibility("hidden"))) float hypotf(float x, float y) {
  if (isinf(x) || isinf(y)) return INFINITY;
  return (float)sqrt((double)x * x + (double)y * y);
}
