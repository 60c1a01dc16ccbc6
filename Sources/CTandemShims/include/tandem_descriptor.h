// Descriptor calls that Swift can't see.
#ifndef TANDEM_DESCRIPTOR_H
#define TANDEM_DESCRIPTOR_H

// pipe2(2). C because glibc declares it only under _GNU_SOURCE, which Swift's Glibc module doesn't
// define; pipe(2) and a flag set afterwards would leak descriptors into a concurrent exec.
int tandem_pipe2(int ends[2], int flags);

#endif
