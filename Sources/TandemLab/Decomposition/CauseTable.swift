package import TandemModel

/// A number for each cause.
package struct CauseTable: Sendable, Equatable {
  private var values: [Double]

  /// Makes a table of zeros.
  package init() {
    values = [Double](repeating: 0, count: Cause.allCases.count)
  }

  /// Makes a table.
  ///
  /// - Parameter entries: the numbers that aren't zero.
  package init(_ entries: [Cause: Double]) {
    self.init()
    for (cause, value) in entries { self[cause] = value }
  }

  /// The number of one cause.
  package subscript(cause: Cause) -> Double {
    get { values[cause.position] }
    set { values[cause.position] = newValue }
  }

  /// All numbers together.
  package var sum: Double { values.reduce(0, +) }

  /// Adds a multiple of another table.
  ///
  /// - Parameters:
  ///   - other: what to add.
  ///   - factor: how many times.
  package mutating func add(_ other: CauseTable, times factor: Double = 1) {
    for index in values.indices { values[index] += other.values[index] * factor }
  }

  /// The same numbers, each multiplied.
  ///
  /// - Parameter factor: what to multiply by.
  /// - Returns: a new table.
  package func scaled(by factor: Double) -> CauseTable {
    var result = CauseTable()
    result.add(self, times: factor)
    return result
  }

  /// The numbers as shares in seconds, in the order of the causes, those that are zero left out.
  package var shares: [CauseShare] {
    Cause.allCases.compactMap { cause in
      self[cause] == 0 ? nil : CauseShare(cause: cause, seconds: self[cause])
    }
  }

  /// The mean of some tables, cause by cause.
  ///
  /// - Parameter tables: the tables.
  /// - Returns: zeros when there are none.
  package static func mean(of tables: [CauseTable]) -> CauseTable {
    var sum = CauseTable()
    for table in tables { sum.add(table) }
    return tables.isEmpty ? sum : sum.scaled(by: 1 / Double(tables.count))
  }
}

extension Cause {
  /// The place in ``CauseTable``: the order of `allCases`.
  fileprivate var position: Int {
    switch self {
    case .starting: 0
    case .onCPU: 1
    case .runnable: 2
    case .gil: 3
    case .lock: 4
    case .io: 5
    case .asleep: 6
    case .child: 7
    case .blocked: 8
    case .ending: 9
    case .preparing: 10
    case .movingData: 11
    case .startingServer: 12
    case .idle: 13
    }
  }
}
