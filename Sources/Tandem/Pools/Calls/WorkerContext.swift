internal import Synchronization
internal import TandemSystem

/// What work may ask of the worker that it runs in.
public enum WorkerContext {
  /// In a worker process of a pool: its block.
  nonisolated(unsafe) static var block: PoolBlock?
  // SAFETY (nonisolated(unsafe)): written once, before any work runs.

  /// In a thread of a pool: what it works on.
  @TaskLocal static var threadWork: ThreadWork?

  /// Whether the work that runs here was given up, by its caller or by its timeout.
  ///
  /// For work that is not async: it can end early, which spares its worker from being stopped. Async
  /// work asks `Task.isCancelled`, which says the same.
  public static var isCancelled: Bool {
    if let threadWork { return threadWork.isGivenUp }
    if let block {
      let cancelled = block.cancelled.load()
      return cancelled != 0 && cancelled == block.current.load()
    }
    return false
  }
}
