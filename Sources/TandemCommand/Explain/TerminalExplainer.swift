import Glibc
import TandemLab
import TandemModel
import TandemSystem

/// Calls the library's `explain` as a command in a terminal does: signals and stops are passed on, and the
/// live screen and the progress are drawn.
struct TerminalExplainer {
  /// The options.
  var watching: ExplainWatching

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
    let result = try explained(command) { explainer throws(ExplainError) in
      try explainer.explain(command)
    }
    return ExplainedProgram(
      report: result.report, wasLeft: result.report.exit == nil,
      wasInterrupted: result.wasInterrupted)
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
    return ExplainedProgram(
      report: result.report, wasLeft: false, wasInterrupted: result.wasInterrupted)
  }

  private func explained(
    _ command: [String], _ body: (Explainer) throws(ExplainError) -> Explainer.Result
  ) throws -> Explainer.Result {
    let screen =
      watching.live
      ? LiveTerminal().map {
        LiveScreen(command: command.joined(separator: " "), terminal: $0)
      } : nil
    defer { screen?.close() }
    let display = ProgressDisplay(isWanted: true)
    defer { display.clear() }
    var options = ExplainOptions()
    options.switches = watching.switches.library
    options.costRuns = watching.costRuns
    options.includesLauncher = watching.withLauncher
    options.eventsPerCPU = Self.eventsPerCPU
    if let screen { options.live = { screen.show($0) } }
    options.progress = { progress in
      screen?.close()
      display.show(progress)
    }
    do throws(ExplainError) {
      return try body(Explainer(options, control: TerminalControl()))
    } catch {
      throw ExitReason.unexplained(error)
    }
  }
}

/// What was seen of a program that was watched.
struct ExplainedProgram {
  /// The report.
  var report: ExplainReport
  /// Whether the program is still running because the user asked for its end again and again in vain.
  var wasLeft: Bool
  /// Whether anybody asked for an end meanwhile, of the program or of the watching.
  var wasInterrupted: Bool
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
  /// - Parameter error: Why.
  /// - Returns: The exit code to throw.
  fileprivate static func unexplained(_ error: ExplainError) -> any Error {
    let line = "tandem: \(error.sentence)"
    switch error.code {
    case .notFound: return notFound(line)
    case .notExecutable: return notExecutable(line)
    case .invalidArgument, .noSuchProcess: return usage(line)
    case .switchRecordsUnavailable:
      let remedy = error.remedy.map { ", or: \($0)" } ?? ""
      return system("tandem: \(error.message); leave out --switches exact\(remedy)")
    default: return system(line)
    }
  }
}
