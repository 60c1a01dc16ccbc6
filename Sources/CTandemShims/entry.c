// How a process learns that it is a worker before its own `main` runs.
//
// It is C because it runs before the Swift runtime may be used, because it defines a symbol of the
// C library, and because a weak definition can't be written in Swift.
//
// `__libc_start_main` is what an executable's first instructions call; the C library defines it, and
// the executable's reference to it is bound to the first definition that the linker sees: this one.
// Two other ways were tried. A constructor runs too early: in a statically linked program the
// constructor of libdispatch may not have run yet. A strong definition breaks the link of a fully
// static executable, which brings the C library's own; there the weak one gives way and is inert,
// and the explicit entry call takes its place.

#define _GNU_SOURCE
#include "tandem_entry.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tandem_held.h"

typedef int (*main_function)(int, char **, char **);
typedef int (*start_function)(main_function, int, char **, void (*)(void), void (*)(void),
                              void (*)(void), void *);

static int armed = 0;

// What the token says. `TANDEM_WORKER_TOKEN=1:ROLE:PARENT:FORWARD`, written by ForkServer.swift and
// by server.c.
struct token {
  int present;
  int is_server;
  int parent_pid;
  int forward_stop;
};

static struct token take_token(void) {
  struct token token = {0, 0, 0, 0};
  // A program with more rights than its caller takes no orders from the caller's environment.
  const char *text = secure_getenv(TANDEM_TOKEN_NAME);
  if (text == NULL) return token;
  char role[16] = "";
  int version = 0;
  if (sscanf(text, "%d:%15[a-z]:%d:%d", &version, role, &token.parent_pid, &token.forward_stop) ==
          4 &&
      version == (int)TANDEM_PAGE_VERSION) {
    token.present = 1;
    token.is_server = strcmp(role, TANDEM_ROLE_SERVER) == 0;
  }
  // Removed at once, so that what this process starts is not taken for a worker.
  if (token.present) unsetenv(TANDEM_TOKEN_NAME);
  return token;
}

__attribute__((noreturn)) static void say_and_end(const char *text) {
  if (write(2, text, strlen(text)) < 0) { /* there is nowhere left to say it */
  }
  _exit(70);
}

__attribute__((noreturn)) static void serve(struct token token) {
  if (token.is_server) {
    tandem_server_run(TANDEM_SERVER_SOCKET, token.parent_pid, token.forward_stop);
  }
  // A worker that was executed anew. Its death signal survived the exec (prctl(2)); its parent may
  // have died before it was set.
  if (getppid() != token.parent_pid) _exit(0);
  fcntl(TANDEM_WORKER_CONTROL, F_SETFD, FD_CLOEXEC);
  struct stat status;
  if (fstat(TANDEM_WORKER_PAGE_FD, &status) != 0 ||
      status.st_size < (off_t)sizeof(tandem_worker_page))
    _exit(126);
  tandem_worker_page *page = mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_SHARED,
                                  TANDEM_WORKER_PAGE_FD, 0);
  if (page == MAP_FAILED) _exit(126);
  close(TANDEM_WORKER_PAGE_FD);
  prctl(PR_SET_NAME, page->name);
  tandem_worker_run(page, 1);
}

static int serve_as_main(int argc, char **argv, char **envp) {
  (void)argc;
  (void)argv;
  (void)envp;
  struct token token = take_token();
  if (!token.present)
    say_and_end("tandem: " TANDEM_TOKEN_NAME
                " is set to what no fork server of this version sets it to: unset it\n");
  serve(token);
}

__attribute__((weak, visibility("default"))) int __libc_start_main(main_function main, int argc,
                                                                   char **argv, void (*init)(void),
                                                                   void (*fini)(void),
                                                                   void (*rtld_fini)(void),
                                                                   void *stack_end) {
  armed = 1;
  start_function next = (start_function)dlsym(RTLD_NEXT, "__libc_start_main");
  if (next == NULL) {
    static const char text[] = "tandem: the C library has no __libc_start_main\n";
    if (write(2, text, sizeof text - 1) < 0) { /* there is nowhere left to say it */
    }
    _exit(127);
  }
  int is_worker = secure_getenv(TANDEM_TOKEN_NAME) != NULL;
  // A worker runs nothing for others, and its start is timed.
  if (!is_worker) tandem_start_note(1);
  return next(is_worker ? serve_as_main : main, argc, argv, init, fini, rtld_fini, stack_end);
}

int tandem_entry_is_armed(void) { return armed; }

void tandem_entry_call(void) {
  struct token token = take_token();
  if (token.present) serve(token);
  armed = 1;
}

void tandem_entry_refuse_unserved(void) {
  if (secure_getenv(TANDEM_TOKEN_NAME) == NULL) return;
  say_and_end(
      "tandem: this worker process ran the program's own main. The entry hook is inert in this "
      "build: put `WorkerEntry.serveIfWorker()` first in main.\n");
}
