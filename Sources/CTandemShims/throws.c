// Remembers where errors are thrown, cheaply enough to do it for every one: 16 addresses by way of the
// frame pointers, no allocation, no lock, and no call of the system but for async functions.
//
// It is C because the runtime calls it in the midst of a `throw`, at hooks that are variables of C
// (libswiftCore, ErrorObject.h); because frame pointers are raw memory; and because Swift's own code
// could itself throw.

#define _GNU_SOURCE
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tandem_system.h"
#include "tandem_throws.h"

// A throw that knows only `any Error` passes the box; one with a type (`throws(T)`) the value, whose
// box, if it gets one, is made later. Weak, because older runtimes lack the second.
__attribute__((weak)) extern void (*_swift_willThrow)(void *box);
__attribute__((weak)) extern void (*_swift_willThrowTypedImpl)(void *value, const void *type,
                                                               const void *conformance);

static void (*earlier_untyped)(void *);
static void (*earlier_typed)(void *, const void *, const void *);

// One throw. `number` is 0 while the rest is being written, then the throw's own.
typedef struct {
  uint64_t number;
  const void *box;
  const void *type;
  uint32_t count;
  uint64_t addresses[TANDEM_THROW_FRAMES];
} record;

// Shared by all threads, since an error is often thrown by one and caught by another: a child task's
// by its parent. Old ones are overwritten; an error that reaches the end of its work is one of the
// newest.
enum { RECORDS = 64 };
static record records[RECORDS];
static uint64_t thrown;
static uint64_t forgotten;

// Where the calling thread's stack ends.
static __thread uint64_t stack_top;

extern void *__libc_stack_end __attribute__((weak));

static uint64_t find_stack_top(void) {
  // The C library would have to look into /proc for the first thread's.
  if (&__libc_stack_end && gettid() == getpid()) return (uint64_t)__libc_stack_end;
  pthread_attr_t attributes;
  void *bottom = NULL;
  size_t size = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return 1;
  pthread_attr_getstack(&attributes, &bottom, &size);
  pthread_attr_destroy(&attributes);
  return (uint64_t)bottom + size;
}

// Where the code of the language's libraries is; empty in programs that have them linked in.
typedef struct {
  uintptr_t start, end;
} code_range;
static code_range core, concurrency;
static int knows_libraries;

extern void swift_willThrow(void);
__attribute__((weak)) extern void swift_job_run(void);

static code_range library_of(void *function) {
  code_range range = {0, 0};
  tandem_image image;
  if (function && tandem_find_image((uintptr_t)function, NULL, &image) && image.path[0] != 0) {
    range.start = image.code_start;
    range.end = image.code_end;
  }
  return range;
}

// At the first throw, so that a worker that throws nothing pays nothing. Threads that meet here find the
// same.
static void find_libraries(void) {
  if (__atomic_load_n(&knows_libraries, __ATOMIC_ACQUIRE)) return;
  core = library_of((void *)swift_willThrow);
  concurrency = library_of((void *)swift_job_run);
  __atomic_store_n(&knows_libraries, 1, __ATOMIC_RELEASE);
}

static bool is_in(code_range range, uint64_t address) {
  return address >= range.start && address < range.end;
}

// What an async function returns to is not on the stack, where only the executor is, but in contexts:
// each begins with its caller's context and with where that caller goes on (AsyncContext in the
// runtime's ABI). The outermost has no caller.
//
// Whether an address is a context's can't be told, so the kernel reads them, which refuses bad addresses
// instead of faulting; and what is no context does not lead to code. It costs some microseconds, for
// errors of async functions only.
static uint32_t walk_contexts(uint64_t context, uint64_t *addresses, uint32_t count) {
  uint32_t first = count;
  while (count < TANDEM_THROW_FRAMES && context != 0 && context % 8 == 0) {
    uint64_t words[2];
    struct iovec local = {words, sizeof words};
    struct iovec remote = {(void *)context, sizeof words};
    if (process_vm_readv(getpid(), &local, 1, &remote, 1, 0) != sizeof words) break;
    tandem_image image;
    if (words[0] == 0) break;
    if (count == first && (!tandem_find_image(words[1], NULL, &image) ||
                           words[1] < image.code_start || words[1] >= image.code_end))
      break;
    addresses[count++] = words[1];
    context = words[0];
  }
  return count;
}

// The frames from one on. What is read lies on this thread's stack, each frame above the one before:
// code without frame pointers can end the walk, but not lead it astray.
static uint32_t walk(uint64_t frame, uint64_t *addresses) {
  if (stack_top == 0) stack_top = find_stack_top();
  uint32_t count = 0;
  bool was_library = true;
  // The runtime's own function that called the hook, unless that was its last act.
  const uint64_t *hook = (const uint64_t *)frame;
  if (is_in(core, hook[1]) && hook[0] > frame) frame = hook[0];
  while (count < TANDEM_THROW_FRAMES && frame % 8 == 0 && frame + 16 <= stack_top) {
    const uint64_t *words = (const uint64_t *)frame;
    if (words[1] == 0) break;
    // A return address is the one after the call.
    uint64_t address = words[1] - 1;
    bool is_library = is_in(concurrency, address);
    if (is_library && !was_library) {
      // The executor called this frame's function: one that is async, which keeps its context right
      // below its frame (LLVM, "swiftasync"; on Linux nothing else marks such frames).
      uint32_t more = walk_contexts(words[-1], addresses, count);
      if (more > count) return more;
    }
    addresses[count++] = address;
    was_library = is_library;
    if (words[0] <= frame) break;
    frame = words[0];
  }
  return count;
}

static void note(const void *box, const void *type, uint64_t frame) {
  find_libraries();
  uint64_t number = __atomic_add_fetch(&thrown, 1, __ATOMIC_RELAXED);
  record *slot = &records[number % RECORDS];
  __atomic_store_n(&slot->number, 0, __ATOMIC_RELAXED);
  __atomic_thread_fence(__ATOMIC_RELEASE);
  slot->box = box;
  slot->type = type;
  slot->count = walk(frame, slot->addresses);
  __atomic_store_n(&slot->number, number, __ATOMIC_RELEASE);
}

static void on_throw(void *box) {
  note(box, NULL, (uint64_t)__builtin_frame_address(0));
  if (earlier_untyped) earlier_untyped(box);
}

static void on_typed_throw(void *value, const void *type, const void *conformance) {
  note(NULL, type, (uint64_t)__builtin_frame_address(0));
  if (earlier_typed) earlier_typed(value, type, conformance);
}

void tandem_throws_install(void) {
  if (&_swift_willThrow) {
    earlier_untyped = __atomic_load_n(&_swift_willThrow, __ATOMIC_ACQUIRE);
    __atomic_store_n(&_swift_willThrow, on_throw, __ATOMIC_RELEASE);
  }
  if (&_swift_willThrowTypedImpl) {
    earlier_typed = __atomic_load_n(&_swift_willThrowTypedImpl, __ATOMIC_ACQUIRE);
    __atomic_store_n(&_swift_willThrowTypedImpl, on_typed_throw, __ATOMIC_RELEASE);
  }
}

void tandem_throws_forget(void) {
  __atomic_store_n(&forgotten, __atomic_load_n(&thrown, __ATOMIC_RELAXED), __ATOMIC_RELAXED);
}

uint32_t tandem_throws_find(const void *box, const void *type,
                            uint64_t addresses[TANDEM_THROW_FRAMES]) {
  uint64_t newest = __atomic_load_n(&thrown, __ATOMIC_ACQUIRE);
  uint64_t oldest = __atomic_load_n(&forgotten, __ATOMIC_RELAXED);
  if (newest > RECORDS && oldest < newest - RECORDS) oldest = newest - RECORDS;
  uint32_t found = 0;
  for (uint64_t number = newest; number > oldest; number--) {
    const record *slot = &records[number % RECORDS];
    if (__atomic_load_n(&slot->number, __ATOMIC_ACQUIRE) != number) continue;
    if (slot->box ? slot->box != box : slot->type != type) continue;
    uint32_t count = slot->count;
    uint64_t first = count > 0 ? slot->addresses[0] : 0;
    // The language's libraries throw a child task's error anew in its parent: the place before counts.
    bool is_library = is_in(core, first) || is_in(concurrency, first);
    if (found > 0 && is_library) continue;
    uint64_t copy[TANDEM_THROW_FRAMES];
    memcpy(copy, slot->addresses, sizeof copy);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    // Another thread may have begun to write over it.
    if (__atomic_load_n(&slot->number, __ATOMIC_RELAXED) != number) continue;
    memcpy(addresses, copy, sizeof copy);
    found = count;
    if (!is_library) break;
  }
  return found;
}

// What an image registers with the runtime when it is loaded (shims/MetadataSections.h in the
// toolchain); new fields come behind these.
struct section_range {
  uintptr_t start;
  size_t length;
};
struct metadata_sections {
  uintptr_t version;
  const void *base;
  void *unused[2];
  struct section_range protocols, conformances, types;
};
__attribute__((weak)) extern void swift_enumerateAllMetadataSections(
    bool (*body)(const struct metadata_sections *sections, void *context), void *context);

struct descriptor_search {
  uintptr_t address;
  int found;
};

static bool look_into(const struct metadata_sections *sections, void *context) {
  struct descriptor_search *search = context;
  const int32_t *records = (const int32_t *)sections->types.start;
  for (size_t i = 0; i < sections->types.length / sizeof *records; i++) {
    // A record is a distance from itself; the lowest two bits say of what, 0 being a descriptor
    // (TypeMetadataRecord in the runtime's ABI).
    if ((records[i] & 3) == 0 &&
        (uintptr_t)&records[i] + (uintptr_t)(intptr_t)records[i] == search->address) {
      search->found = 1;
      return false;
    }
  }
  return true;
}

int tandem_is_type_descriptor(uintptr_t address) {
  struct descriptor_search search = {address, 0};
  if (swift_enumerateAllMetadataSections) swift_enumerateAllMetadataSections(look_into, &search);
  return search.found;
}
