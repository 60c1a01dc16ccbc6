import TandemModel
import TandemText

/// What is said of two programs' difference: which is faster, if that is shown, and what most of it is.
struct ExplainDifferenceSentence {
  /// The sentences.
  let text: String

  /// Below this share of the longer wall time, two runs took about the same time.
  private static let sameShare = 0.05

  /// Chooses the sentences.
  ///
  /// - Parameters:
  ///   - first: The report of the first program.
  ///   - second: The report of the second program.
  ///   - parts: The second's wall seconds minus the first's, by state.
  ///   - comparisons: The figures of the timed runs; without pairs, one run each.
  ///   - runs: The timed runs of both.
  init(
    _ first: ExplainReport, _ second: ExplainReport, _ parts: [StateShare],
    _ comparisons: [RunComparison] = [],
    runs: (first: TimedRuns, second: TimedRuns) = (TimedRuns(), TimedRuns())
  ) {
    let pair = ProgramPair(first, second)
    let explanation = Self.parts(pair, parts)
    let failure = Self.failure(first, second)
    guard let wall = comparisons[.wall], wall.pairs > 0 else {
      text = [
        failure,
        """
        One run each is not a difference: the first took \(FigureText.duration(first.wallSeconds)), the \
        second \(FigureText.duration(second.wallSeconds)).
        """, explanation,
      ].compactMap(\.self).joined(separator: " ")
      return
    }
    text = [
      failure, Self.verdict(wall), Self.explained(explanation, wall, pair),
      comparisons[.cpu].flatMap(Self.cpuTime), Self.pace("first", first, runs.first),
      Self.pace("second", second, runs.second),
    ].compactMap(\.self).joined(separator: " ")
  }

  // MARK: Failures

  /// That one of two programs failed, which ended in different ways; nil where neither is known to have.
  static func failure(_ first: ExplainReport, _ second: ExplainReport) -> String? {
    guard let one = first.exit, let other = second.exit, one != other else { return nil }
    let failed = [("first", one), ("second", other)].filter { $0.1 != .code(0) }
    let ends = failed.map { name, exit in
      switch exit {
      case .code(let code): "the \(name) ended with exit code \(code)"
      case .signal(let signal): "the \(name) was ended by \(SignalName.of(signal))"
      }
    }
    return
      "\(FigureText.list(ends, "and").capitalisedFirst), so the two may not have done the same work."
  }

  // MARK: The timed runs

  private static func verdict(_ wall: RunComparison) -> String {
    let runs = "medians of \(FigureText.count(wall.pairs, "run")) each"
    let times = "\(FigureText.duration(wall.value)) instead of \(FigureText.duration(wall.base))"
    switch wall.shown {
    case .smaller:
      return """
        The second is faster: \(times) (\(runs)), \(FigureText.ratio(wall.inverted.ratio)) times as fast \
        (\(wall.inverted.intervalText)).
        """
    case .larger:
      return """
        The second is slower: \(times) (\(runs)), \(FigureText.ratio(wall.ratio)) times as long \
        (\(wall.intervalText)).
        """
    case .same, .undecided:
      let claim =
        wall.shown == .same
        ? "Both take the same time within \(FigureText.percent(PairedRatio.margin - 1))"
        : wall.pairs == 1
          ? "One run each is not a difference" : "No difference in wall time is shown"
      let more =
        wall.shown == .undecided && wall.pairs < Bootstrap.leastCount
        ? " More --runs tell more." : ""
      return """
        \(claim): \(FigureText.duration(wall.base)) and \(FigureText.duration(wall.value)) (\(runs)); \
        compared in pairs, the second takes \(FigureText.ratio(wall.ratio)) times as long \
        (\(wall.intervalText)).\(more)
        """
    }
  }

  /// The parts of the observed runs, where these differed as the timed runs do.
  private static func explained(
    _ explanation: String?, _ wall: RunComparison, _ pair: ProgramPair
  ) -> String? {
    guard wall.shown == .larger || wall.shown == .smaller else { return nil }
    let timed = wall.value - wall.base
    guard timed * pair.difference > 0, abs(pair.difference) >= 0.5 * abs(timed),
      abs(pair.difference) <= 2 * abs(timed)
    else {
      return """
        The observed runs, one each, took \(FigureText.duration(pair.first.wallSeconds)) and \
        \(FigureText.duration(pair.second.wallSeconds)), so their parts don't explain it.
        """
    }
    return explanation.map { "In the observed runs, \($0.prefix(1).lowercased())\($0.dropFirst())" }
  }

  private static func cpuTime(_ cpu: RunComparison) -> String? {
    guard cpu.shown == .larger || cpu.shown == .smaller else { return nil }
    return """
      The second uses \(FigureText.ratio(cpu.ratio)) times the CPU time of the first \
      (\(FigureText.duration(cpu.value)) instead of \(FigureText.duration(cpu.base))).
      """
  }

  // MARK: The observed runs

  /// An observed run must be so many times as fast as the fastest of the others to be at another pace.
  private static let leastPace = 1.25

  /// That a program ran faster while it was observed than in any other run; nil where that isn't known.
  ///
  /// A slower observed run shows nothing: it is the first one, which finds fewer files in memory.
  private static func pace(
    _ name: String, _ report: ExplainReport, _ runs: TimedRuns
  ) -> String? {
    // The other runs have a launcher's time too.
    guard runs.count >= Bootstrap.leastCount, report.exit != nil, report.launcher == nil,
      let fastest = runs.wallSeconds.min(), report.wallSeconds * leastPace <= fastest
    else { return nil }
    return """
      While it was observed, the \(name) took \(FigureText.duration(report.wallSeconds)), less than in each of \
      its \(FigureText.count(runs.count, "other run")) (\(FigureText.duration(fastest)) at least): being observed \
      changed its pace, and what was seen is of that run.
      """
  }

  /// What most of the difference of two observed runs is; nil when they took about the same time in the
  /// same way.
  private static func parts(_ pair: ProgramPair, _ parts: [StateShare]) -> String? {
    let longer = max(pair.first.wallSeconds, pair.second.wallSeconds)
    guard pair.difference.isFinite, longer > 0 else { return "The difference was not measured." }
    // From here on, what the slower one spent more is positive.
    let signed = parts.map { (state: $0.state, seconds: $0.seconds * pair.sign) }
    let gain = signed.max { $0.seconds < $1.seconds }
    let loss = signed.min { $0.seconds < $1.seconds }
    func moreOfEach() -> String? {
      guard let gain, let loss, gain.seconds > 0, loss.seconds < 0 else { return nil }
      return """
        \(FigureText.duration(gain.seconds)) more of the \(pair.slowerName)'s wall time went to \
        \(gain.state.activity), and \(FigureText.duration(-loss.seconds)) more of the \
        \(pair.fasterName)'s to \(loss.state.activity)\(pair.cpuNote([gain.state, loss.state]))
        """
    }
    if abs(pair.difference) < sameShare * longer {
      // About the same time may still be spent on other things.
      let isOther = (gain?.seconds ?? 0) >= 2 * sameShare * longer
      let others = isOther ? moreOfEach().map { ", but \($0)" } : nil
      return "Both took about the same time\(others ?? "")."
    }
    guard let gain, gain.seconds > 0 else { return "The cause of the difference is unknown." }
    let size = abs(pair.difference)
    if let text = part(gain.seconds, of: size) {
      return text + (gain.state == .onCPU ? pair.computing : gain.state.noun) + "."
    }
    // One state may exceed the whole difference when the faster program waited for something else.
    guard let loss, loss.seconds < 0 else { return "The cause of the difference is unknown." }
    return """
      \(gain.state.activity.capitalisedFirst) makes the \(pair.slowerName) \
      \(FigureText.duration(gain.seconds)) slower, more than the difference of \
      \(FigureText.duration(size)), and \(loss.state.activity) takes \
      \(FigureText.duration(-loss.seconds)) of it back\(pair.cpuNote([gain.state, loss.state])).
      """
  }

  /// The beginning of the sentence, when a part is most of the whole and not more than it.
  private static func part(_ part: Double, of whole: Double) -> String? {
    let share = part / whole
    let size = FigureText.duration(whole)
    switch share {
    case 0.97...1.1: return "All of the difference of \(size) comes from "
    case 0.9..<0.97: return "Almost all of the difference of \(size) comes from "
    case 0.5..<0.9:
      return "Most of the difference of \(size) (\(FigureText.percent(share))) comes from "
    case ..<0.5:
      return "The largest part of the difference of \(size) (\(FigureText.percent(share)))"
        + " comes from "
    default: return nil
    }
  }
}

/// Two observed programs, one of which was slower.
private struct ProgramPair {
  let first: ExplainReport
  let second: ExplainReport
  /// The second's wall seconds minus the first's.
  let difference: Double

  init(_ first: ExplainReport, _ second: ExplainReport) {
    (self.first, self.second) = (first, second)
    difference = second.wallSeconds - first.wallSeconds
  }

  /// Minus one when the first was slower.
  var sign: Double { difference < 0 ? -1 : 1 }
  var slower: ExplainReport { difference < 0 ? first : second }
  var faster: ExplainReport { difference < 0 ? second : first }
  var slowerName: String { difference < 0 ? "first" : "second" }
  var fasterName: String { difference < 0 ? "second" : "first" }

  /// What a part of the difference is that went to computing: more CPU time, or the same on fewer CPUs.
  var computing: String {
    let seconds =
      "\(FigureText.duration(slower.cpuSeconds)) instead of \(FigureText.duration(faster.cpuSeconds))"
    if slower.cpuSeconds > 1.05 * faster.cpuSeconds {
      return "computing, which took \(seconds) of CPU time"
    }
    return """
      computing with a parallelism of \(FigureText.ratio(slower.parallelism)) instead of \
      \(FigureText.ratio(faster.parallelism)) (CPU time: \(seconds))
      """
  }

  /// The CPU times, so that nobody takes wall time in which workers computed for them.
  func cpuNote(_ states: [WorkerState]) -> String {
    guard states.contains(.onCPU) else { return "" }
    return """
       (CPU time: the first \(FigureText.duration(first.cpuSeconds)), the second \
      \(FigureText.duration(second.cpuSeconds)))
      """
  }
}

extension ExplainReport {
  /// CPU seconds by the kernel's account, or as observed where there is none.
  fileprivate var cpuSeconds: Double { sources.accountedCPUSeconds ?? totals[.onCPU] }
}

extension WorkerState {
  /// What a part of a difference is.
  var noun: String {
    switch self {
    case .onCPU: "time on a CPU"
    case .sleep: "sleeping"
    default: activity
    }
  }

  /// How time was spent.
  fileprivate var activity: String {
    switch self {
    case .onCPU: "computing"
    case .runnable: "waiting for a CPU"
    case .gil: "waiting for the GIL"
    case .lock: "waiting for a lock"
    case .io: "waiting for I/O"
    case .sleep: "sleep"
    case .child: "waiting for a child"
    case .waitingForWork: "waiting for work"
    case .tooShort: "waits too short to look into"
    // The last six are never observed.
    case .other, .starting, .ending, .preparing, .movingData, .startingServer, .idle:
      "waiting for an unknown reason"
    }
  }
}
