import ArgumentParser
import Glibc
import TandemLab
import TandemModel
import TandemObserve
import TandemSystem

/// Runs programs and watches them.
struct Explainer {
  /// How to watch.
  var watching: ExplainWatching
  /// The machine.
  var machine: MachineSummary

  /// How often the screen is drawn: often enough to follow, seldom enough to read.
  private static let everyNS: UInt64 = 1_000_000_000

  /// For measuring alone what observing costs on larger machines: with 8, threads on two CPUs pay what
  /// they would on sixteen.
  private static let eventsPerCPU =
    getenv("TANDEM_EVENTS_PER_CPU").flatMap { Int(String(cString: $0)) }
    .map { min(max($0, 1), 64) } ?? 1

  private func options(_ screen: LiveScreen?) -> ObservationOptions {
    let switches: ObservationOptions.Switches =
      switch watching.switches {
      case .auto: .automatic
      case .exact: .exact
      case .sampled: .sampled
      }
    var options = ObservationOptions(switches: switches, eventsPerCPU: Self.eventsPerCPU)
    options.live = screen.map { screen in
      ObservationOptions.Live(everyNS: Self.everyNS) { screen.show($0) }
    }
    return options
  }

  /// Watches, with a screen if one is wanted.
  private func watching<Result>(
    _ command: [String], _ body: (borrowing Observer) throws(Observer.Failure) -> Result
  ) throws(Observer.Failure) -> Result {
    let screen =
      watching.live
      ? LiveTerminal().map {
        LiveScreen(command: command.joined(separator: " "), terminal: $0)
      } : nil
    defer { screen?.close() }
    return try body(Observer(options(screen)))
  }

  /// Runs a command and watches it until its end.
  ///
  /// - Parameter command: the command and its arguments, not empty.
  /// - Returns: what was seen.
  /// - Throws: an exit code, after a line on standard error.
  func run(_ command: [String]) throws -> Explained {
    var program = try hold(command)
    let signals = PassedSignals(to: program.pid)
    defer { signals.stop() }
    let stops = FollowedStops(program.pid)
    defer { stops.stop() }
    let observation: Observation
    do throws(Observer.Failure) {
      observation = try watching(command) {
        (observer: borrowing Observer) throws(Observer.Failure) in
        try observer.watch(&program) {
          stops.follow()
          return signals.wantsOut
        }
      }
    } catch {
      throw failure(error, command: command[0])
    }
    return explained(observation, command: command, wasLeft: observation.exit == nil, signals)
  }

  /// Watches a held program until its end, and says nothing of it.
  ///
  /// - Parameters:
  ///   - program: the program, which is let go.
  ///   - signals: what is sent to Tandem meanwhile.
  /// - Returns: what was seen.
  /// - Throws: why it can't be watched.
  func observe(_ program: inout HeldProgram, _ signals: PassedSignals) throws -> Observation {
    try Observer(options(nil)).watch(&program) { signals.wantsOut }
  }

  /// Watches a program that runs already.
  ///
  /// - Parameters:
  ///   - pid: its first process.
  ///   - seconds: how long at most; nil until its end.
  /// - Returns: what was seen.
  /// - Throws: an exit code, after a line on standard error.
  func watch(_ pid: Int32, seconds: Double?) throws -> Explained {
    let length = seconds.map { UInt64($0 * 1e9) }
    // Its words while it is there.
    let command = Self.command(of: pid)
    let signals = PassedSignals(to: nil)
    defer { signals.stop() }
    let observation: Observation
    do throws(Observer.Failure) {
      observation = try watching(command ?? ["process \(pid)"]) {
        (observer: borrowing Observer) throws(Observer.Failure) in
        try observer.watch(running: pid, forNS: length) { signals.wantsOut }
      }
    } catch {
      throw failure(error, command: "process \(pid)")
    }
    return explained(observation, command: command ?? ["process \(pid)"], wasLeft: false, signals)
  }

  /// A running program's words (proc_pid_cmdline(5)).
  private static func command(of pid: Int32) -> [String]? {
    guard let bytes = try? ProcFile.bytes("/proc/\(pid)/cmdline"), !bytes.isEmpty else {
      return nil
    }
    return bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast()
      .map { String(decoding: $0, as: UTF8.self) }
  }

  private func explained(
    _ observation: Observation, command: [String], wasLeft: Bool, _ signals: PassedSignals
  ) -> Explained {
    var (report, timeline) = observation.report(
      command: command, machine: machine, tandemVersion: TandemVersion.current)
    if report.sources.switches == .exact {
      report.observer.starts = StartsCost(
        started: report.starts.threads + report.starts.processes, wallSeconds: report.wallSeconds
      ) { StartProbe.secondsPerStart(eventsPerCPU: Self.eventsPerCPU) }
    }
    report.findings = Rules.findings(in: report)
    return Explained(
      report: report, timeline: timeline, wasLeft: wasLeft,
      wasInterrupted: signals.someoneWantsOut)
  }

  // MARK: Starting

  /// Starts a command, which waits before its first instruction.
  ///
  /// - Parameter command: the command and its arguments, not empty.
  /// - Returns: the held program.
  /// - Throws: an exit code, after a line on standard error.
  func hold(_ command: [String]) throws -> HeldProgram {
    let path: String
    switch ProgramSearch.find(command[0], path: getenv("PATH").map { String(cString: $0) }) {
    case .success(let found): path = found
    case .failure(.notFound):
      throw CommandFailure.notFound("tandem: no such command: '\(command[0])'")
    case .failure(.notExecutable(let file)):
      throw CommandFailure.notExecutable(
        "tandem: '\(file)' is not executable: chmod +x it, or name its interpreter first")
    case .failure(.isDirectory(let file)):
      throw CommandFailure.notExecutable("tandem: '\(file)' is a folder, not a program")
    }
    if watching.switches == .exact, ProgramRights.areOthers(path) {
      throw failure(
        .noSwitchRecords(PerfEvents.Failure(stage: .following, errno: nil)), command: command[0])
    }
    do throws(Errno) {
      return try HeldProgram.start(path: path, arguments: command)
    } catch {
      throw CommandFailure.system("tandem: can't start '\(command[0])': \(error)")
    }
  }

  private func failure(_ failure: Observer.Failure, command: String) -> any Error {
    switch failure {
    case .noSwitchRecords(let why):
      CommandFailure.system(
        """
        tandem: no exact switch times here: \(why.inWords.cause); leave out --switches exact, or: \
        \(why.inWords.remedy)
        """)
    case .notStarted(let error):
      CommandFailure.notExecutable("tandem: can't execute '\(command)': \(error)")
    case .noSuchProcess:
      CommandFailure.usage("tandem: there is no \(command)")
    case .notOurs(let error):
      CommandFailure.system(
        "tandem: \(command) may not be looked into (\(error)): watch it as its own user, or as root"
      )
    case .noResources(let error):
      CommandFailure.system("tandem: can't watch: \(error)")
    }
  }
}
