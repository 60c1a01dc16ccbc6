internal import Synchronization
internal import TandemSystem

/// One thread of the operating system that runs one closure.
///
/// ```swift
/// let thread = WorkerThread(name: "Thread 0") { heavyWork() }
/// try thread.start()
/// let result = try await thread.value
/// ```
///
/// It is a thread of its own: what it runs may block.
public final class WorkerThread<Output: Sendable>: Worker {
  /// The name, for logs and for the system's tools.
  public let name: String
  /// Whether the program may end without waiting for it.
  public let isDaemon: Bool

  private let stackBytes: Int?
  private let body: @Sendable () throws -> Output
  private let state = Mutex(State())
  private let end = Completion<WorkerOutcome<Output>>()

  private struct State {
    var isStarted = false
    var thread: Int32?
    var times = WorkerTimes()
  }

  /// Makes a thread that is not started yet.
  ///
  /// - Parameters:
  ///   - name: its name; the kernel's tools show the first 15 bytes. Nil gives `Thread-1`, `Thread-2` and so on.
  ///   - isDaemon: whether the program may end without waiting for it.
  ///   - stackBytes: the size of its stack in bytes, from 64 KiB to 64 GiB; nil for the system's default.
  ///   - body: what it runs.
  public init(
    name: String? = nil, isDaemon: Bool = false, stackBytes: Int? = nil,
    body: @escaping @Sendable () throws -> Output
  ) {
    self.name = name ?? "Thread-\(WorkerNumbers.nextThread())"
    self.isDaemon = isDaemon
    self.stackBytes = stackBytes
    self.body = body
  }

  /// The thread's number in the kernel (gettid(2)), which `ps -L` shows; nil before it runs.
  public var threadIdentifier: Int32? { state.withLock { $0.thread } }

  /// Whether it was started and has not ended yet.
  public var isAlive: Bool { state.withLock { $0.isStarted } && end.value == nil }

  /// How the work ended; nil before the end.
  public var outcome: WorkerOutcome<Output>? { end.value }

  /// When it was started, worked and ended.
  public var times: WorkerTimes { state.withLock { $0.times } }

  /// Starts the thread.
  ///
  /// - Throws: `invalidArgument` for its name or `stackBytes`, `alreadyStarted`, or `cannotStart` when there
  ///   are too many threads.
  public func start() throws(PoolError) {
    try OptionCheck.name(name)
    try OptionCheck.number("stackBytes", stackBytes, in: OptionCheck.stacks)
    let isFirst = state.withLock { state in
      guard !state.isStarted else { return false }
      state.isStarted = true
      state.times.startCalled = MonotonicClock.now()
      return true
    }
    guard isFirst else {
      throw PoolError(.alreadyStarted, "\(name) was started before; create a new one")
    }
    if !isDaemon { ExitWait.add(self) { [self] in waitAtExit() } }
    do throws(Errno) {
      try OSThread.start(name: name, stackBytes: stackBytes) { [self] in run() }
    } catch {
      ExitWait.remove(self)
      state.withLock { $0.isStarted = false }
      throw PoolError(.cannotStart, "\(name) could not be started: \(error)", cause: error)
    }
    state.withLock { $0.times.startReturned = MonotonicClock.now() }
  }

  private func run() {
    state.withLock {
      $0.thread = OSThread.currentID
      $0.times.bodyEntered = MonotonicClock.now()
    }
    let outcome: WorkerOutcome<Output>
    do {
      outcome = .value(try body())
    } catch {
      outcome = .threw(error)
    }
    state.withLock {
      let now = MonotonicClock.now()
      $0.times.bodyLeft = now
      $0.times.endObserved = now
    }
    ExitWait.remove(self)
    end.complete(outcome)
  }

  private func waitAtExit() {
    // A thread that ends the program can't wait for itself.
    if state.withLock({ $0.thread }) == OSThread.currentID { return }
    _ = end.waitBlocking(timeout: nil)
  }

  private func checkStarted() throws(PoolError) {
    guard state.withLock({ $0.isStarted }) else {
      throw PoolError(.notStarted, "\(name) can't be joined before it is started")
    }
  }

  /// Waits for the end.
  ///
  /// - Returns: how the work ended.
  /// - Throws: `notStarted`.
  @discardableResult
  public func join() async throws(PoolError) -> WorkerOutcome<Output> {
    try checkStarted()
    return await end.wait()
  }

  /// Blocks the calling thread until the end, or until the time is over.
  ///
  /// - Parameter timeout: how long to wait at most; nil waits for ever.
  /// - Returns: how the work ended, or nil when the time was over first.
  /// - Throws: `notStarted`, `joinsItself`.
  @available(*, noasync, message: "it blocks the thread; use `await join()`")
  @discardableResult
  public func join(timeout: Duration?) throws(PoolError) -> WorkerOutcome<Output>? {
    try checkStarted()
    if end.value == nil, state.withLock({ $0.thread }) == OSThread.currentID {
      throw PoolError(.joinsItself, "\(name) can't wait for its own end")
    }
    return end.waitBlocking(timeout: timeout)
  }
}
