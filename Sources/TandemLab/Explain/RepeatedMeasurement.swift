import Glibc
import TandemModel
import TandemObserve
import TandemSystem
import TandemText

/// Runs commands again and again, in blocks that have each of them once, in random order.
///
/// Runs of one block are neighbours in time, so what the machine does to one it mostly does to the others too. The
/// runs read `/dev/null`, and their output is discarded.
struct RepeatedMeasurement {
  /// Starts and observes the runs.
  var explainer: Explainer
  /// What the progress calls a run, such as `cost run`.
  var title: String
  /// What is run in each block.
  var variants: [Variant]
  /// When it ends.
  var limit: Limit

  /// A command, and how it is run.
  struct Variant {
    /// What the progress calls it.
    var name: String
    /// What a sentence calls it, such as `the second command`.
    var subject: String
    /// The command and its arguments.
    var command: [String]
    /// Variables of its environment that are set besides.
    var variables: [String: String] = [:]
    /// Whether it is observed.
    var isObserved = false
    /// Whether its instructions and cycles are counted, where the machine allows it.
    var isCounted = false
    /// How its first run ended, which the others must resemble.
    var exit: ProgramExit?
    /// What its first run took.
    var first: Run
  }

  /// When the runs end.
  enum Limit: Equatable {
    /// After so many blocks.
    case blocks(Int)
    /// Before the block that would probably end later than so many seconds, and after a number that
    /// suffices.
    case seconds(Double)

    /// From so many blocks on, more hardly make an interval narrower.
    static let sufficient = 20
  }

  /// One run.
  struct Run: Equatable {
    /// Wall seconds from releasing the command to its end.
    var wallSeconds: Double
    /// What the kernel accounted to it.
    var usage: RUsage
    /// What the CPU counted; nil where it wasn't asked, or can't.
    var counts: CPUCounters.Counts?
  }

  /// The runs of all complete blocks.
  struct Result {
    /// A list for each variant, with one run a block.
    var runs: [[Run]]
    /// Why there are fewer blocks, a sentence; nil when there aren't.
    var reason: String?
  }

  /// Runs all blocks; an interrupt ends that, and the complete blocks count.
  ///
  /// - Returns: The runs.
  func run() -> Result {
    var blocks: [[Run]] = []
    let reason = measure(&blocks)
    return Result(
      runs: variants.indices.map { index in blocks.map { $0[index] } }, reason: reason)
  }

  // MARK: Blocks

  /// Why a run doesn't count, a sentence.
  private struct Problem: Error {
    var reason: String

    static let interrupted = Problem(reason: "It was interrupted.")
  }

  private func measure(_ blocks: inout [[Run]]) -> String? {
    // Between two runs, too, an interrupt ends the measuring only.
    let pause = explainer.attach(to: .betweenRepeatedRuns)
    defer { pause.detach() }
    let began = MonotonicClock.now()
    var order = SystemRandomNumberGenerator()
    do {
      while true {
        let elapsed = Double(MonotonicClock.now() - began) / 1e9
        if let end = end(after: blocks.count, elapsed) { return end.reason }
        var block = [Run?](repeating: nil, count: variants.count)
        for index in variants.indices.shuffled(using: &order) {
          guard !pause.wasInterrupted else { throw Problem.interrupted }
          tellProgress(variants[index], block: blocks.count, runs: block.count { $0 != nil }, began)
          block[index] = try one(variants[index])
        }
        blocks.append(block.compactMap(\.self))
      }
    } catch let problem as Problem {
      return problem.reason
    } catch {
      return "The command could not be started again."
    }
  }

  /// Whether there are enough blocks, and why there are none; nil when there is to be another.
  private func end(after done: Int, _ elapsed: Double) -> (reason: String?, Void)? {
    switch limit {
    case .blocks(let count): return done >= count ? (nil, ()) : nil
    case .seconds(let limit):
      if done >= Limit.sufficient { return (nil, ()) }
      if elapsed + blockSeconds(after: done, elapsed) <= limit { return nil }
      let reason = """
        Running everything once more would take about \
        \(FigureText.duration(blockSeconds(after: 0, 0))), and repeated runs have \
        \(FigureText.setting(seconds: limit)) unless --runs gives their number.
        """
      return (done == 0 ? reason : nil, ())
    }
  }

  /// What a block takes.
  private func blockSeconds(after done: Int, _ elapsed: Double) -> Double {
    done > 0 ? elapsed / Double(done) : variants.reduce(0) { $0 + $1.first.wallSeconds }
  }

  private func tellProgress(_ variant: Variant, block: Int, runs: Int, _ began: UInt64) {
    guard let progress = explainer.options.progress else { return }
    let elapsed = Double(MonotonicClock.now() - began) / 1e9
    let done = block * variants.count + runs
    let runSeconds =
      done > 0
      ? elapsed / Double(done) : blockSeconds(after: 0, 0) / Double(max(1, variants.count))
    let blocks: Int
    switch limit {
    case .blocks(let count): blocks = count
    case .seconds(let limit):
      let fitting = limit / max(runSeconds * Double(variants.count), .leastNonzeroMagnitude)
      blocks = max(block + 1, Int(min(fitting, Double(Limit.sufficient))))
    }
    progress(
      MeasurementProgress(
        running: "\(title) \(block + 1) of \(blocks), \(variant.name)", doneSeconds: elapsed,
        totalSeconds: elapsed + Double(blocks * variants.count - done) * runSeconds,
        elapsedSeconds: elapsed))
  }

  // MARK: One run

  private func one(_ variant: Variant) throws -> Run {
    var program = try explainer.hold(
      variant.command, variables: variant.variables, input: .null, output: .null, error: .null)
    let attachment = explainer.attach(to: .repeatedRun(pid: program.pid))
    defer { attachment.detach() }
    let end: (run: Run, status: ExitStatus)
    if variant.isObserved {
      let seen = try explainer.observe(&program, attachment)
      guard let status = seen.exit, let usage = seen.usage else { throw Problem.interrupted }
      // A plain run is timed from its release on, with what a launcher does.
      let launcher = seen.launcher?.wallSeconds ?? 0
      end = (Run(wallSeconds: seen.wallSeconds + launcher, usage: usage), status)
    } else if variant.isCounted,
      let counters = try? CPUCounters.ofNextExec(
        of: program.pid, events: explainer.options.countedEvents)
    {
      end = try plain(&program, attachment, counters)
    } else {
      end = try plain(&program, attachment)
    }
    guard !attachment.wasInterrupted else { throw Problem.interrupted }
    // A run that fails, or finds its work done, isn't comparable with the first one.
    guard ProgramExit(end.status) == variant.exit else {
      throw Problem(
        reason: """
          Run again, with nothing to read, \(variant.subject) ended otherwise than the first time.
          """)
    }
    guard !Self.foundNothingToDo(end.run, after: variant.first) else {
      throw Problem(
        reason: """
          Run again, with nothing to read, \(variant.subject) took \
          \(FigureText.duration(end.run.wallSeconds)) instead of \
          \(FigureText.duration(variant.first.wallSeconds)), as if there was nothing left to do.
          """)
    }
    return end.run
  }

  /// Whether a run did hardly anything of what the first one did, as a build does whose files are there.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - first: The first one of the same command.
  /// - Returns: Whether it took less than a tenth of its time, by the wall clock or of the CPUs.
  static func foundNothingToDo(_ run: Run, after first: Run) -> Bool {
    let isShort = first.wallSeconds < leastSeconds
    return !isShort
      && (run.wallSeconds < 0.1 * first.wallSeconds
        || Double(first.usage.cpuNS) / 1e9 >= leastSeconds
          && Double(run.usage.cpuNS) < 0.1 * Double(first.usage.cpuNS))
  }

  /// Of shorter runs, loading the program's files for the first time may be most.
  private static let leastSeconds = 0.1

  private func plain(
    _ program: inout StoppedLaunch, _ attachment: any ProgramAttachment
  ) throws -> (run: Run, status: ExitStatus) {
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
    return (Run(wallSeconds: Double(last - began) / 1e9, usage: account.usage), account.status)
  }

  private func plain(
    _ program: inout StoppedLaunch, _ attachment: any ProgramAttachment,
    _ counters: borrowing CPUCounters
  ) throws -> (run: Run, status: ExitStatus) {
    var end = try plain(&program, attachment)
    end.run.counts = counters.read()
    return end
  }

  /// The longest time in which nobody asks whether to stop.
  private static let pollMilliseconds: Int32 = 1_000
}
