// The way in: how a process learns that it is a worker before its own `main` runs.
#ifndef TANDEM_ENTRY_H
#define TANDEM_ENTRY_H

#include <stdint.h>

#include "tandem_worker_page.h"

// The environment variable that makes a process a server or a worker. It is removed at once.
#define TANDEM_TOKEN_NAME "TANDEM_WORKER_TOKEN"
// The environment variable that counts how deep processes are nested. It is never removed.
#define TANDEM_DEPTH_NAME "TANDEM_WORKER_DEPTH"

#define TANDEM_ROLE_SERVER "server"
#define TANDEM_ROLE_WORKER "worker"

// The descriptors that a server and a worker find open.
#define TANDEM_SERVER_SOCKET 3
#define TANDEM_WORKER_CONTROL 3
#define TANDEM_WORKER_PAGE_FD 4
#define TANDEM_WORKER_BELL_FD 5

// Whether the hook ran in this process, or the explicit entry call did: without it this process
// must not start itself again, because its `main` would run in the worker.
int tandem_entry_is_armed(void);

// The explicit entry call, for programs in which the hook is inert: serves and never returns when
// the process was started as a server or a worker; otherwise arms the process and returns.
void tandem_entry_call(void);

// Ends the process with one line on standard error when a worker token is still in the
// environment: then neither the hook nor the entry call ran, and `main` is running in a worker.
void tandem_entry_refuse_unserved(void);

// The server's loop (server.c). Never returns in the server; in a forked worker it runs the worker.
__attribute__((noreturn)) void tandem_server_run(int socket_fd, int parent_pid, int forward_stop);

// Runs a worker in this process: `page` is its mapped memory. Never returns.
__attribute__((noreturn)) void tandem_worker_run(tandem_worker_page *page, int was_executed);

// Has the Swift runtime put together, once and in the server, the types that every worker needs before its
// task: else each fork does it anew. It makes values and forgets them; nothing in it takes a lock of
// Swift's, starts a task or a thread, or asks the thread for its number, which would not survive a fork.
void tandem_worker_warm_up(void);

// Installs the crash handler, which writes to `page` (crash.c).
void tandem_crash_install(tandem_worker_page *page);

#endif
