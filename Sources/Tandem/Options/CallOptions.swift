internal import TandemSystem

/// How often work is done again after it has failed.
public struct RetryPolicy: Sendable, Hashable, ExpressibleByIntegerLiteral {
  /// What is a reason to do work again.
  public struct Reasons: OptionSet, Sendable, Hashable {
    /// The set as bits.
    public let rawValue: Int

    /// Makes a set from its bits.
    ///
    /// - Parameter rawValue: the bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The work threw an error.
    public static let thrown = Reasons(rawValue: 1)
    /// The worker that did it crashed, was killed or exited.
    public static let workerDeath = Reasons(rawValue: 2)
    /// It took longer than its timeout.
    public static let timeout = Reasons(rawValue: 4)
    /// Whatever it was.
    public static let all: Reasons = [.thrown, .workerDeath, .timeout]
  }

  /// How many times more, at most, after the first.
  public var limit: Int
  /// After which failures.
  public var reasons: Reasons

  /// Makes a policy.
  ///
  /// - Parameters:
  ///   - limit: how many times more after the first; work is done at most `1 + limit` times.
  ///   - reasons: after which failures.
  public init(limit: Int, after reasons: Reasons = .all) {
    self.limit = limit
    self.reasons = reasons
  }

  /// Makes a policy that does work again after any failure.
  ///
  /// - Parameter value: how many times more.
  public init(integerLiteral value: Int) { self.init(limit: value) }

  /// Work is done once.
  public static let none = RetryPolicy(limit: 0)
}

/// What goes first when work waits: higher numbers do; equal ones in the order of their calls.
public struct CallPriority: Sendable, Hashable, Comparable, ExpressibleByIntegerLiteral {
  /// The number.
  public var rawValue: Int

  /// Makes a priority.
  ///
  /// - Parameter rawValue: the number.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Makes a priority from a literal.
  ///
  /// - Parameter value: the number.
  public init(integerLiteral value: Int) { rawValue = value }

  /// Before the usual: 10.
  public static let high: CallPriority = 10
  /// The usual: 0.
  public static let normal: CallPriority = 0
  /// After the usual: -10.
  public static let low: CallPriority = -10

  /// Whether one goes after the other.
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// How many items of a `map` a worker is given at once.
public struct Batching: Sendable, Hashable {
  enum Storage: Hashable {
    case automatic
    case fixed(Int)
  }

  let storage: Storage

  /// As many as take a worker some tenths of a millisecond, by what was measured so far.
  ///
  /// When a worker dies in the middle of a batch, the item that it was at fails; items of the batch that
  /// it had finished but not delivered are done again by another worker. `of(1)` never does that.
  public static let automatic = Batching(storage: .automatic)

  /// So many.
  ///
  /// - Parameter count: how many, at least 1.
  /// - Returns: the batching.
  public static func of(_ count: Int) -> Batching { Batching(storage: .fixed(count)) }
}

/// What one call asks for its items.
package struct CallOptions: Sendable {
  /// How long one item may run, in nanoseconds; nil for as long as it takes.
  package var timeout: UInt64?
  package var retries: RetryPolicy
  package var priority: CallPriority
  package var batching: Batching

  /// Options, checked.
  ///
  /// - Throws: `invalidArgument`.
  package init(
    timeout: Duration?, retries: RetryPolicy, priority: CallPriority,
    batching: Batching = .of(1)
  ) throws(PoolError) {
    if let timeout, timeout <= .zero {
      throw PoolError(.invalidArgument, "a timeout of \(timeout) leaves no time: give more than 0")
    }
    guard retries.limit >= 0 else {
      throw PoolError(.invalidArgument, "\(retries.limit) retries: give 0 or more")
    }
    if case .fixed(let count) = batching.storage, count < 1 {
      throw PoolError(.invalidArgument, "batches of \(count): give 1 or more")
    }
    self.timeout = timeout.map { $0.saturatedNanoseconds }
    self.retries = retries
    self.priority = priority
    // With a timeout each item is watched by itself.
    self.batching = timeout == nil ? batching : .of(1)
  }
}
