package import TandemModel

/// A number for each state, and two for time off the CPU whose state isn't known yet: in short waits
/// and in long ones (see `WaitMix`).
package struct StateTable: Sendable, Equatable {
  /// The numbers, in the order of `WorkerState.allCases`; then what is unresolved; then zeros.
  private(set) var values: SIMD16<Double>

  /// Makes a table of zeros.
  package init() { values = .zero }

  /// Makes a table with one number that isn't zero.
  package init(_ state: WorkerState, _ value: Double) {
    self.init()
    self[state] = value
  }

  /// The number of one state.
  package subscript(state: WorkerState) -> Double {
    get { values[state.position] }
    set { values[state.position] = newValue }
  }

  /// Off the CPU, for a reason that isn't known yet.
  package var unresolved: Double { values[Self.shortPosition] + values[Self.longPosition] }

  /// Adds to what is unresolved.
  ///
  /// - Parameters:
  ///   - isShort: whether the wait was a short one.
  ///   - amount: how much.
  package mutating func unresolved(_ isShort: Bool, add amount: Double) {
    values[isShort ? Self.shortPosition : Self.longPosition] += amount
  }

  /// Leaves out what is unresolved.
  package mutating func dropUnresolved() {
    values[Self.shortPosition] = 0
    values[Self.longPosition] = 0
  }

  private static let shortPosition = WorkerState.allCases.count
  private static let longPosition = shortPosition + 1

  /// All numbers together.
  package var sum: Double { values.sum() }

  /// The sum over the states that want a CPU.
  package var demand: Double { self[.onCPU] + self[.runnable] + self[.gil] }

  /// The sum over the states in progress.
  package var inProgress: Double { demand + self[.io] + self[.sleep] }

  /// Adds a multiple of another table.
  package mutating func add(_ other: StateTable, times factor: Double = 1) {
    values += other.values * factor
  }

  /// Everything but time on the CPU and ready for one.
  package var blocked: Double { sum - self[.onCPU] - self[.runnable] }

  /// Spreads what is unresolved as what was seen of other waits tells: short ones like short ones,
  /// long ones like long ones.
  ///
  /// - Parameters:
  ///   - mix: what was seen.
  ///   - fallback: what counts where that tells nothing of waits of that length; where neither does,
  ///     the time is `other`.
  /// - Returns: a table with the same sum and nothing unresolved.
  package func resolved(by mix: WaitMix?, fallback: WaitMix? = nil) -> StateTable {
    guard unresolved != 0 else { return self }
    var result = self
    result.dropUnresolved()
    for (place, isShort) in [(Self.shortPosition, true), (Self.longPosition, false)]
    where values[place] != 0 {
      if let shares = WaitMix.shares(mix, fallback, isShort: isShort) {
        result.add(shares, times: values[place])
      } else {
        result[.other] += values[place]
      }
    }
    return result
  }

  /// The table with numbers that add up to 1; nil when there is nothing in it.
  package var normalised: StateTable? {
    let sum = sum
    guard sum > 0 else { return nil }
    var result = StateTable()
    result.add(self, times: 1 / sum)
    return result
  }

  /// The state with the largest number, when one is above zero.
  package var largest: WorkerState? {
    WorkerState.allCases.max { self[$0] < self[$1] }.flatMap { self[$0] > 0 ? $0 : nil }
  }
}

extension WorkerState {
  /// The place in ``StateTable``: the order of `allCases`.
  package var position: Int {
    switch self {
    case .onCPU: 0
    case .runnable: 1
    case .gil: 2
    case .lock: 3
    case .io: 4
    case .sleep: 5
    case .child: 6
    case .waitingForWork: 7
    case .other: 8
    }
  }
}
