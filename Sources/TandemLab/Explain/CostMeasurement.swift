import Glibc
import TandemModel
import TandemObserve
import TandemSystem

/// Runs a command again and again, in pairs of one plain and one observed run, and compares the times.
struct CostMeasurement {
  /// Observes the runs.
  var explainer: Explainer
  /// The command and its arguments.
  var command: [String]
  /// How many pairs of runs.
  var pairs: Int
  /// The report of the first run, which the others must resemble.
  var explained: ExplainReport

  /// One run.
  struct Run: Equatable {
    /// Wall seconds from releasing the command to its end.
    var wallSeconds: Double
    /// CPU seconds that the kernel accounted to it.
    var cpuSeconds: Double
    /// Context switches that the kernel accounted to it.
    var switches: Double
  }

  /// Runs all pairs; an interrupt ends that, and what was measured by then counts.
  ///
  /// - Returns: The times.
  func run() -> CostRuns {
    var plain: [Run] = []
    var observed: [Run] = []
    let reason = measure(&plain, &observed)
    return Self.summary(asked: pairs, plain: plain, observed: observed, reason: reason)
  }

  /// Compares pairs of runs.
  ///
  /// - Parameters:
  ///   - asked: How many pairs were asked for.
  ///   - plain: The plain runs, one a pair.
  ///   - observed: The observed ones, in the same order. A last run without its partner is left out.
  ///   - reason: Why there are fewer; nil when there aren't.
  /// - Returns: The figures.
  static func summary(
    asked: Int, plain: [Run], observed: [Run], reason: String?
  ) -> CostRuns {
    let count = min(plain.count, observed.count)
    let (plain, observed) = (Array(plain.prefix(count)), Array(observed.prefix(count)))
    // The same runs give the same interval.
    var generator = SplitMix64(seed: 0, use: "observing-cost")
    let ratio = PairedRatio(
      observed.map(\.wallSeconds), over: plain.map(\.wallSeconds), using: &generator)
    return CostRuns(
      pairsAsked: asked, plainWallSeconds: plain.map(\.wallSeconds),
      observedWallSeconds: observed.map(\.wallSeconds),
      wallRatio: ratio?.ratio, wallRatioCI95: ratio?.interval,
      plainCPUSeconds: Statistics.median(plain.map(\.cpuSeconds)),
      observedCPUSeconds: Statistics.median(observed.map(\.cpuSeconds)),
      switchesPerSecond: Statistics.median(
        plain.compactMap { $0.wallSeconds > 0 ? $0.switches / $0.wallSeconds : nil }),
      reason: count < asked ? reason : nil)
  }

  // MARK: Running

  /// Why a run doesn't count, a sentence.
  private struct Problem: Error {
    var reason: String

    static let interrupted = Problem(reason: "It was interrupted.")
  }

  private func measure(_ plain: inout [Run], _ observed: inout [Run]) -> String? {
    // Between two runs, too, an interrupt ends the measuring only.
    let pause = explainer.attach(to: .betweenCostRuns)
    defer { pause.detach() }
    let began = MonotonicClock.now()
    var order = SystemRandomNumberGenerator()
    do {
      for pair in 0..<pairs {
        let isObservedFirst = Bool.random(using: &order)
        for isObserved in [isObservedFirst, !isObservedFirst] {
          guard !pause.wasInterrupted else { throw Problem.interrupted }
          tellProgress(
            "cost run \(pair + 1) of \(pairs), \(isObserved ? "observed" : "plain")",
            runs: plain.count + observed.count, since: began)
          let run = try one(isObserved: isObserved)
          if isObserved { observed.append(run) } else { plain.append(run) }
        }
      }
      return nil
    } catch let problem as Problem {
      return problem.reason
    } catch {
      return "The command could not be started again."
    }
  }

  private func tellProgress(_ running: String, runs done: Int, since began: UInt64) {
    guard let progress = explainer.options.progress else { return }
    let elapsed = Double(MonotonicClock.now() - began) / 1e9
    let runSeconds = done > 0 ? elapsed / Double(done) : explained.wallSeconds
    progress(
      MeasurementProgress(
        running: running, doneSeconds: elapsed,
        totalSeconds: elapsed + Double(2 * pairs - done) * runSeconds, elapsedSeconds: elapsed))
  }

  private func one(isObserved: Bool) throws -> Run {
    var program = try explainer.hold(command, input: .null, output: .null, error: .null)
    let attachment = explainer.attach(to: .costRun(pid: program.pid))
    defer { attachment.detach() }
    let end: (wallSeconds: Double, status: ExitStatus, usage: RUsage)
    if isObserved {
      let seen = try explainer.observe(&program, attachment)
      guard let status = seen.exit, let usage = seen.usage else { throw Problem.interrupted }
      end = (seen.wallSeconds, status, usage)
    } else {
      end = try plain(&program, attachment)
    }
    guard !attachment.wasInterrupted else { throw Problem.interrupted }
    // A rerun that fails, or finds its work already done, isn't comparable with the first run.
    guard ProgramExit(end.status) == explained.exit else {
      throw Problem(
        reason: "Run again, with nothing to read, the command ended otherwise than the first time.")
    }
    return Run(
      wallSeconds: end.wallSeconds, cpuSeconds: Double(end.usage.cpuNS) / 1e9,
      switches: Double(end.usage.voluntarySwitches &+ end.usage.involuntarySwitches))
  }

  private func plain(
    _ program: inout StoppedLaunch, _ attachment: any ProgramAttachment
  ) throws -> (wallSeconds: Double, status: ExitStatus, usage: RUsage) {
    let began = MonotonicClock.now()
    try program.release()
    // Its end is seen as an observer sees it: by its descriptor.
    while program.endDescriptor >= 0, !program.hasEnded() {
      guard !attachment.shouldStopWatching() else {
        if attachment.killsWhatIsLeft {
          program.signal(SIGKILL)
          _ = try program.wait()
        }
        throw Problem.interrupted
      }
      var end = pollfd(fd: program.endDescriptor, events: Int16(POLLIN), revents: 0)
      poll(&end, 1, Self.pollMilliseconds)
    }
    let ended = MonotonicClock.now()
    let account = try program.wait()
    let last = program.endDescriptor >= 0 ? ended : MonotonicClock.now()
    return (Double(last - began) / 1e9, account.status, account.usage)
  }

  /// The longest time in which nobody asks whether to stop.
  private static let pollMilliseconds: Int32 = 1_000
}
