import ArgumentParser
import Glibc
import TandemLab
import TandemModel
import TandemObserve
import TandemReport
import TandemSystem

/// Runs a command again and again, in turns as it is and observed, and takes the times.
struct CostMeasurement {
  /// How it is observed.
  var explainer: Explainer
  /// The command and its arguments.
  var command: [String]
  /// How many pairs of runs.
  var pairs: Int
  /// The run that was explained.
  var explained: ExplainReport

  /// One run.
  struct Run: Equatable {
    /// Wall seconds from letting the command go to its end.
    var wallSeconds: Double
    /// CPU seconds, and switches, that the kernel accounted to it.
    var cpuSeconds: Double
    var switches: Double
  }

  /// Runs all of them; an interrupt ends that, and what was measured by then counts.
  ///
  /// - Returns: the times.
  func run() -> CostRuns {
    var plain: [Run] = []
    var observed: [Run] = []
    let reason = measure(&plain, &observed)
    return Self.summary(asked: pairs, plain: plain, observed: observed, reason: reason)
  }

  /// Puts pairs of runs together.
  ///
  /// - Parameters:
  ///   - asked: how many pairs were asked for.
  ///   - plain: the runs of the command as it is, one a pair.
  ///   - observed: the observed ones, in the same order; a last run without its partner is left out.
  ///   - reason: why there are fewer; nil when there aren't.
  /// - Returns: the figures.
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
  private struct Trouble: Error {
    var reason: String
  }

  private static let interrupted = Trouble(reason: "It was interrupted.")

  private func measure(_ plain: inout [Run], _ observed: inout [Run]) -> String? {
    // Between two runs, too, Ctrl-C ends the measuring and not Tandem.
    let signals = PassedSignals(to: nil)
    defer { signals.stop() }
    let display = ProgressDisplay(isWanted: true)
    defer { display.clear() }
    let began = MonotonicClock.now()
    var order = SystemRandomNumberGenerator()
    do {
      for pair in 0..<pairs {
        let isObservedFirst = Bool.random(using: &order)
        for isObserved in [isObservedFirst, !isObservedFirst] {
          guard !signals.someoneWantsOut else { throw Self.interrupted }
          let done = Double(plain.count + observed.count)
          let elapsed = Double(MonotonicClock.now() - began) / 1e9
          let runSeconds = done > 0 ? elapsed / done : explained.wallSeconds
          let left = (Double(2 * pairs) - done) * runSeconds
          display.show(
            ProgressLine(
              running: "cost run \(pair + 1) of \(pairs), \(isObserved ? "observed" : "as it is")",
              doneSeconds: elapsed, totalSeconds: elapsed + left, elapsedSeconds: elapsed,
              remainingSeconds: left))
          let run = try one(isObserved: isObserved)
          if isObserved { observed.append(run) } else { plain.append(run) }
        }
      }
      return nil
    } catch let trouble as Trouble {
      return trouble.reason
    } catch {
      return "The command could not be started again."
    }
  }

  private func one(isObserved: Bool) throws -> Run {
    let held = try NowhereStreams.during { try explainer.hold(command) }
    guard var program = held else { throw Trouble(reason: "There was no descriptor left.") }
    let signals = PassedSignals(to: program.pid)
    defer { signals.stop() }
    let end: (wallSeconds: Double, status: ExitStatus, usage: RUsage)
    if isObserved {
      let seen = try explainer.observe(&program, signals)
      guard let status = seen.exit, let usage = seen.usage else { throw Self.interrupted }
      end = (seen.wallSeconds, status, usage)
    } else {
      end = try plain(&program, signals)
    }
    guard !signals.someoneWantsOut else { throw Self.interrupted }
    // Who fails, or finds its work done, does other work than the run that was explained.
    guard ProgramExit(end.status) == explained.exit else {
      throw Trouble(
        reason: "Run again, with nothing to read, the command ended otherwise than the first time.")
    }
    return Run(
      wallSeconds: end.wallSeconds, cpuSeconds: Double(end.usage.cpuNS) / 1e9,
      switches: Double(end.usage.voluntarySwitches &+ end.usage.involuntarySwitches))
  }

  private func plain(
    _ program: inout HeldProgram, _ signals: PassedSignals
  ) throws -> (wallSeconds: Double, status: ExitStatus, usage: RUsage) {
    let began = MonotonicClock.now()
    try program.release()
    // Seen to end as by an observer: by its descriptor.
    while program.endDescriptor >= 0, !program.hasEnded() {
      guard !signals.wantsOut else { throw Self.interrupted }
      var end = pollfd(fd: program.endDescriptor, events: Int16(POLLIN), revents: 0)
      poll(&end, 1, 1_000)
    }
    let ended = MonotonicClock.now()
    let account = try program.wait()
    let last = program.endDescriptor >= 0 ? ended : MonotonicClock.now()
    return (Double(last - began) / 1e9, account.status, account.usage)
  }
}

extension ProgramExit {
  /// How a process ended.
  init(_ status: ExitStatus) {
    switch status {
    case .exited(let code): self = .code(code)
    case .signaled(let signal, _): self = .signal(signal)
    }
  }
}
