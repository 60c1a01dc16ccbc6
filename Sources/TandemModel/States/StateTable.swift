/// A number for each state.
///
/// Sixteen numbers in a vector: adding two tables is a few instructions, also for each of twenty
/// thousand switches a second.
package struct StateTable: Sendable, Equatable {
  /// The numbers, each at its state's ``WorkerState/position``.
  package var values: SIMD16<Double>

  /// Makes a table of zeros.
  @inlinable package init() { values = .zero }

  /// Makes a table from its numbers at the states' positions.
  @inlinable package init(values: SIMD16<Double>) { self.values = values }

  /// Makes a table.
  ///
  /// - Parameter entries: the numbers that aren't zero.
  package init(_ entries: [WorkerState: Double]) {
    self.init()
    for (state, value) in entries { self[state] = value }
  }

  /// The number of one state.
  @inlinable package subscript(state: WorkerState) -> Double {
    get { values[state.position] }
    set { values[state.position] = newValue }
  }

  /// All numbers together.
  @inlinable package var sum: Double { values.sum() }

  /// The sum over the states that want a CPU.
  package var demand: Double { sum(\.wantsCPU) }

  /// The sum over the states in progress.
  package var inProgress: Double { sum(\.isInProgress) }

  /// The sum over the states among which wall time is shared.
  package var takingWallTime: Double { sum(\.takesWallTime) }

  /// Everything but time on a CPU and ready for one.
  package var blocked: Double { sum - self[.onCPU] - self[.runnable] }

  private func sum(_ counts: (WorkerState) -> Bool) -> Double {
    WorkerState.allCases.reduce(0) { counts($1) ? $0 + self[$1] : $0 }
  }

  /// Adds a multiple of another table.
  ///
  /// - Parameters:
  ///   - other: what to add.
  ///   - factor: how many times.
  @inlinable package mutating func add(_ other: StateTable, times factor: Double = 1) {
    values += other.values * factor
  }

  /// The same numbers, each multiplied.
  ///
  /// - Parameter factor: what to multiply by.
  /// - Returns: a new table.
  @inlinable package func scaled(by factor: Double) -> StateTable {
    StateTable(values: values * factor)
  }

  /// The table with numbers that add up to 1; nil when they add up to zero or less.
  package var normalised: StateTable? {
    let sum = sum
    return sum > 0 ? scaled(by: 1 / sum) : nil
  }

  /// The state with the largest number, when one is above zero.
  package var largest: WorkerState? {
    WorkerState.allCases.max { self[$0] < self[$1] }.flatMap { self[$0] > 0 ? $0 : nil }
  }

  /// The numbers as shares in seconds, in the order of the states, zeros left out.
  package var shares: [StateShare] {
    WorkerState.allCases.compactMap { state in
      self[state] == 0 ? nil : StateShare(state: state, seconds: self[state])
    }
  }

  /// The mean of some tables, state by state.
  ///
  /// - Parameter tables: the tables.
  /// - Returns: zeros when there are none.
  package static func mean(of tables: [StateTable]) -> StateTable {
    var sum = StateTable()
    for table in tables { sum.add(table) }
    return tables.isEmpty ? sum : sum.scaled(by: 1 / Double(tables.count))
  }
}

extension WorkerState {
  /// The state's place in a ``StateTable``; the observed ones come first, in the order of `observed`.
  @inlinable package var position: Int {
    switch self {
    case .onCPU: 0
    case .runnable: 1
    case .gil: 2
    case .lock: 3
    case .io: 4
    case .sleep: 5
    case .child: 6
    case .waitingForWork: 7
    case .tooShort: 8
    case .other: 9
    case .starting: 10
    case .ending: 11
    case .preparing: 12
    case .movingData: 13
    case .startingServer: 14
    case .idle: 15
    }
  }
}
