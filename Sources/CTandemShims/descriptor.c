#define _GNU_SOURCE
#include "tandem_descriptor.h"

#include <unistd.h>

int tandem_pipe2(int ends[2], int flags) { return pipe2(ends, flags); }
