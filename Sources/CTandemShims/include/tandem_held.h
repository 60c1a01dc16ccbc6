// Programs that are forked now and executed later, and how this very process was started.
#ifndef TANDEM_HELD_H
#define TANDEM_HELD_H

#include <stdint.h>
#include <sys/types.h>

// What a process is started with and may change afterwards, but passes on to the programs that it
// runs for somebody else.
typedef struct {
  // A bit per signal, signal N at bit N - 1: blocked in the first thread, and ignored.
  uint64_t blocked;
  uint64_t ignored;
  // A bit per standard descriptor: closed.
  uint32_t closed;
  // Whether this was noted before `main`; otherwise it is what held when it was first asked for.
  uint32_t is_early;
  // The limits on descriptors, which a program that observes others may have to raise (getrlimit(2)).
  uint64_t descriptors, most_descriptors;
} tandem_start;

// Notes how this process was started, unless that has been noted. C because the entry hook calls it
// before any Swift may run, and because of sigaction(2)'s union.
void tandem_start_note(int is_early);

// How this process was started.
const tandem_start *tandem_start_get(void);

// Forks a process that executes `path` as soon as a byte comes from `socket`, one end of a pair that
// is close-on-exec; `other` is the pair's other end, which the process must not keep open. It
// says why it can't execute by an error number (an int) into the socket, and exits with 127; so it
// does, without a word, when the socket ends before a byte comes.
//
// The program gets the signal mask, the ignored signals, the closed standard descriptors and the
// limit on descriptors of `start`, and everything else that the calling thread has. A file that the
// kernel doesn't know how to execute is handed to /bin/sh with `shell_arguments`, as execvp(3) does,
// if it looks like a text.
//
// `streams` are three descriptors that become the program's standard streams; -1 leaves one as it is.
//
// Gives the process's number, or -1 and errno. C because Swift can't call fork, rightly: after it
// only async-signal-safe calls are allowed (signal-safety(7)), and all that the child calls here are.
pid_t tandem_held_fork(const char *path, char *const arguments[], char *const shell_arguments[],
                       char *const environment[], int socket, int other, const int streams[3],
                       const tandem_start *start);

// What has happened to a child since this was last asked (waitid(2)): the number of the signal that
// stopped it, -1 when it goes on again, 0 when neither. C because of siginfo_t's unions.
int tandem_child_stop(pid_t pid);

// Whether a child has ended, without taking its status (waitid(2), WNOWAIT): 1 also when it isn't a
// child any more. C because of siginfo_t's unions.
int tandem_child_has_ended(pid_t pid);

#endif
