import Glibc
package import TandemModel
import TandemObserve
import TandemSystem

/// Runs and watches programs on the calling thread, and makes their reports.
///
/// The public verbs run it on a thread of its own; the `tandem` command, which has its process to itself, on
/// its main thread.
package struct Explainer {
  /// What was seen of a program.
  package struct Result {
    /// The report, with findings, costs and the timeline.
    package var report: ExplainReport
    /// Whether anybody asked for an end meanwhile.
    package var wasInterrupted: Bool
    /// What the run took; nil for a program that was not seen to its end.
    var run: RepeatedMeasurement.Run?
  }

  let options: ExplainOptions
  private let control: any ProgramControl
  private let machine = Machine.summary()

  /// Makes an explainer.
  ///
  /// - Parameters:
  ///   - options: How to watch.
  ///   - control: Decides how long.
  package init(_ options: ExplainOptions, control: any ProgramControl) {
    self.options = options
    self.control = control
  }

  // MARK: A command

  /// Runs a command and watches it until it ends; then runs it again when its cost is to be measured.
  ///
  /// - Parameter command: The command and its arguments.
  /// - Returns: The report. Its `exit` is nil when the watching was stopped before the end.
  /// - Throws: Why it can't be run or watched; then it didn't run.
  package func explain(_ command: [String]) throws(ExplainError) -> Result {
    if let pairs = options.costRuns, pairs < 1 {
      throw ExplainError(.invalidArgument, "there must be at least one cost run, not \(pairs)")
    }
    var result = try watched(command)
    if let pairs = options.costRuns {
      result.report.observer.cost =
        if let first = result.run, !result.wasInterrupted {
          CostMeasurement(
            explainer: self, command: command, pairs: pairs, first: first,
            exit: result.report.exit
          ).run()
        } else {
          CostRuns(pairsAsked: pairs, reason: "The command was interrupted.")
        }
    }
    return result
  }

  /// Runs a command and watches it until it ends.
  ///
  /// - Parameters:
  ///   - command: The command and its arguments.
  ///   - variables: Variables of its environment that are set besides.
  /// - Returns: The report, without what further runs tell.
  /// - Throws: Why it can't be run or watched; then it didn't run.
  func watched(
    _ command: [String], variables: [String: String] = [:]
  ) throws(ExplainError) -> Result {
    var program = try hold(
      command, variables: variables, input: options.standardInput, output: options.standardOutput,
      error: options.standardError)
    let attachment = attach(to: .command(pid: program.pid))
    defer { attachment.detach() }
    let observation: Observation
    do throws(Observer.Failure) {
      observation = try observe(&program, attachment, live: live, sink: options.sink)
    } catch {
      throw ExplainError(error, about: "'\(command[0])'")
    }
    return finished(observation, command: command, attachment)
  }

  /// Releases a held program and watches it until it ends.
  ///
  /// - Parameters:
  ///   - program: The program.
  ///   - attachment: The control's hold on it.
  ///   - live: Receives what its workers do.
  ///   - sink: Receives what is recorded.
  /// - Returns: What was seen.
  /// - Throws: Why it can't be watched.
  func observe(
    _ program: inout StoppedLaunch, _ attachment: any ProgramAttachment,
    live: ObservationOptions.Live? = nil, sink: (any ObservationSink)? = nil
  ) throws(Observer.Failure) -> Observation {
    var options = observationOptions(live: live)
    options.sink = sink
    let observation = try Observer(options).watch(&program) {
      attachment.shouldStopWatching()
    }
    if observation.exit == nil, attachment.killsWhatIsLeft {
      program.signal(SIGKILL)
      _ = try? program.wait()
    }
    return observation
  }

  /// Attaches the control.
  func attach(to subject: WatchedSubject) -> any ProgramAttachment { control.attach(to: subject) }

  /// Starts a command, which waits before its first instruction.
  ///
  /// - Parameters:
  ///   - command: The command and its arguments.
  ///   - variables: Variables of its environment that are set besides.
  ///   - input: Its standard input.
  ///   - output: Its standard output.
  ///   - error: Its standard error.
  /// - Returns: The held program.
  /// - Throws: Why it can't be started.
  func hold(
    _ command: [String], variables: [String: String] = [:], input: ExplainOptions.Stream,
    output: ExplainOptions.Stream, error: ExplainOptions.Stream
  ) throws(ExplainError) -> StoppedLaunch {
    guard let name = command.first else {
      throw ExplainError(.invalidArgument, "the command is empty")
    }
    let path = try Self.path(of: name, in: options.environment)
    if options.switches == .exact, ProgramRights.areOthers(path) {
      throw ExplainError(
        .noSwitchRecords(PerfEvents.Failure(stage: .following, errno: nil)), about: "'\(name)'")
    }
    do throws(Errno) {
      let null: Descriptor? =
        [input, output, error].contains(.null)
        ? try Descriptor.open("/dev/null", .readWrite) : nil
      let nullNumber: CInt? =
        switch null {
        case .some(let null): null.rawValue
        case nil: nil
        }
      func number(_ stream: ExplainOptions.Stream) -> CInt? {
        switch stream {
        case .inherited: nil
        case .null: nullNumber
        case .descriptor(let number): number
        }
      }
      let program = try StoppedLaunch.start(
        path: path, arguments: command,
        environment: options.environment.map { $0.map { "\($0.key)=\($0.value)" } },
        setting: variables,
        streams: StoppedLaunch.Streams(
          input: number(input), output: number(output), error: number(error)))
      // Until here `/dev/null` is open.
      _ = consume null
      return program
    } catch {
      throw ExplainError(.cannotStart, "can't start '\(name)': \(error)", cause: error)
    }
  }

  private static func path(
    of name: String, in environment: [String: String]?
  ) throws(ExplainError) -> String {
    let folders =
      environment.map { $0["PATH"] } ?? getenv("PATH").map { String(cString: $0) }
    switch ProgramSearch.find(name, path: folders) {
    case .success(let found): return found
    case .failure(.notFound): throw ExplainError(.notFound, "no such command: '\(name)'")
    case .failure(.notExecutable(let file)):
      throw ExplainError(
        .notExecutable, "'\(file)' is not executable",
        remedy: "chmod +x it, or name its interpreter first")
    case .failure(.isDirectory(let file)):
      throw ExplainError(.notExecutable, "'\(file)' is a folder, not a program")
    }
  }

  // MARK: A running program

  /// Watches a program that runs already.
  ///
  /// - Parameters:
  ///   - pid: Its first process.
  ///   - duration: How long to watch; nil until it ends, or stands still.
  /// - Returns: The report.
  /// - Throws: Why it can't be watched.
  package func explain(pid: Int32, for duration: Duration?) throws(ExplainError) -> Result {
    guard pid > 0 else {
      throw ExplainError(.invalidArgument, "a process ID is above zero, not \(pid)")
    }
    let length = duration.map { UInt64(max(0, min($0 / .nanoseconds(1), 1e18))) }
    // Read while the process is there.
    let command = Self.arguments(of: pid)
    let attachment = attach(to: .running)
    defer { attachment.detach() }
    let observation: Observation
    var options = observationOptions(live: live)
    options.endsWhenStill = duration == nil
    options.sink = self.options.sink
    do throws(Observer.Failure) {
      observation = try Observer(options).watch(
        running: pid, forNS: length, whenFollowed: self.options.whenFollowed
      ) { attachment.shouldStopWatching() }
    } catch {
      throw ExplainError(error, about: "process \(pid)")
    }
    return finished(observation, command: command ?? Self.commandLine(of: pid), attachment)
  }

  /// The command line of a running program (proc_pid_cmdline(5)).
  ///
  /// - Parameter pid: Its process.
  /// - Returns: Its arguments; `process` and the number when they can't be read.
  package static func commandLine(of pid: Int32) -> [String] {
    arguments(of: pid) ?? ["process \(pid)"]
  }

  /// The arguments of a running program; nil when they can't be read, or not yet, in its exec.
  private static func arguments(of pid: Int32) -> [String]? {
    guard let bytes = try? ProcFile.bytes("/proc/\(pid)/cmdline"), !bytes.isEmpty else {
      return nil
    }
    return bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast()
      .map { String(decoding: $0, as: UTF8.self) }
  }

  // MARK: Parts

  private var live: ObservationOptions.Live? {
    options.live.map {
      ObservationOptions.Live(
        everyNS: UInt64(max(0, min(options.liveInterval / .nanoseconds(1), 1e18))), show: $0)
    }
  }

  /// The most slices of a report: a page with more would be larger than people send each other.
  private static let mostSlices = 100_000

  private func observationOptions(live: ObservationOptions.Live?) -> ObservationOptions {
    let switches: ObservationOptions.Switches =
      switch options.switches {
      case .automatic: .automatic
      case .exact: .exact
      case .sampled: .sampled
      }
    var result = ObservationOptions(
      switches: switches, eventsPerCPU: options.eventsPerCPU,
      mostSegments: options.keepsSlices ? Self.mostSlices : 0)
    result.live = live
    result.findsLauncher = !options.includesLauncher
    return result
  }

  /// Completes a report by what the observer doesn't judge: the cost of starts, and the findings.
  private func finished(
    _ observation: Observation, command: [String], _ attachment: any ProgramAttachment
  ) -> Result {
    var (report, timeline) = observation.report(
      command: command, machine: machine, tandemVersion: TandemVersion.current)
    report.timeline = timeline.kept(of: report.workers).drawn
    if report.sources.switches == .exact {
      report.observer.starts = StartsCost(
        started: report.starts.threads + report.starts.processes, wallSeconds: report.wallSeconds
      ) { StartProbe.secondsPerStart(eventsPerCPU: options.eventsPerCPU) }
    }
    report.findings = Rules.findings(in: report)
    report.sentence = ProgramAnswer(report).sentence
    return Result(
      report: report, wasInterrupted: attachment.wasInterrupted,
      run: observation.usage.map {
        RepeatedMeasurement.Run(wallSeconds: report.wallSeconds, usage: $0)
      })
  }
}

extension ExplainError {
  /// Says why an observer can't watch a program.
  ///
  /// - Parameters:
  ///   - failure: What failed.
  ///   - name: The program, such as `'make'` or `process 7`.
  init(_ failure: Observer.Failure, about name: String) {
    switch failure {
    case .noSwitchRecords(let failure):
      let words = failure.inWords
      self.init(
        .switchRecordsUnavailable, "no exact switch times here: \(words.cause)",
        remedy: words.remedy)
    case .notStarted(let error):
      self.init(.notExecutable, "can't execute \(name): \(error)", cause: error)
    case .noSuchProcess: self.init(.noSuchProcess, "there is no \(name)")
    case .notOurs(let error):
      self.init(
        .notPermitted, "\(name) can't be inspected (\(error))",
        remedy: "run tandem as its user, or as root", cause: error)
    case .noResources(let error):
      self.init(.outOfResources, "can't observe: \(error)", cause: error)
    }
  }
}
