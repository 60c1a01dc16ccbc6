// Writes where a worker crashed to its shared page, for the parent to name the functions.
//
// It is C because a signal handler may call only async-signal-safe functions (signal-safety(7)), and
// Swift promises that of none of its own.

#define _GNU_SOURCE
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>

#include "tandem_entry.h"

static tandem_worker_page *crash_page;

static const int crash_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT, SIGSYS};

// What was installed before: Swift's own backtracer, or a sanitizer's reporter.
static struct sigaction earlier[64];
static int chain;

// Reads a frame record through the kernel, which refuses a bad address instead of faulting again.
static int read_frame(uint64_t address, uint64_t record[2]) {
  struct iovec local = {record, 16};
  struct iovec remote = {(void *)address, 16};
  return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == 16;
}

// Where the executable's own code begins and ends: the linker says it.
extern const char __executable_start[] __attribute__((weak));
extern const char etext[] __attribute__((weak));

static int is_own_code(uint64_t address) {
  return address >= (uint64_t)__executable_start && address < (uint64_t)etext;
}

// libgcc's unwinder; weak, because a fully static program may lack it.
__attribute__((weak)) extern _Unwind_Reason_Code _Unwind_Backtrace(_Unwind_Trace_Fn, void *);
__attribute__((weak)) extern _Unwind_Ptr _Unwind_GetIP(struct _Unwind_Context *);

struct unwinding {
  uint64_t from;
  int begun;
  uint32_t count;
  uint64_t frames[TANDEM_CRASH_FRAMES];
};

static _Unwind_Reason_Code on_frame(struct _Unwind_Context *context, void *argument) {
  struct unwinding *unwinding = argument;
  uint64_t address = _Unwind_GetIP(context);
  // The handler's own frames come first.
  if (address == unwinding->from) unwinding->begun = 1;
  if (unwinding->begun && unwinding->count < TANDEM_CRASH_FRAMES)
    unwinding->frames[unwinding->count++] = address;
  return _URC_NO_REASON;
}

static volatile sig_atomic_t first_signal;

static void on_crash(int signal_number, siginfo_t *info, void *context) {
  tandem_worker_page *page = crash_page;
  if (first_signal != 0) {
    // The unwinder itself crashed, on a stack that is no more: what is written must do.
    signal((int)first_signal, SIG_DFL);
    raise((int)first_signal);
    return;
  }
  first_signal = signal_number;
  ucontext_t *user = context;
  uint64_t pc = 0, frame = 0;
#if defined(__x86_64__)
  pc = (uint64_t)user->uc_mcontext.gregs[REG_RIP];
  frame = (uint64_t)user->uc_mcontext.gregs[REG_RBP];
#elif defined(__aarch64__)
  pc = user->uc_mcontext.pc;
  frame = user->uc_mcontext.regs[29];
#endif
  uint32_t count = 0;
  if (pc != 0) page->crash_frames[count++] = pc;
  while (frame != 0 && count < TANDEM_CRASH_FRAMES) {
    uint64_t record[2];
    if (!read_frame(frame, record) || record[1] == 0) break;
    page->crash_frames[count++] = record[1];
    if (record[0] <= frame) break;
    // Swift marks the frames of async functions in bit 60 of the saved frame pointer.
    frame = record[0] & ~(1ull << 60);
  }
  page->crash_frame_count = count;
  page->crash_code = info->si_code;
  page->crash_address = (uint64_t)info->si_addr;
  __atomic_store_n(&page->crash_signal, (uint32_t)signal_number, __ATOMIC_RELEASE);
  // The C library keeps no frame pointers, so from abort(3) or memcpy(3) the way above misses the
  // functions that called them. The unwinder reads tables instead. It may take locks on old systems,
  // so it is asked last, and only then.
  if (pc != 0 && !is_own_code(pc) && _Unwind_Backtrace && _Unwind_GetIP) {
    static struct unwinding unwinding;
    unwinding.from = pc;
    _Unwind_Backtrace(on_frame, &unwinding);
    if (unwinding.count > 1) {
      memcpy(page->crash_frames, unwinding.frames, unwinding.count * sizeof *unwinding.frames);
      page->crash_frame_count = unwinding.count;
    }
  }
  // Swift's backtracer takes up to a minute and a gigabyte for a crash, so it runs only when the
  // environment asks for it by name.
  if (chain && signal_number < 64) sigaction(signal_number, &earlier[signal_number], NULL);
  // The handler was reset on entry (SA_RESETHAND): a fault repeats when it returns; a signal that
  // was sent must be sent again.
  if (info->si_code <= 0 || signal_number == SIGABRT || signal_number == SIGTRAP ||
      signal_number == SIGSYS)
    raise(signal_number);
}

void tandem_crash_install(tandem_worker_page *page) {
  crash_page = page;
  // A stack of its own, so that a stack overflow can be told; for the main thread only: another
  // thread's overflow ends the process with the signal but without a place.
  enum { size = 64 * 1024 };
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory != MAP_FAILED) {
    stack_t stack = {.ss_sp = memory, .ss_flags = 0, .ss_size = size};
    sigaltstack(&stack, NULL);
  }
  const char *backtrace = getenv("SWIFT_BACKTRACE");
  chain = backtrace != NULL && strstr(backtrace, "enable=yes") != NULL;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_crash;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND | SA_NODEFER;
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < sizeof crash_signals / sizeof *crash_signals; i++)
    sigaction(crash_signals[i], &action, &earlier[crash_signals[i]]);
}
