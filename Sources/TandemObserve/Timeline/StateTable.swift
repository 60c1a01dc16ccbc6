package import TandemModel

/// A number for each state, and one for time off the CPU whose state isn't known yet.
package struct StateTable: Sendable, Equatable {
  /// The numbers, in the order of `ObservedState.allCases`; then what is unresolved; then zeros.
  private(set) var values: SIMD16<Double>

  /// Makes a table of zeros.
  package init() { values = .zero }

  /// Makes a table with one number that isn't zero.
  package init(_ state: ObservedState, _ value: Double) {
    self.init()
    self[state] = value
  }

  /// The number of one state.
  package subscript(state: ObservedState) -> Double {
    get { values[state.position] }
    set { values[state.position] = newValue }
  }

  /// Off the CPU, for a reason that isn't known yet.
  package var unresolved: Double {
    get { values[Self.unresolvedPosition] }
    set { values[Self.unresolvedPosition] = newValue }
  }

  private static let unresolvedPosition = ObservedState.allCases.count

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

  /// Spreads what is unresolved as a mix tells.
  ///
  /// - Parameter mix: shares that add up to 1; nil counts it as `other`.
  /// - Returns: a table with the same sum and nothing unresolved.
  package func resolved(by mix: StateTable?) -> StateTable {
    guard unresolved != 0 else { return self }
    var result = self
    result.unresolved = 0
    if let mix { result.add(mix, times: unresolved) } else { result[.other] += unresolved }
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
  package var largest: ObservedState? {
    ObservedState.allCases.max { self[$0] < self[$1] }.flatMap { self[$0] > 0 ? $0 : nil }
  }
}

extension ObservedState {
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
