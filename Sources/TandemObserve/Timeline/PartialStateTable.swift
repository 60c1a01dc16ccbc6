package import TandemModel

/// A number for each state, and one for each length of waits whose state isn't known yet (see `WaitMix`).
package struct PartialStateTable: Sendable, Equatable {
  /// What is known.
  private var known: StateTable
  /// What isn't, by `WaitLength`.
  private var open = SIMD4<Double>.zero

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
  ///   - length: how long the waits were.
  ///   - amount: how much.
  package mutating func unresolved(_ length: WaitLength, add amount: Double) {
    open[length.rawValue] += amount
  }

  /// All numbers together.
  package var sum: Double { known.sum + open.sum() }

  /// Adds a multiple of another table.
  package mutating func add(_ other: PartialStateTable, times factor: Double = 1) {
    known.add(other.known, times: factor)
    open += other.open * factor
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

  /// The table with everything unresolved under `tooShort`, as a `ProgramSweep` takes it.
  var unknownAsTooShort: StateTable {
    var result = known
    result[.tooShort] += open.sum()
    return result
  }

  /// Shares out what is unresolved as the looks at other waits of that length suggest, where there are
  /// enough of them.
  ///
  /// - Parameters:
  ///   - mix: what was seen of the worker.
  ///   - like: what was seen of workers like it.
  /// - Returns: a table with the same sum and nothing unresolved: where there are too few looks, waits
  ///   that aren't long are `tooShort`, and long ones `other`.
  package func resolved(by mix: WaitMix?, like: WaitMix? = nil) -> StateTable {
    var result = known
    for length in WaitLength.allCases where open[length.rawValue] != 0 {
      let amount = open[length.rawValue]
      if let shares = WaitMix.shares(mix, like, length) {
        result.add(shares, times: amount)
      } else {
        result[length.unknownState] += amount
      }
    }
    return result
  }

  private static let packedOpen = WorkerState.observed.count

  /// The numbers of the observed states at their positions, then the unresolved ones by length.
  package var packed: SIMD16<Float> {
    var packed = SIMD16<Float>(known.values)
    for length in WaitLength.allCases {
      packed[Self.packedOpen + length.rawValue] = Float(open[length.rawValue])
    }
    return packed
  }

  /// Makes a table from ``packed`` numbers.
  package init(packed: SIMD16<Float>) {
    self.init()
    for state in WorkerState.observed { known[state] = Double(packed[state.position]) }
    for length in WaitLength.allCases {
      open[length.rawValue] = Double(packed[Self.packedOpen + length.rawValue])
    }
  }
}
