/// What was seen of one model in runs that were watched from outside, apart from the timed ones.
public struct ObservedRuns: Codable, Sendable, Equatable {
  /// How it is known when workers ran.
  public enum Switches: String, Codable, Sendable, CaseIterable {
    /// From the kernel's record of every switch.
    case exact
    /// From looking at `/proc` again and again, or records were lost.
    case sampled
  }

  /// Watched runs that ended well.
  public var n: Int
  /// Wall seconds of each, in order of running.
  public var wallSeconds: [Double]
  /// The median of `wall_s`.
  @ExplicitNull public var medianSeconds: Double?
  /// The median over that of the timed runs: what being watched costs, and how runs differ.
  @ExplicitNull public var ratioToTimed: Double?
  /// Whether the two medians are within 5 % of each other; null when one of them is missing.
  @ExplicitNull public var agreesWithTimed: Bool?
  /// How it is known when workers ran; sampled when that holds for any of the runs.
  public var switches: Switches
  /// Records that the kernel had no room for, in all runs.
  public var lostRecords: Int
  /// Workers in one run that nothing or too little was seen of, whose own reports stand in; a mean over runs.
  public var workersUnseen: Double
  /// Seconds inside the bodies a state, summed over the workers that were seen; a mean over runs.
  public var workerSeconds: [StateShare]
  /// Hand-overs of global interpreter locks in one run, a mean; null when no lock was looked at.
  @ExplicitNull public var gilHandovers: Double?
  /// What workers report of themselves, beside what was seen of the same workers in the same runs.
  public var checks: [ReportCheck]
  /// CPU seconds of the thread that watched, a mean over runs.
  public var observerCPUSeconds: Double

  /// Makes a summary.
  public init(
    n: Int, wallSeconds: [Double], medianSeconds: Double? = nil, ratioToTimed: Double? = nil,
    agreesWithTimed: Bool? = nil, switches: Switches, lostRecords: Int = 0,
    workersUnseen: Double = 0, workerSeconds: [StateShare] = [], gilHandovers: Double? = nil,
    checks: [ReportCheck] = [], observerCPUSeconds: Double = 0
  ) {
    self.n = n
    self.wallSeconds = wallSeconds
    self.medianSeconds = medianSeconds
    self.ratioToTimed = ratioToTimed
    self.agreesWithTimed = agreesWithTimed
    self.switches = switches
    self.lostRecords = lostRecords
    self.workersUnseen = workersUnseen
    self.workerSeconds = workerSeconds
    self.gilHandovers = gilHandovers
    self.checks = checks
    self.observerCPUSeconds = observerCPUSeconds
  }

  enum CodingKeys: String, CodingKey {
    case n
    case wallSeconds = "wall_s"
    case medianSeconds = "median_s"
    case ratioToTimed = "ratio_to_timed"
    case agreesWithTimed = "agrees_with_timed"
    case switches
    case lostRecords = "lost_records"
    case workersUnseen = "workers_unseen"
    case workerSeconds = "worker_seconds"
    case gilHandovers = "gil_handovers"
    case checks
    case observerCPUSeconds = "observer_cpu_s"
  }
}
