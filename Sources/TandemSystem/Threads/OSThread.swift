internal import CTandemShims
internal import Glibc

/// A thread of the operating system (pthreads(7)), detached: only its body can signal its end.
package enum OSThread {
  /// Starts a thread.
  ///
  /// - Parameters:
  ///   - name: what the kernel and its tools show; at most 15 bytes are kept.
  ///   - stackBytes: the size of its stack, rounded up to what the system takes; nil for the default.
  ///   - body: what it runs.
  /// - Throws: `EAGAIN` when there are too many threads, `EINVAL` for an impossible stack size.
  package static func start(
    name: String, stackBytes: Int? = nil, _ body: @escaping @Sendable () -> Void
  ) throws(Errno) {
    var attributes = pthread_attr_t()
    // SAFETY: the attributes live until pthread_create has read them; destroyed below.
    unsafe pthread_attr_init(&attributes)
    defer { _ = unsafe pthread_attr_destroy(&attributes) }
    unsafe pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
    if let stackBytes {
      let page = max(4096, Int(sysconf(CInt(_SC_PAGESIZE))))
      // 64 KiB, or more where the system requires it (sysconf(3)): 128 KiB on some.
      let least = max(64 * 1024, Int(sysconf(CInt(_SC_THREAD_STACK_MIN))))
      let size = max(least, (stackBytes + page - 1) / page * page)
      let error = unsafe pthread_attr_setstacksize(&attributes, size)
      guard error == 0 else { throw Errno(rawValue: error) }
    }
    let start = unsafe Unmanaged.passRetained(Start(name: name, body: body))
    var thread = pthread_t()
    // SAFETY: the retain above is balanced by takeRetainedValue in the thread, or by release here.
    let error = unsafe pthread_create(
      &thread, &attributes,
      { argument in
        guard let argument = unsafe argument else { return nil }
        let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        unsafe tandem_set_thread_name(start.name)
        start.body()
        return nil
      }, unsafe start.toOpaque())
    guard error == 0 else {
      unsafe start.release()
      throw Errno(rawValue: error)
    }
  }

  /// Lets others go first who are ready for this CPU (sched_yield(2)).
  package static func yield() { sched_yield() }

  /// The calling thread's number in the kernel (gettid(2)).
  package static var currentID: Int32 { tandem_gettid() }

  /// Identifies the calling thread among all living threads; never 0 (pthread_self(3)).
  package static var currentHandle: UInt { UInt(pthread_self()) }

  /// Blocks every signal in the calling thread, except those that a fault of its own raises.
  package static func blockSignals() {
    var signals = sigset_t()
    // SAFETY: the set is ours; the old mask isn't requested.
    unsafe sigfillset(&signals)
    for fault in [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT, SIGSYS] {
      unsafe sigdelset(&signals, fault)
    }
    _ = unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  private final class Start: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }
}
