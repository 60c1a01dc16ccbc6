// Programs that are forked now and executed later, and how this very process was started.

#define _GNU_SOURCE
#include "tandem_held.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

// Numbered from 1 (signal(7)); the kernel's set is 64 bits wide.
#define SIGNALS 64

static tandem_start noted;
static int is_noted;
static pthread_mutex_t noting = PTHREAD_MUTEX_INITIALIZER;

static uint64_t bit_of(int signal) { return 1ull << (signal - 1); }

void tandem_start_note(int is_early) {
  pthread_mutex_lock(&noting);
  if (!is_noted) {
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    for (int number = 1; number <= SIGNALS; number++) {
      struct sigaction action;
      if (sigismember(&mask, number) == 1) noted.blocked |= bit_of(number);
      // The C library keeps two signals to itself and refuses to tell.
      if (sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
        noted.ignored |= bit_of(number);
    }
    for (int number = 0; number < 3; number++)
      if (fcntl(number, F_GETFD) == -1) noted.closed |= 1u << number;
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    getrlimit(RLIMIT_NOFILE, &limit);
    noted.descriptors = limit.rlim_cur;
    noted.most_descriptors = limit.rlim_max;
    noted.is_early = is_early != 0;
    is_noted = 1;
  }
  pthread_mutex_unlock(&noting);
}

const tandem_start *tandem_start_get(void) {
  tandem_start_note(0);
  return &noted;
}

// Whether a file that the kernel doesn't know how to execute looks like a text, and so like a script
// without a first line that names its interpreter: no NUL before the end of its first line. A program
// for another kind of machine is not for a shell to make something of.
static int looks_like_text(const char *path) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  char start[128];
  ssize_t count = read(file, start, sizeof start);
  close(file);
  for (ssize_t i = 0; i < count && start[i] != '\n'; i++)
    if (start[i] == 0) return 0;
  return count >= 0;
}

__attribute__((noreturn)) static void hold(const char *path, char *const arguments[],
                                           char *const shell_arguments[], char *const environment[],
                                           int socket, const int streams[3],
                                           const tandem_start *start) {
  sigset_t mask;
  sigemptyset(&mask);
  // No handler of this program may run here; the exec would take them away, but not at once.
  for (int number = 1; number <= SIGNALS; number++) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = start->ignored & bit_of(number) ? SIG_IGN : SIG_DFL;
    sigaction(number, &action, NULL);
    if (start->blocked & bit_of(number)) sigaddset(&mask, number);
  }
  // Copies first: a stream may be given another one's number. They end at the exec.
  int copies[3];
  for (int number = 0; number < 3; number++)
    copies[number] = streams[number] < 0 ? -1 : fcntl(streams[number], F_DUPFD_CLOEXEC, 3);
  if (socket < 3) socket = fcntl(socket, F_DUPFD_CLOEXEC, 3);
  for (int number = 0; number < 3; number++)
    if (copies[number] >= 0)
      dup2(copies[number], number);
    else if (streams[number] >= 0 || start->closed & (1u << number))
      close(number);
  struct rlimit limit = {start->descriptors, start->most_descriptors};
  setrlimit(RLIMIT_NOFILE, &limit);

  char byte;
  ssize_t received;
  do received = read(socket, &byte, 1);
  while (received < 0 && errno == EINTR);
  // The end: whoever was to let the program go is no more.
  if (received != 1) _exit(127);

  // A signal that came meanwhile is delivered now, to what is the program for everybody else.
  sigprocmask(SIG_SETMASK, &mask, NULL);
  execve(path, arguments, environment);
  int error = errno;
  if (error == ENOEXEC && looks_like_text(path)) {
    execve("/bin/sh", shell_arguments, environment);
    error = errno;
  }
  // Not write(2): the reader may be gone, and SIGPIPE would hide the exit code.
  if (send(socket, &error, sizeof error, MSG_NOSIGNAL) < 0) { /* nobody is left to be told */
  }
  _exit(127);
}

pid_t tandem_held_fork(const char *path, char *const arguments[], char *const shell_arguments[],
                       char *const environment[], int socket, int other, const int streams[3],
                       const tandem_start *start) {
  // An ignored SIGCHLD, which is inherited over exec, would have the kernel reap the program at once
  // and lose its exit status (wait(2), "NOTES").
  struct sigaction action;
  if (sigaction(SIGCHLD, NULL, &action) == 0 &&
      (action.sa_handler == SIG_IGN || action.sa_flags & SA_NOCLDWAIT)) {
    action.sa_flags &= ~SA_NOCLDWAIT;
    if (action.sa_handler == SIG_IGN) action.sa_handler = SIG_DFL;
    sigaction(SIGCHLD, &action, NULL);
  }
  sigset_t all, earlier;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &earlier);
  pid_t child = fork();
  if (child == 0) {
    close(other);
    hold(path, arguments, shell_arguments, environment, socket, streams, start);
  }
  int error = errno;
  pthread_sigmask(SIG_SETMASK, &earlier, NULL);
  errno = error;
  return child;
}

int tandem_child_stop(pid_t pid) {
  siginfo_t info;
  info.si_pid = 0;
  int result;
  do result = waitid(P_PID, (id_t)pid, &info, WSTOPPED | WCONTINUED | WNOHANG);
  while (result != 0 && errno == EINTR);
  if (result != 0 || info.si_pid == 0) return 0;
  return info.si_code == CLD_STOPPED ? info.si_status : info.si_code == CLD_CONTINUED ? -1 : 0;
}

int tandem_child_has_ended(pid_t pid) {
  siginfo_t info;
  info.si_pid = 0;
  int result;
  do result = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT);
  while (result != 0 && errno == EINTR);
  return result != 0 || info.si_pid != 0;
}
