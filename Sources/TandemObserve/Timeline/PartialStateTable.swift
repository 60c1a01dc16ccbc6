package import TandemModel

/// A number for each state, and two for time off the CPU whose state isn't known yet: in short waits
/// and in long ones (see `WaitMix`).
package struct PartialStateTable: Sendable, Equatable {
  /// What is known.
  private var known: StateTable
  private var short = 0.0
  private var long = 0.0

  /// Makes a table with nothing unresolved.
  package init(_ known: StateTable = StateTable()) { self.known = known }

  /// The number of one state.
  package subscript(state: WorkerState) -> Double {
    get { known[state] }
    set { known[state] = newValue }
  }

  /// Adds to what is unresolved.
  ///
  /// - Parameters:
  ///   - isShort: whether the wait was a short one.
  ///   - amount: how much.
  package mutating func unresolved(_ isShort: Bool, add amount: Double) {
    if isShort { short += amount } else { long += amount }
  }

  /// What is unresolved of short waits.
  package var unresolvedShort: Double { short }

  /// All numbers together.
  package var sum: Double { known.sum + short + long }

  /// Adds a multiple of another table.
  package mutating func add(_ other: PartialStateTable, times factor: Double = 1) {
    known.add(other.known, times: factor)
    short += other.short * factor
    long += other.long * factor
  }

  /// The table with numbers that add up to 1; nil when they add up to zero or less.
  package var normalised: PartialStateTable? {
    let sum = sum
    guard sum > 0 else { return nil }
    var result = PartialStateTable()
    result.add(self, times: 1 / sum)
    return result
  }

  /// The known state with the largest number, when one is above zero.
  package var largest: WorkerState? { known.largest }

  /// Spreads what is unresolved as what was seen of other waits suggests: short ones like short ones,
  /// long ones like long ones.
  ///
  /// - Parameters:
  ///   - mix: what was seen.
  ///   - fallback: what counts where `mix` has no waits of that length; where neither has, the time is
  ///     `other`.
  /// - Returns: a table with the same sum and nothing unresolved.
  package func resolved(by mix: WaitMix?, fallback: WaitMix? = nil) -> StateTable {
    var result = known
    for (amount, isShort) in [(short, true), (long, false)] where amount != 0 {
      if let shares = WaitMix.shares(mix, fallback, isShort: isShort) {
        result.add(shares, times: amount)
      } else {
        result[.other] += amount
      }
    }
    return result
  }

  private static let packedShort = WorkerState.observed.count

  /// The numbers of the observed states at their positions, then the unresolved short and long waits.
  package var packed: SIMD16<Float> {
    var packed = SIMD16<Float>(known.values)
    packed[Self.packedShort] = Float(short)
    packed[Self.packedShort + 1] = Float(long)
    return packed
  }

  /// Makes a table from ``packed`` numbers.
  package init(packed: SIMD16<Float>) {
    self.init()
    for state in WorkerState.observed { known[state] = Double(packed[state.position]) }
    short = Double(packed[Self.packedShort])
    long = Double(packed[Self.packedShort + 1])
  }
}
