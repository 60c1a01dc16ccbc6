// The mode of a terminal on which something is drawn, and a process that restores it.
#ifndef TANDEM_TERMINAL_H
#define TANDEM_TERMINAL_H

#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

// Turns a mode into one for drawing (termios(3)): keys come at once and aren't echoed, Ctrl-S stops
// nothing; Ctrl-C and Ctrl-Z still send their signals. C because of the array inside the struct.
void tandem_terminal_mode(struct termios *mode);

// Sets a mode at once, also from a job in the background, which SIGTTOU would stop. Gives 0 or -1. C
// because the mask of signals is restored with errno kept.
int tandem_terminal_set(int terminal, const struct termios *mode);

// Forks a process that waits at `leash`, the reading end of a pipe whose other end is `other`. Each byte
// that comes says whether the terminal is drawn on (1) or not (0). At the end of the pipe, so when this
// process has died, and if the terminal is drawn on, the process writes `restore` to it; sets the mode
// `before`, unless somebody has changed the mode meanwhile; and copies the file `kept` there, unless that
// is -1. It is in a session of its own, so that what ends a job or a session doesn't end it.
//
// Gives its number, or -1 and errno. C because Swift can't call fork: after it only async-signal-safe
// calls are allowed (signal-safety(7)), and all that the child calls here are.
pid_t tandem_terminal_guard(int terminal, int leash, int other, const struct termios *before,
                            const char *restore, size_t length, int kept);

#endif
