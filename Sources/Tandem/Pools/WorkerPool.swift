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

  /// Changes how many workers the pool may have; work that runs is not disturbed.
  ///
  /// - Parameter workers: how many, from 1 to 65,536.
  /// - Throws: `invalidArgument`, `poolShutDown`.
  func resize(to workers: Int) throws(PoolError)

  /// Ends the pool; a second call waits for the first.
  ///
  /// Cancelling the task that waits ends what is left at once, as `killNow` does; it still returns only when
  /// no worker is left. Called by work of a `ThreadPool` or `SerialPool` itself, it doesn't wait: that would
  /// be for its own end.
  ///
  /// - Parameter mode: what becomes of work that was given before.
  func shutdown(_ mode: PoolShutdown) async

  /// Where the pool takes work in, for the methods of the extensions.
  @_spi(TandemEngines) var intake: PoolIntake { get }
}

extension WorkerPool {
  /// Ends the pool after all work that was given before is done, or when the task that waits is cancelled.
  public func shutdown() async { await shutdown(.drain) }

  /// Uses the pool and ends it: when the closure returns, after all work; when it throws or the task is
  /// cancelled, at once.
  nonisolated(nonsending) func use<Result>(
    _ body: nonisolated(nonsending) (Self) async throws -> Result
  ) async throws -> Result {
    do {
      let result = try await body(self)
      await shutdown(Task.isCancelled ? .killNow : .drain)
      return result
    } catch {
      await shutdown(.killNow)
      throw error
    }
  }
}
