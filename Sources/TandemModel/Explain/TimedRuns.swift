/// Runs of one command, as the kernel accounted them: each list has one entry a run, in order of running.
public struct TimedRuns: Codable, Sendable, Equatable {
  /// Seconds from releasing the command to its end.
  public var wallSeconds: [Double]
  /// CPU seconds in user mode, of the command and of its children that were waited for.
  public var userSeconds: [Double]
  /// CPU seconds in the kernel, of the same.
  public var systemSeconds: [Double]
  /// Context switches because a thread waited for something.
  public var voluntarySwitches: [Double]
  /// Context switches because the kernel took the CPU away.
  public var involuntarySwitches: [Double]
  /// Page faults served without reading a disk.
  public var minorFaults: [Double]
  /// Page faults that had to read a disk.
  public var majorFaults: [Double]
  /// Instructions in user mode; null where the CPU's counters could not be read in every run.
  @ExplicitNull public var instructions: [Double]?
  /// Cycles in user mode; null where the CPU's counters could not be read in every run.
  @ExplicitNull public var cycles: [Double]?

  /// Makes a list of runs.
  public init(
    wallSeconds: [Double] = [], userSeconds: [Double] = [], systemSeconds: [Double] = [],
    voluntarySwitches: [Double] = [], involuntarySwitches: [Double] = [],
    minorFaults: [Double] = [], majorFaults: [Double] = [], instructions: [Double]? = nil,
    cycles: [Double]? = nil
  ) {
    self.wallSeconds = wallSeconds
    self.userSeconds = userSeconds
    self.systemSeconds = systemSeconds
    self.voluntarySwitches = voluntarySwitches
    self.involuntarySwitches = involuntarySwitches
    self.minorFaults = minorFaults
    self.majorFaults = majorFaults
    self.instructions = instructions
    self.cycles = cycles
  }

  /// How many runs there are.
  public var count: Int { wallSeconds.count }

  /// A figure of each run; nil when it was not measured.
  public subscript(figure: RunFigure) -> [Double]? {
    switch figure {
    case .wall: wallSeconds
    case .cpu: zip(userSeconds, systemSeconds).map { $0 + $1 }
    case .user: userSeconds
    case .system: systemSeconds
    case .voluntarySwitches: voluntarySwitches
    case .involuntarySwitches: involuntarySwitches
    case .minorFaults: minorFaults
    case .majorFaults: majorFaults
    case .instructions: instructions
    case .cycles: cycles
    }
  }

  enum CodingKeys: String, CodingKey {
    case wallSeconds = "wall_s"
    case userSeconds = "user_s"
    case systemSeconds = "system_s"
    case voluntarySwitches = "voluntary_switches"
    case involuntarySwitches = "involuntary_switches"
    case minorFaults = "minor_faults"
    case majorFaults = "major_faults"
    case instructions, cycles
  }
}
