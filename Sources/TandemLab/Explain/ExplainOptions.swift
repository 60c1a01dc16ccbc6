public import TandemModel
package import TandemObserve
package import TandemSystem

/// How a program is watched.
public struct ExplainOptions: Sendable {
  /// Where the times of context switches come from.
  public enum Switches: String, Sendable, CaseIterable {
    /// From the kernel's records where the kernel allows it, otherwise sampled.
    case automatic
    /// From the kernel's records; it is an error when there are none.
    case exact
    /// From samples of `/proc`.
    case sampled
  }

  /// Where one of a command's standard streams leads.
  public enum Stream: Sendable, Hashable {
    /// Where this process's own stream leads.
    case inherited
    /// To `/dev/null`.
    case null
    /// To an open descriptor, which is copied.
    case descriptor(Int32)
  }

  /// Where the times of context switches come from.
  public var switches = Switches.automatic
  /// Pairs of further runs, one observed and one not, that measure the cost of observing a command; nil for
  /// none, at least 1.
  ///
  /// These runs read from `/dev/null`, and their output is discarded.
  public var costRuns: Int?
  /// Receives what the workers did since the last call, while the program runs; nil for nothing.
  ///
  /// It is called on the thread that watches: while it runs, nothing is observed.
  public var live: (@Sendable (LiveMoment) -> Void)?
  /// The time between two calls of `live`, at least.
  public var liveInterval: Duration = .seconds(1)
  /// Whether the report is also about what the command did before its first process executed another program.
  public var includesLauncher = false
  /// Timed runs of each command of a difference or a sweep, besides the observed one; nil for what 20 seconds
  /// allow, 1 for none: then the figures are those of the observed run.
  ///
  /// These runs aren't observed. They read from `/dev/null`, and their output is discarded.
  public var runs: Int?
  /// Receives the progress of repeated runs; nil for nothing.
  public var progress: (@Sendable (MeasurementProgress) -> Void)?

  /// A command's standard input.
  public var standardInput = Stream.inherited
  /// A command's standard output.
  public var standardOutput = Stream.inherited
  /// A command's standard error.
  public var standardError = Stream.inherited
  /// A command's environment; nil for the one that this process was started with.
  public var environment: [String: String]?
  /// After cancellation, the time from SIGTERM to SIGKILL for a command that hasn't ended.
  public var terminationGrace: Duration = .seconds(5)

  /// Called once, on the thread that watches, when everything that a running program does will be observed.
  package var whenFollowed: @Sendable () -> Void = {}
  /// Whether the report has every slice of the workers' time, for a page to draw.
  package var keepsSlices = false
  /// Receives what is recorded while a program is watched for its report; nil for nobody.
  package var sink: (any ObservationSink)?
  /// Events to open on each CPU; more than one only measures what events cost on larger machines.
  package var eventsPerCPU = 1
  /// Why commands can't be run again, a sentence; nil when they can.
  package var whyNotRepeated: String?
  /// What is counted in timed runs: the CPU's instructions and cycles, or what stands in for them in tests.
  package var countedEvents = CPUCounters.Events.hardware

  /// Makes the default options: automatic switches, inherited streams, no cost runs.
  public init() {}
}
