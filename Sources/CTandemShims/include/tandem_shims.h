// What must be C in Tandem, a header a topic. Every function says why it is not Swift.
#ifndef TANDEM_SHIMS_H
#define TANDEM_SHIMS_H

#include <errno.h>

// errno is a macro over a function call, which Swift can't import.
static inline int tandem_errno(void) { return errno; }

#endif
