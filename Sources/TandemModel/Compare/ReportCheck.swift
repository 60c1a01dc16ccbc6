/// A figure that workers report of themselves, beside what was seen.
public struct ReportCheck: Codable, Sendable, Equatable {
  /// What can be checked.
  public enum Figure: String, Codable, Sendable, CaseIterable {
    /// Seconds on a CPU inside the bodies.
    case onCPU = "on_cpu_s"
    /// Seconds ready for a CPU inside the bodies; records show those after the CPU was taken away only,
    /// so there may be more.
    case runnable = "runnable_s"
    /// Seconds waiting for the global lock inside the bodies.
    case gil = "gil_s"
    /// Seconds waiting for input or output inside the bodies; what was seen is all waiting that may be
    /// that, so there may be more.
    case io = "io_s"
    /// Switches inside the bodies because a thread blocked.
    case voluntarySwitches = "voluntary_switches"
    /// Switches inside the bodies because the kernel took the CPU away.
    case involuntarySwitches = "involuntary_switches"
    /// Workers whose start was seen between the call of `start` and the body entered.
    case startsInOrder = "starts_in_order"
  }

  /// What was checked.
  public var figure: Figure
  /// What the workers report, summed over those that were seen; a mean over runs.
  public var reported: Double
  /// What was seen of the same workers; a mean over runs.
  public var observed: Double
  /// Whether the two differ by no more than 5 %, or by less than what reading them costs, apart from what
  /// the host stole of the CPUs meanwhile.
  public var agrees: Bool

  /// Makes a check.
  public init(figure: Figure, reported: Double, observed: Double, agrees: Bool) {
    self.figure = figure
    self.reported = reported
    self.observed = observed
    self.agrees = agrees
  }
}
