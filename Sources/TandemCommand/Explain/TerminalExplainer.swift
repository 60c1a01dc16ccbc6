import Glibc
import TandemLab
import TandemModel
import TandemSystem
import TandemTrace

/// Calls the library's `explain` as a command in a terminal does: signals and stops are passed on, and the
/// live screen and the progress are drawn.
struct TerminalExplainer {
  /// The options.
  var watching: ExplainWatching
  /// Timed runs of each command of a difference or a sweep; nil for what the time allows.
  var runs: Int?
  /// Whether the report is saved or drawn, and so has every slice of the workers' time.
  var keepsSlices = false
  /// The trace to write meanwhile; nil for none.
  var trace: TraceFile?
  /// Called when the observation of a running program has begun.
  var whenFollowed: @Sendable () -> Void = {}

  /// For measuring the cost of observing on larger machines: with 8, threads on two CPUs pay what
  /// they would on sixteen.
  private static let eventsPerCPU =
    getenv("TANDEM_EVENTS_PER_CPU").flatMap { Int(String(cString: $0)) }
    .map { min(max($0, 1), 64) } ?? 1

  /// Runs a command and watches it until it ends.
  ///
  /// - Parameter command: The command and its arguments, not empty.
  /// - Returns: What was seen.
  /// - Throws: An exit code, after a line on standard error.
  func run(_ command: [String]) throws -> ExplainedProgram {
    ExplainedProgram(
      try explained(command) { explainer throws(ExplainError) in try explainer.explain(command) })
  }

  /// Runs two commands and watches them, then runs both again in turns.
  ///
  /// - Parameters:
  ///   - first: The first command and its arguments.
  ///   - second: The second command and its arguments.
  /// - Returns: What was seen of each, and the difference; nil when the first was interrupted.
  /// - Throws: An exit code, after a line on standard error.
  func compare(
    _ first: [String], with second: [String]
  ) throws -> (programs: [ExplainedProgram], difference: ExplainDifference?) {
    let result = try explained(first) { explainer throws(ExplainError) in
      try explainer.explainDifference(first, second)
    }
    return (
      [result.first, result.second].compactMap(\.self).map { ExplainedProgram($0) }, result.report
    )
  }

  /// Runs a command with each value of a variable and watches it, then runs all again in turns.
  ///
  /// - Parameter swept: The command and the variable.
  /// - Returns: What was seen with each value, and the sweep.
  /// - Throws: An exit code, after a line on standard error.
  func sweep(
    _ swept: SweptCommand
  ) throws -> (programs: [ExplainedProgram], sweep: ExplainSweep) {
    let result = try explained(swept.command) { explainer throws(ExplainError) in
      try explainer.explainSweep(swept)
    }
    return (result.results.map { ExplainedProgram($0) }, result.report)
  }

  /// Watches a running program.
  ///
  /// - Parameters:
  ///   - pid: Its first process.
  ///   - duration: How long at most; nil until it ends.
  /// - Returns: What was seen.
  /// - Throws: An exit code, after a line on standard error.
  func watch(_ pid: Int32, for duration: Duration?) throws -> ExplainedProgram {
    let result = try explained(Explainer.commandLine(of: pid)) { explainer throws(ExplainError) in
      try explainer.explain(pid: pid, for: duration)
    }
    return ExplainedProgram(report: result.report, wasLeft: false)
  }

  private func explained<Seen>(
    _ command: [String], _ body: (Explainer) throws(ExplainError) -> Seen
  ) throws -> Seen {
    let screen =
      watching.live
      ? LiveTerminal().map {
        LiveScreen(command: command.joined(separator: " "), terminal: $0)
      } : nil
    defer { screen?.close() }
    let display = ProgressDisplay(isWanted: true)
    defer { display.clear() }
    var options = ExplainOptions()
    // A trace has the times of switches, which samples don't tell.
    options.switches = trace == nil ? watching.switches.library : .exact
    options.sink = trace
    options.costRuns = watching.costRuns
    options.includesLauncher = watching.withLauncher
    options.runs = runs
    options.keepsSlices = keepsSlices
    options.whenFollowed = whenFollowed
    if !StandardStream.inputIsRepeatable {
      options.whyNotRepeated = """
        Nothing was run again, because standard input can be read only once: give it </dev/null.
        """
    }
    options.eventsPerCPU = Self.eventsPerCPU
    if let screen { options.live = { screen.show($0) } }
    options.progress = { progress in
      screen?.close()
      display.show(progress)
    }
    do throws(ExplainError) {
      return try body(Explainer(options, control: TerminalControl()))
    } catch {
      throw ExitReason.unexplained(
        error, switchesFor: trace == nil ? "--switches exact" : "--trace")
    }
  }
}

/// What was seen of a program that was watched.
struct ExplainedProgram {
  /// The report.
  var report: ExplainReport
  /// Whether the program is still running because the user asked for its end again and again in vain.
  var wasLeft: Bool

  /// Takes over what was seen of a command.
  init(_ result: Explainer.Result) {
    self.init(report: result.report, wasLeft: result.report.exit == nil)
  }

  /// Makes a value.
  init(report: ExplainReport, wasLeft: Bool) {
    self.report = report
    self.wasLeft = wasLeft
  }
}

/// Forwards signals to a watched command, and mirrors its stops.
struct TerminalControl: ProgramControl {
  func attach(to subject: WatchedSubject) -> any ProgramAttachment {
    let forwarder = SignalForwarder(to: subject.child)
    guard case .command(let pid) = subject else { return TerminalAttachment(forwarder, nil) }
    return TerminalAttachment(forwarder, JobControlMirror(pid))
  }
}

/// The signal handlers that serve one program.
private struct TerminalAttachment: ProgramAttachment {
  private let forwarder: SignalForwarder
  private let mirror: JobControlMirror?

  init(_ forwarder: SignalForwarder, _ mirror: JobControlMirror?) {
    self.forwarder = forwarder
    self.mirror = mirror
  }

  var wasInterrupted: Bool { forwarder.wasInterrupted }
  var killsWhatIsLeft: Bool { false }

  func shouldStopWatching() -> Bool {
    mirror?.follow()
    return forwarder.shouldStopWatching
  }

  func detach() {
    mirror?.stop()
    forwarder.stop()
  }
}

extension ExitReason {
  /// A program can't be run or watched.
  ///
  /// - Parameters:
  ///   - error: Why.
  ///   - option: The option that needs exact switches.
  /// - Returns: The exit code to throw.
  fileprivate static func unexplained(
    _ error: ExplainError, switchesFor option: String
  ) -> any Error {
    let line = "tandem: \(error.sentence)"
    switch error.code {
    case .notFound: return notFound(line)
    case .notExecutable: return notExecutable(line)
    case .invalidArgument, .noSuchProcess: return usage(line)
    case .switchRecordsUnavailable:
      let remedy = error.remedy.map { ", or: \($0)" } ?? ""
      return system("tandem: \(error.message); leave out \(option)\(remedy)")
    default: return system(line)
    }
  }
}
