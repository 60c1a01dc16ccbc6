// The mode of a terminal on which something is drawn, and a process that restores it.

#define _GNU_SOURCE
#include "tandem_terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

void tandem_terminal_mode(struct termios *mode) {
  mode->c_lflag &= ~(tcflag_t)(ICANON | ECHO);
  mode->c_iflag &= ~(tcflag_t)IXON;
  mode->c_cc[VMIN] = 1;
  mode->c_cc[VTIME] = 0;
}

int tandem_terminal_set(int terminal, const struct termios *mode) {
  sigset_t ttou, earlier;
  sigemptyset(&ttou);
  sigaddset(&ttou, SIGTTOU);
  pthread_sigmask(SIG_BLOCK, &ttou, &earlier);
  int result;
  do result = tcsetattr(terminal, TCSANOW, mode);
  while (result != 0 && errno == EINTR);
  int error = errno;
  pthread_sigmask(SIG_SETMASK, &earlier, NULL);
  errno = error;
  return result;
}

static void write_all(int file, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t count = write(file, bytes, length);
    if (count < 0 && errno == EINTR) continue;
    // A terminal that is gone needs nothing any more.
    if (count <= 0) return;
    bytes += count;
    length -= (size_t)count;
  }
}

// Whether a mode is the one for drawing: a shell that has its prompt out has set its own.
static int is_drawing_mode(const struct termios *mode, const struct termios *before) {
  struct termios drawing = *before;
  tandem_terminal_mode(&drawing);
  return mode->c_lflag == drawing.c_lflag && mode->c_iflag == drawing.c_iflag;
}

__attribute__((noreturn)) static void guard(int terminal, int leash, const struct termios *before,
                                            const char *restore, size_t length, int kept) {
  setsid();
  prctl(PR_SET_NAME, "tandem-guard");
  // Nothing else stays open: somebody may wait for the end of a pipe, or unmount a file system.
  // Copies first, as one may have another's number.
  int copies[3] = {fcntl(leash, F_DUPFD, 3), fcntl(terminal, F_DUPFD, 3),
                   kept < 0 ? -1 : fcntl(kept, F_DUPFD, 3)};
  for (int number = 0; number < 3; number++)
    if (copies[number] < 0)
      close(number);
    else
      dup2(copies[number], number);
  if (close_range(3, ~0U, 0) != 0)
    for (int number = 3; number < 1024; number++) close(number);
  if (chdir("/") != 0) { /* then the folder stays in use */
  }
  char is_drawn = 0;
  for (;;) {
    char byte;
    ssize_t count = read(0, &byte, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count != 1) break;
    is_drawn = byte;
  }
  if (is_drawn) {
    write_all(1, restore, length);
    struct termios now;
    if (tcgetattr(1, &now) == 0 && is_drawing_mode(&now, before)) tcsetattr(1, TCSANOW, before);
    char chunk[4096];
    off_t place = 0;
    for (;;) {
      ssize_t count = pread(2, chunk, sizeof chunk, place);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) break;
      write_all(1, chunk, (size_t)count);
      place += count;
    }
  }
  _exit(0);
}

pid_t tandem_terminal_guard(int terminal, int leash, int other, const struct termios *before,
                            const char *restore, size_t length, int kept) {
  // The child keeps all signals blocked: no handler of this program may run there, and no request to
  // end is for it.
  sigset_t all, earlier;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &earlier);
  pid_t child = fork();
  if (child == 0) {
    close(other);
    guard(terminal, leash, before, restore, length, kept);
  }
  int error = errno;
  pthread_sigmask(SIG_SETMASK, &earlier, NULL);
  errno = error;
  return child;
}
