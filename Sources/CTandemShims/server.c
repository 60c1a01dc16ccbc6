// The fork server: started once as this same executable, it forks a worker for each request.
//
// It is C and has one thread up to the fork, because in a forked child nothing of a Swift program
// is safe that ran before the fork: Swift's Mutex remembers the thread's id, Dispatch and the
// concurrency runtime their threads. In C before any Swift has run, none of them has begun. (One function
// in Swift is called, which touches none of these: see `tandem_worker_warm_up`.)
//
// It talks to its parent over a socket of packets: requests with descriptors come in, ends of
// workers with their exit status and resource usage go out. It ends when its parent does.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <stdio.h>

#include "tandem_entry.h"

// The signal that the kernel sends the server when its parent's thread ends (prctl(2)). Not
// SIGKILL: the server has process groups to end first. A real-time signal that nobody sends by hand.
#define PARENT_DEATH (SIGRTMAX - 3)

struct child {
  uint64_t worker;
  pid_t pid;
  int killed;
  // Whether its group ends with it however it ends: another program's children are nobody's.
  int is_program;
};

static struct {
  int socket;
  int signals;
  int null_device;
  int forward_stop;
  pid_t pid;
  pid_t parent_pid;
  // Its own limits, which its forks begin with.
  struct rlimit limits[TANDEM_LIMITS];
  struct child *children;
  size_t count, capacity;
} server;

static uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}

static void end_all_groups(void) {
  for (size_t i = 0; i < server.count; i++) kill(-server.children[i].pid, SIGKILL);
}

__attribute__((noreturn)) static void end_server(void) {
  end_all_groups();
  _exit(0);
}

static void tell(const tandem_event *event) {
  ssize_t sent;
  do sent = send(server.socket, event, sizeof *event, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  if (sent < 0) end_server();
}

// The number of threads of this process, without reading a directory: /proc/self/task has one
// link a thread and two of its own (proc(5)).
static long thread_count(void) {
  struct stat status;
  return stat("/proc/self/task", &status) == 0 ? (long)status.st_nlink - 2 : -1;
}

static void answer_start(tandem_worker_page *page, pid_t pid, int error) {
  page->pid = pid;
  page->start_error = error;
  __atomic_store_n(&page->started, 1u, __ATOMIC_RELEASE);
  // Not FUTEX_PRIVATE_FLAG: the word is shared between processes (futex(2)).
  syscall(SYS_futex, &page->started, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
}

// Splits NUL-terminated strings that follow each other into a NULL-terminated vector, with room for
// `extra` more entries.
static char **string_vector(char *bytes, uint64_t length, size_t extra) {
  size_t count = 0;
  for (uint64_t i = 0; i < length; i++) count += bytes[i] == 0;
  char **vector = malloc((count + extra + 1) * sizeof *vector);
  if (vector == NULL) return NULL;
  size_t filled = 0;
  for (uint64_t i = 0; filled < count; i += strlen(bytes + i) + 1) vector[filled++] = bytes + i;
  for (size_t i = 0; i <= extra; i++) vector[filled + i] = NULL;
  return vector;
}

// Closes every descriptor from `first` on; by hand where a container forbids close_range(2).
static void close_from(unsigned first) {
  if (syscall(SYS_close_range, first, ~0u, 0u) == 0) return;
  struct rlimit limit;
  unsigned end = 65536;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 1048576)
    end = (unsigned)limit.rlim_cur;
  for (unsigned fd = first; fd < end; fd++) close((int)fd);
}

static void move_descriptor(int from, int to) {
  if (from == to)
    fcntl(to, F_SETFD, 0);
  else
    dup2(from, to);
}

// Ends a child that never became a worker.
__attribute__((noreturn)) static void fail_worker(tandem_worker_page *page, int error) {
  page->exec_error = error;
  _exit(127);
}

// Everything that the worker should find as its parent has it now, not as the server had it.
static void take_over_settings(tandem_worker_page *page, const int fds[TANDEM_FD_MOST]) {
  // A group of its own, so that what a worker starts ends with it; the server does the same, and
  // whoever comes first is right.
  setpgid(0, 0);
  // Only now: in the server's group a signal of the terminal would be meant for its parent.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != server.pid) _exit(0);

  // The received descriptors may lie where they should go: first move them out of the way.
  int high[TANDEM_FD_MOST];
  for (int i = 0; i < TANDEM_FD_MOST; i++) {
    if (fds[i] < 0) continue;
    high[i] = fcntl(fds[i], F_DUPFD, TANDEM_WORKER_BELL_FD + 1);
    if (high[i] < 0) fail_worker(page, errno);
  }
  move_descriptor(server.null_device, 0);
  move_descriptor(high[TANDEM_FD_OUTPUT], 1);
  move_descriptor(high[TANDEM_FD_ERROR], 2);
  if (fchdir(high[TANDEM_FD_DIRECTORY]) != 0) { /* it was removed: stay in the server's */
  }
  if (page->begin == TANDEM_BEGIN_PROGRAM) {
    close_from(3);
  } else {
    move_descriptor(high[TANDEM_FD_CONTROL], TANDEM_WORKER_CONTROL);
    move_descriptor(high[TANDEM_FD_PAGE], TANDEM_WORKER_PAGE_FD);
    if (fds[TANDEM_FD_BELL] >= 0)
      move_descriptor(high[TANDEM_FD_BELL], TANDEM_WORKER_BELL_FD);
    else
      close(TANDEM_WORKER_BELL_FD);
    close_from(TANDEM_WORKER_BELL_FD + 1);
  }

  umask(page->file_mode_mask);
  // An error leaves it as it is: less than what was asked for, but nothing lost.
  if (page->nice_increment != 0 && nice(page->nice_increment) == -1) {
  }
  // Most are as the server has them: a call for each would be a tenth of a worker's start.
  for (uint32_t i = 0; i < page->limit_count && i < TANDEM_LIMITS; i++) {
    if (server.limits[i].rlim_cur != page->limits[i].rlim_cur ||
        server.limits[i].rlim_max != page->limits[i].rlim_max)
      setrlimit((int)i, &page->limits[i]);
  }
  if (page->cpu_bytes > 0) sched_setaffinity(0, page->cpu_bytes, (cpu_set_t *)page->cpus);
  prctl(PR_SET_NAME, page->name);
}

// The child's way from the fork to the worker or the program. Never returns.
__attribute__((noreturn)) static void begin_worker(tandem_worker_page *header,
                                                   const int fds[TANDEM_FD_MOST]) {
  uint64_t total = header->total_length;
  tandem_worker_page *page =
      mmap(NULL, total, PROT_READ | PROT_WRITE, MAP_SHARED, fds[TANDEM_FD_PAGE], 0);
  if (page == MAP_FAILED) _exit(126);
  munmap(header, sizeof *header);
  char *base = (char *)page;

  char **environment = string_vector(base + page->environment_offset, page->environment_length, 1);
  if (environment == NULL) _exit(126);
  if (page->begin == TANDEM_BEGIN_FORK) {
    take_over_settings(page, fds);
    environ = environment;
    close(TANDEM_WORKER_PAGE_FD);
    fcntl(TANDEM_WORKER_CONTROL, F_SETFD, FD_CLOEXEC);
    free(server.children);
    tandem_worker_run(page, 0);
  }

  char **arguments = string_vector(base + page->arguments_offset, page->arguments_length, 0);
  const char *program = base + page->program_offset;
  static char token[64];
  if (page->begin == TANDEM_BEGIN_EXEC) {
    program = "/proc/self/exe";
    snprintf(token, sizeof token, TANDEM_TOKEN_NAME "=%u:" TANDEM_ROLE_WORKER ":%d:0",
             TANDEM_PAGE_VERSION, (int)server.pid);
    size_t last = 0;
    while (environment[last] != NULL) last++;
    environment[last] = token;
  }
  take_over_settings(page, fds);
  execve(program, arguments, environment);
  fail_worker(page, errno);
}

static void start_worker(const tandem_request *request, const int fds[TANDEM_FD_MOST]) {
  tandem_worker_page *page =
      mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, fds[TANDEM_FD_PAGE], 0);
  if (page == MAP_FAILED) return;
  if (server.count == server.capacity) {
    size_t capacity = server.capacity ? server.capacity * 2 : 64;
    struct child *grown = realloc(server.children, capacity * sizeof *grown);
    if (grown == NULL) {
      answer_start(page, 0, ENOMEM);
      munmap(page, sizeof *page);
      return;
    }
    server.children = grown;
    server.capacity = capacity;
  }
  if (page->begin == TANDEM_BEGIN_FORK && thread_count() > 1) {
    answer_start(page, 0, TANDEM_SERVER_HAS_THREADS);
    munmap(page, sizeof *page);
    return;
  }
  uint32_t expected = 0;
  if (!__atomic_compare_exchange_n(&page->attempted, &expected, 1u, 0, __ATOMIC_ACQ_REL,
                                   __ATOMIC_ACQUIRE)) {
    // The parent waits no more.
    munmap(page, sizeof *page);
    return;
  }
  pid_t pid = fork();
  if (pid == 0) begin_worker(page, fds);
  int error = pid < 0 ? errno : 0;
  if (pid > 0) {
    setpgid(pid, pid);
    server.children[server.count++] =
        (struct child){.worker = request->worker,
                       .pid = pid,
                       .killed = 0,
                       .is_program = page->begin == TANDEM_BEGIN_PROGRAM};
  }
  answer_start(page, pid > 0 ? pid : 0, error);
  munmap(page, sizeof *page);
}

// Answers a request whose other descriptors found no room here (unix(7), MSG_CTRUNC).
static void refuse_worker(int page_fd, int error) {
  tandem_worker_page *page =
      mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, page_fd, 0);
  if (page == MAP_FAILED) return;
  answer_start(page, 0, error);
  munmap(page, sizeof *page);
}

static void signal_worker(const tandem_request *request) {
  for (size_t i = 0; i < server.count; i++) {
    if (server.children[i].worker != request->worker) continue;
    if (request->signal == SIGKILL) server.children[i].killed = 1;
    // The pid can't have been given to another process: only this thread reaps it.
    kill(-server.children[i].pid, request->signal);
    // A stopped group sees SIGTERM only when it goes on.
    if (request->signal == SIGTERM) kill(-server.children[i].pid, SIGCONT);
    return;
  }
}

static void wake_worker(const tandem_request *request) {
  for (size_t i = 0; i < server.count; i++) {
    if (server.children[i].worker == request->worker)
      kill(server.children[i].pid, TANDEM_WAKE_SIGNAL);
  }
}

static void reap(void) {
  for (;;) {
    siginfo_t info;
    info.si_pid = 0;
    // WNOWAIT: look first, so that the group can be ended while its number is still taken.
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) return;
    size_t i = 0;
    while (i < server.count && server.children[i].pid != info.si_pid) i++;
    int known = i < server.count;
    int ends_group = info.si_code != CLD_EXITED ||
                     (known && (server.children[i].killed || server.children[i].is_program));
    if (ends_group) kill(-info.si_pid, SIGKILL);
    tandem_event event;
    memset(&event, 0, sizeof event);
    if (wait4(info.si_pid, &event.wait_status, 0, &event.usage) != info.si_pid) return;
    if (i == server.count) continue;
    event.kind = TANDEM_EVENT_EXITED;
    event.version = TANDEM_PAGE_VERSION;
    event.pid = info.si_pid;
    event.worker = server.children[i].worker;
    event.reaped_ns = now_ns();
    server.children[i] = server.children[--server.count];
    tell(&event);
  }
}

static void take_signals(void) {
  struct signalfd_siginfo info;
  while (read(server.signals, &info, sizeof info) == (ssize_t)sizeof info) {
    // SIGRTMAX is no constant (signal(7)).
    if ((int)info.ssi_signo == PARENT_DEATH) {
      // Whoever sends it by hand is not believed.
      if (getppid() != server.parent_pid) end_server();
      continue;
    }
    switch (info.ssi_signo) {
      case SIGCHLD:
        reap();
        break;
      case SIGTSTP:
      case SIGCONT:
        // The terminal's stop reaches the server, which stays in its parent's group, but not the
        // workers, which have groups of their own.
        for (size_t i = 0; server.forward_stop && i < server.count; i++)
          kill(-server.children[i].pid, (int)info.ssi_signo);
        break;
      default:
        break;
    }
  }
}

// Reads one request. Gives 0 at the end of the parent.
static int take_request(void) {
  tandem_request request;
  union {
    char bytes[CMSG_SPACE(sizeof(int) * TANDEM_FD_MOST)];
    struct cmsghdr align;
  } control;
  struct iovec part = {&request, sizeof request};
  struct msghdr message = {.msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = control.bytes,
                           .msg_controllen = sizeof control.bytes};
  ssize_t received = recvmsg(server.socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (received < 0) return errno == EAGAIN || errno == EINTR;
  if (received == 0) return 0;
  int fds[TANDEM_FD_MOST] = {-1, -1, -1, -1, -1, -1}, count = 0;
  for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    count = (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    memcpy(fds, CMSG_DATA(header), (size_t)count * sizeof(int));
  }
  if (received == (ssize_t)sizeof request) {
    if (request.kind == TANDEM_REQUEST_START && count >= TANDEM_FD_COUNT &&
        !(message.msg_flags & MSG_CTRUNC))
      start_worker(&request, fds);
    else if (request.kind == TANDEM_REQUEST_START && count > TANDEM_FD_PAGE)
      refuse_worker(fds[TANDEM_FD_PAGE], EMFILE);
    else if (request.kind == TANDEM_REQUEST_SIGNAL)
      signal_worker(&request);
    else if (request.kind == TANDEM_REQUEST_WAKE)
      wake_worker(&request);
  }
  // Closed at once: a copy here would keep end-of-file from ever coming.
  for (int i = 0; i < count; i++) close(fds[i]);
  return 1;
}

void tandem_server_run(int socket_fd, int parent_pid, int forward_stop) {
  server.socket = socket_fd;
  server.forward_stop = forward_stop;
  server.pid = getpid();
  server.parent_pid = parent_pid;
  fcntl(socket_fd, F_SETFD, FD_CLOEXEC);
  // Its own descriptors don't count against the limit that the parent chose for itself; workers get
  // the parent's limits as they are at their start.
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  for (int i = 0; i < TANDEM_LIMITS && i < RLIM_NLIMITS; i++) getrlimit(i, &server.limits[i]);
  prctl(PR_SET_NAME, "tandem-server");
  prctl(PR_SET_PDEATHSIG, PARENT_DEATH);

  sigset_t blocked;
  // Everything but its own faults: what is sent to the parent's group is for the parent to answer, who
  // alone decides what an interrupt from the terminal means.
  sigfillset(&blocked);
  const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) sigdelset(&blocked, faults[i]);
  sigprocmask(SIG_SETMASK, &blocked, NULL);
  server.signals = signalfd(-1, &blocked, SFD_CLOEXEC | SFD_NONBLOCK);
  server.null_device = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (server.signals < 0 || server.null_device < 0) _exit(126);
  // The parent may have died before the death signal was asked for.
  if (getppid() != parent_pid) _exit(0);

  tandem_event hello;
  memset(&hello, 0, sizeof hello);
  hello.kind = TANDEM_EVENT_HELLO;
  hello.version = TANDEM_PAGE_VERSION;
  hello.pid = server.pid;
  tell(&hello);
  // While the parent looks at what this process has mapped.
  tandem_worker_warm_up();

  struct pollfd watched[2] = {{.fd = server.socket, .events = POLLIN},
                              {.fd = server.signals, .events = POLLIN}};
  for (;;) {
    if (poll(watched, 2, -1) < 0 && errno != EINTR) end_server();
    if (watched[1].revents) take_signals();
    if (watched[0].revents && !take_request()) end_server();
  }
}
