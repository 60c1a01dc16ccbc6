// The last C before a worker's Swift.

#include <stdlib.h>
#include <unistd.h>

#include "tandem_entry.h"

// Defined in Swift (WorkerMain.swift). Weak, because the rooms below the library link without it.
__attribute__((weak)) extern void tandem_swift_worker_main(tandem_worker_page *page,
                                                           int was_executed);

// Likewise.
__attribute__((weak)) extern void tandem_swift_worker_warm_up(void);

void tandem_worker_warm_up(void) {
  if (tandem_swift_worker_warm_up) tandem_swift_worker_warm_up();
}

void tandem_worker_run(tandem_worker_page *page, int was_executed) {
  tandem_crash_install(page);
  if (tandem_swift_worker_main) tandem_swift_worker_main(page, was_executed);
  _exit(126);
}
