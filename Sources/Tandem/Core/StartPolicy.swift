internal import TandemSystem

/// When a pool starts workers in place of those that are gone, and when it gives that up.
///
/// A pure state machine: what happened and the time come in as arguments.
package struct StartPolicy: Sendable {
  /// What follows when a worker could not be started.
  package enum AfterFailure: Sendable, Hashable {
    /// It is tried again, not before this time.
    case again(at: UInt64)
    /// What waits for a worker ends with an error.
    case giveUp
  }

  /// As many setups that fail one after the other break a pool: no more workers are started then.
  static let mostSetupFailures = 3
  /// The first pause after a start that failed, in nanoseconds; each next one is twice as long.
  static let firstPause: UInt64 = 10_000_000
  /// The longest pause, in nanoseconds: also that of a pool that goes on with the workers that it has.
  static let longestPause: UInt64 = 1_000_000_000

  /// How long starts may fail before what waits for a worker ends, in nanoseconds.
  package let timeout: UInt64
  private var unready: RestartBudget
  private(set) var setupFailures = 0
  /// Since when no start has succeeded; nil when the last one did.
  private var failingSince: UInt64?
  private var pause = StartPolicy.firstPause
  /// Not before then is another start tried, in nanoseconds.
  package private(set) var notBefore: UInt64 = 0

  /// A policy.
  ///
  /// - Parameters:
  ///   - timeout: how long starts may fail before what waits for a worker ends.
  ///   - limit: how many workers may end before they have begun any work.
  ///   - within: within which time.
  package init(timeout: Duration = .zero, limit: Int = .max, within: Duration = .zero) {
    self.timeout = timeout.saturatedNanoseconds
    unready = RestartBudget(limit: limit, within: within)
  }

  /// Whether starting another worker is of use: not after setups that failed one after the other.
  package var isWorthTrying: Bool { setupFailures < Self.mostSetupFailures }

  // MARK: Starts

  /// When a start that begins now has failed if it isn't done, in nanoseconds.
  package func deadline(from now: UInt64) -> UInt64 {
    let (sum, overflow) = (failingSince ?? now).addingReportingOverflow(timeout)
    return overflow ? .max : sum
  }

  /// A worker was started.
  package mutating func started() {
    failingSince = nil
    pause = Self.firstPause
  }

  /// A worker could not be started.
  ///
  /// - Parameters:
  ///   - begun: when the start began.
  ///   - now: the time.
  ///   - mayPass: whether another try may succeed: there was too little of something, or no answer.
  ///   - hasWorkers: whether the pool has others, which do what waits.
  ///   - keepsSome: whether the pool wants workers even if nothing waits.
  /// - Returns: what follows.
  package mutating func couldNotStart(
    begun: UInt64, now: UInt64, mayPass: Bool, hasWorkers: Bool, keepsSome: Bool = false
  ) -> AfterFailure {
    let end = deadline(from: begun)
    if !hasWorkers, mayPass, now < end {
      failingSince = failingSince ?? begun
      notBefore = min(now &+ pause, end)
      pause = min(2 * pause, Self.longestPause)
      return .again(at: notBefore)
    }
    failingSince = nil
    pause = Self.firstPause
    // What there was too little of has to come back first.
    notBefore = hasWorkers || keepsSome ? now &+ Self.longestPause : now
    return hasWorkers ? .again(at: notBefore) : .giveUp
  }

  // MARK: Workers that are there

  /// A worker is set up.
  package mutating func becameReady() { setupFailures = 0 }

  /// A worker's setup failed, or took too long.
  package mutating func setupFailed() { setupFailures += 1 }

  /// A worker ended without being told to, and before it had begun any work.
  ///
  /// Only such ends tell of a fault that comes back with each worker. An end at an item is that item's fault,
  /// and counts nowhere.
  ///
  /// - Parameter now: the time in nanoseconds, which never goes back.
  /// - Returns: whether another may be started; if not, the pool breaks.
  package mutating func endedUnready(at now: UInt64) -> Bool { unready.take(at: now) }
}
