/// Seconds in each state that can be observed: of one worker, or summed over several.
///
/// Together they are the life of the worker, or the sum of the lives. In JSON it is an object with a key
/// for each of `WorkerState.observed`, such as `on_cpu_s`.
public struct StateSeconds: Sendable, Equatable {
  private var table: StateTable
  /// Whether waiting for a global interpreter lock was measured.
  ///
  /// Where it wasn't, that time is part of another state, and `gil_s` is null.
  public var gilIsMeasured: Bool {
    didSet { forgetUnmeasured() }
  }

  /// Makes it from seconds.
  ///
  /// - Parameters:
  ///   - seconds: the seconds in each state; zero for a state that is missing.
  ///   - gilIsMeasured: whether waiting for a global interpreter lock was measured.
  public init(_ seconds: [WorkerState: Double] = [:], gilIsMeasured: Bool = true) {
    self.init(StateTable(seconds), gilIsMeasured: gilIsMeasured)
  }

  /// Makes it from a table of seconds.
  package init(_ table: StateTable, gilIsMeasured: Bool = true) {
    self.table = table
    self.gilIsMeasured = gilIsMeasured
    forgetUnmeasured()
  }

  private mutating func forgetUnmeasured() {
    if !gilIsMeasured { table[.gil] = 0 }
  }

  /// The seconds in a state; zero for a global interpreter lock that was not measured.
  public subscript(state: WorkerState) -> Double {
    get { table[state] }
    set { table[state] = newValue }
  }

  /// Seconds of waiting for a global interpreter lock; nil when they were not measured.
  public var gilSeconds: Double? { gilIsMeasured ? table[.gil] : nil }

  /// The seconds in all states together.
  public var allSeconds: Double { WorkerState.observed.reduce(0) { $0 + self[$1] } }
}

extension StateSeconds: Codable {
  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(_ state: WorkerState) { stringValue = state.rawValue + "_s" }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Reads an object with a key for each observed state.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    self.init()
    for state in WorkerState.observed {
      if state == .gil, try container.decodeNil(forKey: Key(state)) {
        gilIsMeasured = false
      } else if state != .tooShort || !container.isUnrecorded(Key(state)) {
        self[state] = try container.decode(Double.self, forKey: Key(state))
      }
    }
  }

  /// Writes an object with a key for each observed state.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for state in WorkerState.observed {
      if state == .gil, !gilIsMeasured {
        try container.encodeNil(forKey: Key(state))
      } else {
        try container.encode(self[state], forKey: Key(state))
      }
    }
  }
}
