internal import TandemModel
internal import TandemSystem

/// Recognises waits that have a shape of their own in a runtime: PyPy's and Ruby's global locks, and
/// the queues of libdispatch.
enum RuntimeWaits {
  /// A wait that was recognised.
  struct Recognised: Hashable {
    /// What is waited for.
    var kind: FutexKind
    /// Its address, the same for all threads that wait for it.
    var address: UInt64
    /// How the time is counted; nil for as the kind is.
    var state: WorkerState?
  }

  /// How many bytes of a waiting thread's stack are searched.
  ///
  /// Within the first 240, glibc keeps a condition and its mutex side by side.
  private static let stackBytes = 512
  /// A thread's own condition and own mutex lie in one structure, `rb_thread_t` (Ruby, vm_core.h).
  private static let sameThread: UInt64 = 4096

  /// Recognises a wait.
  ///
  /// - Parameters:
  ///   - call: the wait.
  ///   - found: what it is without a runtime.
  ///   - facts: what is known of the runtime.
  ///   - tid: the thread that waits.
  /// - Returns: the wait; nil when it has no shape of the runtime's.
  static func recognise(
    _ call: FutexCall, _ found: FutexKind, _ facts: RuntimeFacts, of tid: CInt
  ) -> Recognised? {
    switch facts.runtime {
    case .pyPy: return pyPy(call, found, facts)
    case .ruby where facts.runtime?.whyLockIsUnknown == nil:
      guard found == .condition,
        let stack = try? RemoteMemory.read(UInt(call.stackPointer), count: stackBytes, of: tid)
      else { return nil }
      return ruby(call, stack: words(stack), facts)
    default: break
    }
    guard facts.hasDispatch, isDispatchTurn(call), call.address > 96,
      let memory = try? RemoteMemory.read(UInt(call.address - 96), count: 104, of: tid)
    else { return nil }
    return dispatchTurn(call, memory: words(memory), tid)
  }

  /// PyPy's lock is two variables of its library (rpython/translator/c/src/thread_gil.c).
  ///
  /// The thread that gets it next polls it in short waits on a condition; the others wait for a mutex to
  /// become the next. The program's own locks are elsewhere, in allocated memory.
  static func pyPy(_ call: FutexCall, _ found: FutexKind, _ facts: RuntimeFacts) -> Recognised? {
    guard [.mutex, .condition, .unknown, .unreadable].contains(found),
      facts.library.contains(call.address)
    else { return nil }
    return Recognised(kind: .gil, address: facts.library.lowerBound)
  }

  /// Whether what several threads wait for is a lock for certain.
  ///
  /// In PyPy each thread that waits for an entry in a queue, for a condition or for an event does so on a
  /// semaphore of its own (lib-python/3/threading.py, queue.py: there is no `_queue` module), so several on
  /// one semaphore of the process's wait for a `threading.Lock`.
  ///
  /// - Parameters:
  ///   - call: the wait.
  ///   - found: what it is without a runtime.
  ///   - count: how many threads wait there.
  ///   - facts: what is known of the runtime.
  /// - Returns: whether it is.
  static func isLock(
    _ call: FutexCall, _ found: FutexKind, waiters count: Int, _ facts: RuntimeFacts
  ) -> Bool {
    guard case .pyPy? = facts.runtime else { return false }
    return found == .semaphore && !call.isShared && count > 1
  }

  /// Each of Ruby's threads sleeps on its own condition for every purpose (thread_pthread.c); the mutex
  /// used with it shows which.
  ///
  /// With the thread's own mutex, it sleeps until another thread or a timeout wakes it. With the
  /// interpreter's mutex, it waits for the global lock. A condition on the stack belongs to a thread
  /// without work.
  static func ruby(_ call: FutexCall, stack: [UInt64], _ facts: RuntimeFacts) -> Recognised? {
    guard !call.isOnStack(within: 1 << 20), let condition = condition(of: call),
      let mutex = mutex(of: condition, onStack: stack)
    else { return nil }
    let distance = mutex > condition ? mutex - condition : condition - mutex
    if distance < sameThread {
      return call.hasTimeout
        ? Recognised(kind: .condition, address: call.address, state: .sleep) : nil
    }
    return Recognised(kind: .gil, address: mutex)
  }

  /// Where the condition begins whose word is waited for: glibc's words are its ninth pair
  /// (`struct __pthread_cond_s`), and it is aligned to eight bytes.
  private static func condition(of call: FutexCall) -> UInt64? {
    let pair = call.address & ~7
    return pair > 40 ? pair - 40 : nil
  }

  /// The mutex beside a condition in glibc's `struct _condvar_cleanup_buffer` (nptl/pthread_cond_wait.c),
  /// which lies on the waiting thread's stack: a sequence number, the condition, the mutex, and whether
  /// it is private.
  private static func mutex(of condition: UInt64, onStack stack: [UInt64]) -> UInt64? {
    for index in stack.indices.dropLast() where stack[index] == condition {
      let mutex = stack[index + 1]
      if mutex != condition, mutex % 8 == 0, (4096..<(1 << 47)).contains(mutex) { return mutex }
    }
    return nil
  }

  /// Whether the arguments of a wait fit a turn in a queue of libdispatch: a word on the thread's own
  /// stack, all ones.
  static func isDispatchTurn(_ call: FutexCall) -> Bool {
    call.operation == .wait && !call.isShared && call.value == .max && call.isOnStack(within: 4096)
  }

  /// A turn in a queue (`DispatchQueue.sync`): the waiting thread has a `struct dispatch_sync_context_s`
  /// on its stack (libdispatch, src/inline_internal.h and queue_internal.h), which points to itself and
  /// holds the queue and the thread's number.
  ///
  /// - Parameters:
  ///   - call: the wait.
  ///   - memory: thirteen words, of which the last is the one that is waited for.
  ///   - tid: the thread that waits.
  /// - Returns: the turn; nil when the memory says something else.
  static func dispatchTurn(_ call: FutexCall, memory: [UInt64], _ tid: CInt) -> Recognised? {
    guard memory.count == 13, memory[5] == call.address - 96,
      memory[12] >> 32 == UInt64(UInt32(bitPattern: tid))
    else { return nil }
    return Recognised(kind: .queueTurn, address: memory[7])
  }

  private static func words(_ bytes: [UInt8]) -> [UInt64] {
    (0..<bytes.count / 8).map { index in
      bytes[8 * index..<8 * index + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
  }
}
