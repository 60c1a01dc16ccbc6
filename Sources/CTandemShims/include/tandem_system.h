// System calls that Swift can't call by itself. Each says why.
#ifndef TANDEM_SYSTEM_H
#define TANDEM_SYSTEM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "tandem_worker_page.h"

// Declared only for _GNU_SOURCE, which the importer of the C library does not define:

// memfd_create(2), close-on-exec, may be sealed.
int tandem_memfd_create(const char *name);
// The number of threads' own kernel id (gettid(2)).
pid_t tandem_gettid(void);
// How many bytes are left of the calling thread's stack (pthread_getattr_np(3)); -1 when that isn't known.
int64_t tandem_stack_left(void);
// Names the calling thread (prctl(2), PR_SET_NAME): at most 15 bytes are kept.
void tandem_set_thread_name(const char *name);
// Fills in the limits (getrlimit(2)) and the CPUs of the calling thread: arrays inside a struct, which
// Swift sees as tuples.
void tandem_fill_settings(tandem_worker_page *page);
// epoll(7). Events carry a 64-bit tag; `interest` is EPOLLIN or EPOLLOUT bits.
int tandem_epoll_create(void);
int tandem_epoll_add(int epoll, int fd, uint32_t interest, uint64_t tag);
int tandem_epoll_change(int epoll, int fd, uint32_t interest, uint64_t tag);
int tandem_epoll_remove(int epoll, int fd);
int tandem_epoll_wait(int epoll, uint64_t *tags, int capacity, int timeout_ms);
int tandem_eventfd(void);
// memmem(3): where some bytes first occur in others, or NULL.
const void *tandem_find_bytes(const void *bytes, size_t length, const void *wanted,
                              size_t wanted_length);

// ppoll(2) for input on one descriptor, for at most so many nanoseconds. Gives what ppoll gives.
int tandem_wait_readable(int fd, uint64_t nanoseconds);

// Variadic, which Swift can't call:

// futex(2), FUTEX_WAIT on a word that processes may share; a timeout below 0 is none. Gives 0 or -1.
int tandem_futex_wait(uint32_t *word, uint32_t expected, int64_t timeout_ns);
// futex(2), FUTEX_WAKE of everybody.
int tandem_futex_wake_all(uint32_t *word);
int tandem_futex_wake_one(uint32_t *word);

// Macros over raw memory, which Swift can't import:

// Passes a descriptor along with one byte over a stream socket (unix(7), SCM_RIGHTS), and takes it.
int tandem_send_descriptor(int socket, int fd);
int tandem_receive_descriptor(int socket);
// Makes a memory file unchangeable for everybody, and asks whether it is (fcntl(2), F_ADD_SEALS).
int tandem_seal_memory(int fd);
int tandem_memory_is_sealed(int fd);

// Sends one packet with descriptors (unix(7), SCM_RIGHTS) without waiting. Gives 0, 1 when there is no room
// for it now, or -1.
int tandem_send_request(int socket, const tandem_request *request, const int *fds, int count);
// How a process ended (wait(2), WIFEXITED and others): `*signal` is 0 when it exited.
void tandem_decode_wait_status(int status, int *exit_code, int *signal, int *dumped_core);

// Takes an attribute and an action object of opaque C types, and addclosefrom_np, which is
// declared only for _GNU_SOURCE: posix_spawn(3) with an empty signal mask, every signal at its
// default, /dev/null as the three standard descriptors, `socket` as descriptor 3 and nothing else.
// Gives 0 or an error number.
int tandem_spawn_with_socket(const char *path, char *const arguments[], char *const environment[],
                             int socket, pid_t *pid);

// A callback over a C struct of pointers, read under the loader's lock (dl_iterate_phdr(3)): finds the
// loaded image whose path is `path`, or where that is NULL, the one that holds `address`. Gives 1 when
// there is one. The executable's path is empty.
typedef struct {
  const char *path;
  // What is added to an address of the file to get the address in memory.
  uintptr_t base;
  // Where the first segment begins in memory.
  uintptr_t start;
  uintptr_t code_start, code_end;
  // Where the last segment ends in memory.
  uintptr_t end;
} tandem_image;
int tandem_find_image(uintptr_t address, const char *path, tandem_image *found);

// Whether what is at an address came out of an image's file, rather than being memory that the image
// only asks for (.bss), which the Swift runtime makes things in at run time.
int tandem_is_from_file(uintptr_t address);

// Uses the calling convention of Swift: asks the metadata accessor at `accessor` for the complete
// metadata of a type without generic parameters (TypeMetadata.rst, "metadata access function").
const void *tandem_call_metadata_accessor(const void *accessor);

// Declared in no header (libswiftCore): the readable form of a mangled symbol, to be freed, or NULL.
char *tandem_demangle(const char *symbol);

// An instruction: the hint that this is a loop that waits.
static inline void tandem_spin_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

// The process's environment, a C array of pointers that other threads may change.
char **tandem_environ(void);

// libdispatch's main queue without a thread that blocks in dispatch_main(3), which on Linux gives
// the main thread up: the descriptor that becomes readable when the queue has work, and the call
// that does the work. They are what Foundation's run loop uses; declared in no public header.
int tandem_main_queue_descriptor(void);

// A signal handler, which must not run Swift: has TANDEM_WAKE_SIGNAL make an eventfd(2) readable, so
// that it can be waited for together with a descriptor, and no signal need be blocked. Gives whether
// `fd` is readable.
void tandem_wake_signal_install(void);
int tandem_wait_readable_or_wake(int fd, uint64_t nanoseconds);

void tandem_main_queue_drain(void);

// How many bytes a task's object has, which Swift's runtime tells debuggers in a variable that no public
// header declares; 0 where it doesn't.
long tandem_task_object_size(void);

#endif
