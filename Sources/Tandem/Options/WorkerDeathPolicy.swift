/// What becomes of a pool when one of its worker processes dies.
public enum WorkerDeathPolicy: Sendable, Hashable {
  /// The work that it was at fails, unless the call's own retries say otherwise; the worker is replaced.
  case failTask
  /// The work that it was at is done again, so many times more at most.
  case retry(Int)
  /// The pool breaks: all its work fails, and it takes no more.
  case breakPool
}

extension WorkerDeathPolicy {
  /// Checks the policy.
  ///
  /// - Throws: `invalidArgument`.
  func check() throws(PoolError) {
    if case .retry(let times) = self { try OptionCheck.atLeast("onWorkerDeath.retry", times, 0) }
  }
}
