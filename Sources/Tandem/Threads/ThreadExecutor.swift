internal import Synchronization
internal import TandemSystem
internal import TandemWire

/// Runs the parts of async work on one thread, which serves it while the work is not done.
package final class ThreadExecutor: TaskExecutor {
  private struct State: ~Copyable {
    var jobs = Deque<UnownedJob>()
    var isClosed = false
  }

  private let state = Mutex(State())
  /// Rung when there is a job; the thread sleeps at it.
  private let bell: ThreadBell

  init(bell: ThreadBell) { self.bell = bell }

  /// Makes an executor for a thread that belongs to no pool.
  package convenience init() { self.init(bell: ThreadBell()) }

  /// Takes a part of the work.
  ///
  /// - Parameter job: the part.
  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let isTaken = state.withLock { state in
      guard !state.isClosed else { return false }
      state.jobs.append(job)
      return true
    }
    if isTaken {
      bell.bell.ring()
    } else {
      // The thread has ended; what something of the user's still sends here is done all the same.
      globalConcurrentExecutor.enqueue(ExecutorJob(job))
    }
  }

  /// Whether a job waits.
  var hasJobs: Bool { state.withLock { !$0.jobs.isEmpty } }

  /// Runs the next job on the calling thread.
  ///
  /// - Returns: whether there was one.
  func runNext() -> Bool {
    guard let job = state.withLock({ $0.jobs.popFirst() }) else { return false }
    job.runSynchronously(on: asUnownedTaskExecutor())
    return true
  }

  /// Runs async work on the calling thread, and serves it until it has ended.
  ///
  /// - Parameters:
  ///   - work: what it is part of.
  ///   - wait: is called to sleep, with what sleeps unless there is something to do or what it is given
  ///     says so; it may return without a reason.
  ///   - body: the work.
  func run(
    _ work: ThreadWork, wait: (_ sleep: (_ mustLook: () -> Bool) -> Void) -> Void,
    _ body: @escaping @Sendable () async -> Void
  ) {
    let isDone = DoneFlag()
    let bell = bell
    func begin() {
      let task = Task(executorPreference: self) {
        await WorkerContext.$threadWork.withValue(work) { await body() }
        isDone.set()
        // It usually ends on this thread, which need not be woken then.
        bell.bell.ring()
      }
      work.isDone(by: task)
    }
    // A task has the task-local values of the code that makes it.
    if let context = work.order?.call.callerContext { context.run(begin) } else { begin() }
    while !isDone.isSet {
      if runNext() { continue }
      wait { mustLook in bell.bell.sleep { hasJobs || isDone.isSet || mustLook() } }
    }
  }

  /// Runs async work, and its child tasks, on the calling thread, and blocks until it has ended.
  ///
  /// - Parameter body: the work.
  /// - Returns: its result.
  /// - Throws: the work's error.
  package func run<Output: Sendable>(
    _ body: nonisolated(nonsending) @escaping @Sendable () async throws -> Output
  ) throws -> Output {
    let outcome = Outcome<Output>()
    let bell = bell
    Task(executorPreference: self) {
      do { outcome.set(.success(try await body())) } catch { outcome.set(.failure(error)) }
      bell.bell.ring()
    }
    while true {
      if let result = outcome.value { return try result.get() }
      if !runNext() { bell.bell.sleep { hasJobs || outcome.value != nil } }
    }
  }

  /// Gives the thread up: it takes no more jobs.
  package func close() {
    while !closeIfEmpty() { while runNext() {} }
  }

  private func closeIfEmpty() -> Bool {
    state.withLock { state in
      guard state.jobs.isEmpty else { return false }
      state.isClosed = true
      return true
    }
  }

  private final class DoneFlag: Sendable {
    private let flag = Atomic(false)
    /// Pairs with the release in `set`.
    var isSet: Bool { flag.load(ordering: .acquiring) }
    func set() { flag.store(true, ordering: .releasing) }
  }

  private final class Outcome<Output: Sendable>: Sendable {
    private let result = Mutex<Result<Output, any Error>?>(nil)
    var value: Result<Output, any Error>? { result.withLock { $0 } }
    func set(_ newValue: Result<Output, any Error>) { result.withLock { $0 = newValue } }
  }
}
