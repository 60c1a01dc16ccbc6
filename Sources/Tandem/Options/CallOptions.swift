internal import TandemSystem

/// What one call of a pool asks for its items; a call without options has these defaults.
///
/// ```swift
/// try await pool.map(files, .timeout(.seconds(2)).retries(1)) { try checksum($0) }
/// ```
///
/// The options are checked by the call that gets them, which throws `invalidArgument`.
public struct CallOptions: Sendable, Hashable {
  /// How long an item may run, not counting the time in which it waits; then it is stopped.
  ///
  /// At least a nanosecond; nil for as long as it takes. With a timeout each item is a batch of its own.
  public var timeout: Duration?
  /// How often an item is done again after a failure.
  public var retries = RetryPolicy.none
  /// What goes first when work waits.
  public var priority = CallPriority.normal
  /// How many items a worker is given at once.
  public var batching = Batching.automatic

  /// The defaults.
  public init() {}

  /// The defaults, but for a timeout.
  ///
  /// - Parameter timeout: how long an item may run.
  /// - Returns: the options.
  public static func timeout(_ timeout: Duration) -> CallOptions { CallOptions().timeout(timeout) }

  /// The defaults, but for retries.
  ///
  /// - Parameters:
  ///   - limit: how many times more an item is done after the first.
  ///   - reasons: after which failures.
  /// - Returns: the options.
  public static func retries(
    _ limit: Int, after reasons: RetryPolicy.Reasons = .all
  ) -> CallOptions { CallOptions().retries(limit, after: reasons) }

  /// The defaults, but for a priority.
  ///
  /// - Parameter priority: what goes first when work waits.
  /// - Returns: the options.
  public static func priority(_ priority: CallPriority) -> CallOptions {
    CallOptions().priority(priority)
  }

  /// The defaults, but for batches of a fixed size.
  ///
  /// - Parameter count: how many items a worker is given at once.
  /// - Returns: the options.
  public static func batches(of count: Int) -> CallOptions { CallOptions().batches(of: count) }

  /// These options with another timeout.
  ///
  /// - Parameter timeout: how long an item may run; nil for as long as it takes.
  /// - Returns: the options.
  public func timeout(_ timeout: Duration?) -> CallOptions { with { $0.timeout = timeout } }

  /// These options with other retries.
  ///
  /// - Parameters:
  ///   - limit: how many times more an item is done after the first.
  ///   - reasons: after which failures.
  /// - Returns: the options.
  public func retries(_ limit: Int, after reasons: RetryPolicy.Reasons = .all) -> CallOptions {
    with { $0.retries = RetryPolicy(limit: limit, after: reasons) }
  }

  /// These options with another priority.
  ///
  /// - Parameter priority: what goes first when work waits.
  /// - Returns: the options.
  public func priority(_ priority: CallPriority) -> CallOptions { with { $0.priority = priority } }

  /// These options with batches of a fixed size.
  ///
  /// - Parameter count: how many items a worker is given at once.
  /// - Returns: the options.
  public func batches(of count: Int) -> CallOptions { with { $0.batching = .of(count) } }

  private func with(_ change: (inout CallOptions) -> Void) -> CallOptions {
    var options = self
    change(&options)
    return options
  }
}

extension CallOptions {
  /// Options that were checked, as engines read them.
  package struct Checked: Sendable {
    /// How long one item may run, in nanoseconds; nil for as long as it takes.
    package let timeout: UInt64?
    package let retries: RetryPolicy
    package let priority: CallPriority
    /// Batches of one if there is a timeout: each item is timed by itself.
    package let batching: Batching
    /// How many containers of an input or output may enclose one another; the pool says.
    package let nestingLimit: Int
  }

  /// Checks the options.
  ///
  /// - Parameter nestingLimit: how many containers may enclose one another in the pool that gets the call.
  /// - Returns: the options, as engines read them.
  /// - Throws: `invalidArgument`.
  package func checked(nestingLimit: Int) throws(PoolError) -> Checked {
    try OptionCheck.time("timeout", timeout, orNil: "no limit")
    try retries.check()
    try batching.check()
    return Checked(
      timeout: timeout?.saturatedNanoseconds, retries: retries, priority: priority,
      batching: timeout == nil ? batching : .of(1), nestingLimit: nestingLimit)
  }
}
