import TandemSystem

/// The CPU time that samples may take: a share of the time that passes, with a small reserve.
package struct SamplingBudget: Sendable {
  /// The share of one CPU that samples may take.
  package static let share = 0.015
  /// The share of one CPU that reading threads' stacks may take.
  package static let shareOfStacks = 0.003
  /// The largest reserve, in nanoseconds: a thousand samples at once.
  private static let mostNS = 20_000_000.0

  /// The most that one sample is charged.
  private static let mostForOneNS = 2_000_000.0

  private let share: Double
  private var savedNS: Double
  private var filledNS: UInt64

  /// Makes a budget with a full reserve.
  ///
  /// - Parameters:
  ///   - nowNS: the time.
  ///   - share: the share of one CPU.
  package init(nowNS: UInt64, share: Double = SamplingBudget.share) {
    self.share = share
    savedNS = Self.mostNS
    filledNS = nowNS
  }

  /// Adds the share of the time that has passed.
  package mutating func fill(nowNS: UInt64) {
    guard nowNS > filledNS else { return }
    savedNS = min(Self.mostNS, savedNS + Double(nowNS - filledNS) * share)
    filledNS = nowNS
  }

  /// Whether any time is left.
  package var hasSome: Bool { savedNS > 0 }

  /// Calls a function and charges its CPU time.
  ///
  /// - Parameter body: the function.
  /// - Returns: what it returned.
  package mutating func spend<Result>(_ body: () -> Result) -> Result {
    // CPU time, not wall time: other threads' time on this CPU isn't charged.
    let before = ThreadCPUClock.now()
    let result = body()
    // Work done once for a program, such as reading its symbols, must not use up the budget for long.
    savedNS -= min(Double(ThreadCPUClock.now() &- before), Self.mostForOneNS)
    return result
  }
}
