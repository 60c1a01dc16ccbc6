/// Workers behind a queue: the same calls for threads, processes, or the caller's own thread.
///
/// Every way to give a pool work comes in three forms: a `WorkerTask`, a closure, an async closure. A
/// closure that goes to a process is a literal that captures nothing; what it needs is its input.
///
/// Conformances outside this package are not supported.
public protocol WorkerPool: AnyObject, Sendable {
  /// The pool's name, which its workers' names begin with.
  var name: String { get }
  /// How many workers it may have at once.
  var workerCount: Int { get }
  /// What it has done so far.
  var statistics: PoolStatistics { get }
  /// What `progress` listens to.
  var changes: PoolChanges { get }

  /// Changes how many workers the pool may have; work that runs is not disturbed.
  ///
  /// - Parameter workers: how many, at least 1.
  /// - Throws: `invalidArgument`, `poolShutDown`.
  func resize(to workers: Int) throws(PoolError)

  /// Ends the pool; a second call waits for the first.
  ///
  /// Cancelling the task that waits ends what is left at once, as `killNow` does; it still returns only when
  /// no worker is left.
  ///
  /// - Parameter mode: what becomes of work that was given before.
  func shutdown(_ mode: PoolShutdown) async

  /// Takes a call; the methods of the protocol's extensions are the way to make one.
  ///
  /// - Parameter work: the call.
  /// - Throws: why it is not taken: nothing of it has begun then, and nothing will.
  func enqueue(_ work: PoolWork) throws(PoolError)

  /// Stops what was begun of a call that has been cancelled; the methods of the extensions call it.
  ///
  /// - Parameter work: the call.
  func stop(_ work: PoolWork)

  /// Throws if the calling thread must not wait for the pool, because it is one that the pool needs.
  ///
  /// - Throws: `wouldDeadlock`.
  func checkMayBlock() throws(PoolError)

  /// Takes a call, and may block the calling thread until it has ended, helping the pool meanwhile.
  ///
  /// - Parameters:
  ///   - work: the call.
  ///   - isDone: whether it has ended.
  /// - Throws: as `enqueue`.
  func enqueue(_ work: PoolWork, helpingUntil isDone: () -> Bool) throws(PoolError)
}

/// What becomes of work when a pool is shut down.
public enum PoolShutdown: Sendable, Hashable {
  /// All of it is done first.
  case drain
  /// What runs is finished; what waits ends with `poolShutDown`.
  case cancelPending
  /// What runs is stopped too.
  case killNow
}

extension WorkerPool {
  /// Throws nothing: by default every thread may wait.
  public func checkMayBlock() throws(PoolError) {}

  /// Takes a call without waiting: by default callers can't help.
  ///
  /// - Parameters:
  ///   - work: the call.
  ///   - isDone: whether it has ended.
  /// - Throws: as `enqueue`.
  public func enqueue(_ work: PoolWork, helpingUntil isDone: () -> Bool) throws(PoolError) {
    try enqueue(work)
  }

  /// Ends the pool after all work that was given before is done, or when the task that waits is cancelled.
  public func shutdown() async { await shutdown(.drain) }
}
