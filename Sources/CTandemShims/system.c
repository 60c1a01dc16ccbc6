#define _GNU_SOURCE
#include "tandem_system.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <poll.h>
#include <pthread.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int tandem_memfd_create(const char *name) {
  return memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

pid_t tandem_gettid(void) { return (pid_t)syscall(SYS_gettid); }

int64_t tandem_stack_left(void) {
  pthread_attr_t attributes;
  void *start;
  size_t size;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return -1;
  int failure = pthread_attr_getstack(&attributes, &start, &size);
  pthread_attr_destroy(&attributes);
  return failure ? -1 : (char *)__builtin_frame_address(0) - (char *)start;
}

void tandem_set_thread_name(const char *name) { prctl(PR_SET_NAME, name); }

void tandem_fill_settings(tandem_worker_page *page) {
  page->limit_count = RLIM_NLIMITS < TANDEM_LIMITS ? RLIM_NLIMITS : TANDEM_LIMITS;
  for (uint32_t i = 0; i < page->limit_count; i++) getrlimit((int)i, &page->limits[i]);
  long bytes = syscall(SYS_sched_getaffinity, 0, TANDEM_CPU_BYTES, page->cpus);
  page->cpu_bytes = bytes > 0 ? (uint32_t)bytes : 0;
}

int tandem_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int tandem_epoll_add(int epoll, int fd, uint32_t interest, uint64_t tag) {
  struct epoll_event event = {.events = interest, .data.u64 = tag};
  return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

int tandem_epoll_change(int epoll, int fd, uint32_t interest, uint64_t tag) {
  struct epoll_event event = {.events = interest, .data.u64 = tag};
  return epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event);
}

int tandem_epoll_remove(int epoll, int fd) { return epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL); }

int tandem_epoll_wait(int epoll, uint64_t *tags, int capacity, int timeout_ms) {
  struct epoll_event events[64];
  int count = epoll_wait(epoll, events, capacity < 64 ? capacity : 64, timeout_ms);
  for (int i = 0; i < count; i++) tags[i] = events[i].data.u64;
  return count;
}

int tandem_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int tandem_wait_readable(int fd, uint64_t nanoseconds) {
  struct pollfd watched = {.fd = fd, .events = POLLIN};
  struct timespec time = {(time_t)(nanoseconds / 1000000000), (long)(nanoseconds % 1000000000)};
  return ppoll(&watched, 1, &time, NULL);
}

const void *tandem_find_bytes(const void *bytes, size_t length, const void *wanted,
                              size_t wanted_length) {
  return memmem(bytes, length, wanted, wanted_length);
}

int tandem_futex_wait(uint32_t *word, uint32_t expected, int64_t timeout_ns) {
  struct timespec time = {timeout_ns / 1000000000, timeout_ns % 1000000000};
  return (int)syscall(SYS_futex, word, FUTEX_WAIT, expected, timeout_ns < 0 ? NULL : &time, NULL,
                      0);
}

int tandem_futex_wake_all(uint32_t *word) {
  return (int)syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

int tandem_futex_wake_one(uint32_t *word) {
  return (int)syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

int tandem_send_request(int socket, const tandem_request *request, const int *fds, int count) {
  union {
    char bytes[CMSG_SPACE(sizeof(int) * TANDEM_FD_MOST)];
    struct cmsghdr align;
  } control;
  memset(&control, 0, sizeof control);
  struct iovec part = {(void *)request, sizeof *request};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (count > 0) {
    message.msg_control = control.bytes;
    message.msg_controllen = CMSG_SPACE(sizeof(int) * (size_t)count);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * (size_t)count);
    memcpy(CMSG_DATA(header), fds, sizeof(int) * (size_t)count);
  }
  ssize_t sent;
  do sent = sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (sent < 0 && errno == EINTR);
  if (sent >= 0) return 0;
  // ETOOMANYREFS: too many descriptors are on their way (unix(7)).
  return errno == EAGAIN || errno == ENOBUFS || errno == ETOOMANYREFS ? 1 : -1;
}

int tandem_send_descriptor(int socket, int fd) {
  char byte = 0;
  union {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control;
  memset(&control, 0, sizeof control);
  struct iovec part = {&byte, 1};
  struct msghdr message = {.msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = control.bytes,
                           .msg_controllen = sizeof control.bytes};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &fd, sizeof(int));
  return sendmsg(socket, &message, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

int tandem_receive_descriptor(int socket) {
  char byte;
  union {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control;
  struct iovec part = {&byte, 1};
  struct msghdr message = {.msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = control.bytes,
                           .msg_controllen = sizeof control.bytes};
  ssize_t received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  if (received < 0) return -1;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (received == 0 || header == NULL || header->cmsg_level != SOL_SOCKET ||
      header->cmsg_type != SCM_RIGHTS || header->cmsg_len != CMSG_LEN(sizeof(int))) {
    errno = EPROTO;
    return -1;
  }
  int fd;
  memcpy(&fd, CMSG_DATA(header), sizeof fd);
  return fd;
}

int tandem_seal_memory(int fd) {
  return fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
}

int tandem_memory_is_sealed(int fd) {
  int wanted = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
  int seals = fcntl(fd, F_GET_SEALS);
  return seals >= 0 && (seals & wanted) == wanted;
}

void tandem_decode_wait_status(int status, int *exit_code, int *signal, int *dumped_core) {
  *exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  *signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  *dumped_core = WIFSIGNALED(status) && WCOREDUMP(status);
}

int tandem_spawn_with_socket(const char *path, char *const arguments[], char *const environment[],
                             int socket, pid_t *pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int error = posix_spawn_file_actions_init(&actions);
  if (error != 0) return error;
  error = posix_spawnattr_init(&attributes);
  if (error != 0) {
    posix_spawn_file_actions_destroy(&actions);
    return error;
  }
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  if (!error) error = posix_spawnattr_setsigmask(&attributes, &none);
  if (!error) error = posix_spawnattr_setsigdefault(&attributes, &all);
  if (!error)
    error = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  // The socket first: its number could be one of those that are opened next. dup2 onto itself
  // clears close-on-exec (posix_spawn_file_actions_adddup2(3)).
  if (!error) error = posix_spawn_file_actions_adddup2(&actions, socket, 3);
  for (int fd = 0; fd < 3 && !error; fd++)
    error = posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
  if (!error) error = posix_spawn_file_actions_addclosefrom_np(&actions, 4);
  if (!error) error = posix_spawn(pid, path, &actions, &attributes, arguments, environment);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return error;
}

struct search {
  uintptr_t address;
  const char *path;
  tandem_image *found;
};

static int visit_image(struct dl_phdr_info *info, size_t size, void *context) {
  (void)size;
  struct search *search = context;
  const char *path = info->dlpi_name ? info->dlpi_name : "";
  if (search->path != NULL && strcmp(path, search->path) != 0) return 0;
  tandem_image image = {.path = path, .base = info->dlpi_addr};
  int holds = 0;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *header = &info->dlpi_phdr[i];
    if (header->p_type != PT_LOAD) continue;
    uintptr_t start = info->dlpi_addr + header->p_vaddr, end = start + header->p_memsz;
    holds |= start <= search->address && search->address < end;
    if (image.start == 0 || start < image.start) image.start = start;
    if (end > image.end) image.end = end;
    if (header->p_flags & PF_X) {
      if (image.code_start == 0 || start < image.code_start) image.code_start = start;
      if (end > image.code_end) image.code_end = end;
    }
  }
  if (search->path == NULL && !holds) return 0;
  *search->found = image;
  return 1;
}

int tandem_find_image(uintptr_t address, const char *path, tandem_image *found) {
  struct search search = {address, path, found};
  return dl_iterate_phdr(visit_image, &search);
}

static int visit_file(struct dl_phdr_info *info, size_t size, void *context) {
  (void)size;
  uintptr_t address = *(const uintptr_t *)context;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *header = &info->dlpi_phdr[i];
    uintptr_t start = info->dlpi_addr + header->p_vaddr;
    if (header->p_type == PT_LOAD && start <= address && address < start + header->p_filesz)
      return 1;
  }
  return 0;
}

int tandem_is_from_file(uintptr_t address) { return dl_iterate_phdr(visit_file, &address); }

struct metadata_response {
  const void *value;
  uintptr_t state;
};
typedef __attribute__((swiftcall)) struct metadata_response (*metadata_accessor)(uintptr_t request);

const void *tandem_call_metadata_accessor(const void *accessor) {
  // A request of 0 asks for complete metadata and waits for it.
  return ((metadata_accessor)accessor)(0).value;
}

extern char *swift_demangle(const char *mangled, size_t length, char *output, size_t *output_length,
                            uint32_t flags);

char *tandem_demangle(const char *symbol) {
  return swift_demangle(symbol, strlen(symbol), NULL, NULL, 0);
}

char **tandem_environ(void) { return environ; }

__attribute__((weak)) extern int _dispatch_get_main_queue_handle_4CF(void);
__attribute__((weak)) extern void _dispatch_main_queue_callback_4CF(void *message);

__attribute__((weak)) extern const size_t _swift_concurrency_debug_asyncTaskSize;

long tandem_task_object_size(void) {
  return &_swift_concurrency_debug_asyncTaskSize ? (long)_swift_concurrency_debug_asyncTaskSize : 0;
}

static int wake_event = -1;

static void note_wake(int signal) {
  (void)signal;
  int saved = errno;
  uint64_t one = 1;
  // A full counter wakes already.
  if (write(wake_event, &one, sizeof one) < 0) {
  }
  errno = saved;
}

void tandem_wake_signal_install(void) {
  wake_event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_event < 0) return;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = note_wake;
  action.sa_flags = SA_RESTART;
  sigaction(TANDEM_WAKE_SIGNAL, &action, NULL);
}

int tandem_wait_readable_or_wake(int fd, uint64_t nanoseconds) {
  // A negative descriptor is passed over (poll(2)).
  struct pollfd watched[2] = {{.fd = fd, .events = POLLIN}, {.fd = wake_event, .events = POLLIN}};
  struct timespec time = {(time_t)(nanoseconds / 1000000000), (long)(nanoseconds % 1000000000)};
  if (ppoll(watched, 2, &time, NULL) <= 0) return 0;
  uint64_t count;
  if (watched[1].revents && read(wake_event, &count, sizeof count) < 0) {
  }
  return watched[0].revents != 0;
}

int tandem_main_queue_descriptor(void) {
  return _dispatch_get_main_queue_handle_4CF ? _dispatch_get_main_queue_handle_4CF() : -1;
}

void tandem_main_queue_drain(void) {
  if (_dispatch_main_queue_callback_4CF) _dispatch_main_queue_callback_4CF(NULL);
}
