import TandemSystem

/// How much looking may cost: a share of the time that passes, saved up for a moment at most.
package struct SamplingBudget: Sendable {
  /// The share of one CPU that looks may take.
  package static let share = 0.015
  /// What may be saved up, in nanoseconds: a thousand looks at once.
  private static let mostNS = 20_000_000.0

  /// The most that is taken for one look.
  private static let mostForOneNS = 2_000_000.0

  private let share: Double
  private var savedNS: Double
  private var filledNS: UInt64

  /// Begins with what a second of watching saves up.
  ///
  /// - Parameters:
  ///   - nowNS: the time.
  ///   - share: the share of one CPU.
  package init(nowNS: UInt64, share: Double = SamplingBudget.share) {
    self.share = share
    savedNS = Self.mostNS
    filledNS = nowNS
  }

  /// Takes account of the time that has passed.
  package mutating func fill(nowNS: UInt64) {
    guard nowNS > filledNS else { return }
    savedNS = min(Self.mostNS, savedNS + Double(nowNS - filledNS) * share)
    filledNS = nowNS
  }

  /// Whether anything is left.
  package var hasSome: Bool { savedNS > 0 }

  /// Does something and takes what it cost.
  ///
  /// - Parameter body: what to do.
  /// - Returns: what it gave.
  package mutating func spend<Result>(_ body: () -> Result) -> Result {
    // Time in which others ran on this CPU isn't the look's.
    let before = ThreadCPUClock.now()
    let result = body()
    // What is done once for a program, such as reading the symbols of its file, isn't held against
    // all that comes after.
    savedNS -= min(Double(ThreadCPUClock.now() &- before), Self.mostForOneNS)
    return result
  }
}
