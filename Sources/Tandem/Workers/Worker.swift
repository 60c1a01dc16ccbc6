/// One thread or one process that runs one piece of work: what both have in common.
///
/// Conformances outside this module are not supported.
public protocol Worker<Output>: AnyObject, Sendable {
  /// What the work gives back.
  associatedtype Output: Sendable

  /// The worker's name, for logs and for the system's tools.
  var name: String { get }
  /// Whether the program may end without waiting for it.
  ///
  /// A program that exits waits for its other workers; a daemon thread ends with the program, a
  /// daemon process is killed by it.
  var isDaemon: Bool { get }
  /// Whether it was started and has not ended yet.
  var isAlive: Bool { get }
  /// How the work ended; nil before the end.
  var outcome: WorkerOutcome<Output>? { get }
  /// When things happened.
  var times: WorkerTimes { get }

  /// Starts the worker.
  ///
  /// - Throws: `alreadyStarted`, or why it could not be started.
  func start() throws(PoolError)

  /// Waits for the worker's end.
  ///
  /// Cancelling the waiting task does not end the worker, and does not end the wait.
  ///
  /// - Returns: how the work ended.
  /// - Throws: `notStarted`.
  @discardableResult
  func join() async throws(PoolError) -> WorkerOutcome<Output>

  /// Blocks the calling thread until the worker's end, or until the time is over.
  ///
  /// - Parameter timeout: how long to wait at most; nil waits for ever.
  /// - Returns: how the work ended, or nil when the time was over first.
  /// - Throws: `notStarted`, `joinsItself`.
  @available(*, noasync, message: "it blocks the thread; use `await join()`")
  @discardableResult
  func join(timeout: Duration?) throws(PoolError) -> WorkerOutcome<Output>?
}

extension Worker {
  /// The result of the work, once it has ended.
  ///
  /// - Throws: the error that the work threw, or a `PoolError`.
  public var value: Output {
    get async throws { try await join().get() }
  }

  /// Blocks the calling thread until the worker's end.
  ///
  /// - Returns: how the work ended.
  /// - Throws: `notStarted`, `joinsItself`.
  @available(*, noasync, message: "it blocks the thread; use `await join()`")
  @discardableResult
  public func join() throws(PoolError) -> WorkerOutcome<Output> {
    guard let outcome = try join(timeout: nil) else {
      throw PoolError(.notStarted, "a wait without a limit ended without an outcome")
    }
    return outcome
  }
}

/// How the work of one worker ended.
public enum WorkerOutcome<Output: Sendable>: Sendable {
  /// It gave a value.
  case value(Output)
  /// It threw an error; one from another process that is not `Codable` is a `PoolError` with code
  /// `taskFailed`, whose cause is a `RemoteError`.
  case threw(any Error)
  /// The worker process exited with a code before it gave a value.
  case exited(code: Int32, PoolError)
  /// A signal ended the worker process.
  case signaled(signal: Signal, PoolError)

  /// The value.
  ///
  /// - Returns: the value.
  /// - Throws: the error in its place.
  public func get() throws -> Output {
    switch self {
    case .value(let value): value
    case .threw(let error): throw error
    case .exited(_, let error): throw error
    case .signaled(_, let error): throw error
    }
  }

  /// The error; nil when there is a value.
  public var error: (any Error)? {
    switch self {
    case .value: nil
    case .threw(let error): error
    case .exited(_, let error): error
    case .signaled(_, let error): error
    }
  }
}

/// When a worker was started, worked and ended, in nanoseconds of `CLOCK_MONOTONIC`, one clock for
/// all processes of a machine; nil for what has not happened or is not known.
public struct WorkerTimes: Sendable, Hashable {
  /// When `start` was called.
  public var startCalled: UInt64?
  /// When `start` returned.
  public var startReturned: UInt64?
  /// When the work began.
  public var bodyEntered: UInt64?
  /// When the work ended.
  public var bodyLeft: UInt64?
  /// When the worker's end was seen.
  public var endObserved: UInt64?
}
