/// What a worker reports of the time it was blocked inside its body, by what it waited for; nil where it
/// can't report that.
///
/// The rest of the time off the CPU counts as `WorkerState.other`. In a run's record all times are
/// nanoseconds; reports have seconds (`StateShare`, `StateSeconds`).
public struct BlockedTimes: Codable, Sendable, Equatable {
  /// Nanoseconds waiting for a global interpreter lock, or for the lock of its model.
  public var gilNS: UInt64?
  /// Nanoseconds waiting for another lock.
  public var lockNS: UInt64?
  /// Nanoseconds waiting for input or output.
  public var ioNS: UInt64?
  /// Nanoseconds asleep by the worker's own wish.
  public var sleepNS: UInt64?
  /// Nanoseconds waiting for a child process.
  public var childNS: UInt64?

  /// Makes a split; what is left out is not measured.
  public init(
    gilNS: UInt64? = nil, lockNS: UInt64? = nil, ioNS: UInt64? = nil, sleepNS: UInt64? = nil,
    childNS: UInt64? = nil
  ) {
    self.gilNS = gilNS
    self.lockNS = lockNS
    self.ioNS = ioNS
    self.sleepNS = sleepNS
    self.childNS = childNS
  }

  /// The states that a worker can report.
  package static let states: [WorkerState] = [.gil, .lock, .io, .sleep, .child]

  /// The nanoseconds in a state; nil when the worker can't report them.
  package subscript(state: WorkerState) -> UInt64? {
    switch state {
    case .gil: gilNS
    case .lock: lockNS
    case .io: ioNS
    case .sleep: sleepNS
    case .child: childNS
    default: nil
    }
  }

  /// The nanoseconds that the worker reports, in all states together.
  public var knownNS: UInt64 { Self.states.reduce(0) { $0 + (self[$1] ?? 0) } }

  enum CodingKeys: String, CodingKey {
    case gilNS = "gil_ns"
    case lockNS = "lock_ns"
    case ioNS = "io_ns"
    case sleepNS = "sleep_ns"
    case childNS = "child_ns"
  }
}
