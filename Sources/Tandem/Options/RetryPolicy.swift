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

extension RetryPolicy {
  /// Checks the policy.
  ///
  /// - Throws: `invalidArgument`.
  func check() throws(PoolError) {
    try OptionCheck.atLeast("retries.limit", limit, 0)
    guard limit == 0 || !reasons.isEmpty, Reasons.all.isSuperset(of: reasons) else {
      throw OptionCheck.refusal(
        "retries.reasons", is: "\(reasons.rawValue)",
        mustBe: "one or more of .thrown, .workerDeath and .timeout")
    }
  }
}
