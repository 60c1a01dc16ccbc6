import TandemModel
import TandemObserve
import TandemText

/// Holds what workers report of themselves to what was seen of them.
///
/// Both are of the same run and the same workers, so they differ by what reading them costs, and by
/// what the host of a virtual machine stole: that looks like time on a CPU in the records of switches,
/// and a worker's own clock leaves it out.
enum ReportChecks {
  /// The share that two figures may differ by.
  static let share = 0.05
  /// Seconds that they may differ by in any case: what lies between the two readings of a clock, and what
  /// the kernel's counts lag behind.
  static let seconds = 0.001
  /// Seconds for each worker that they may differ by besides.
  static let secondsPerWorker = 0.000_02
  /// Switches of each worker that may fall between the readings and the body.
  static let switchesPerWorker = 2.0

  /// One side of a figure, in one run.
  private struct Pair {
    var reported = 0.0
    var observed = 0.0
    var workers = 0
  }

  /// Checks the runs of one model.
  ///
  /// - Parameters:
  ///   - runs: watched runs.
  ///   - isOwnThread: whether each worker is a thread or a process that is started for it.
  ///   - stolenSeconds: seconds that the host took of the CPUs during a run, a mean over runs.
  /// - Returns: a check of each figure that workers of every run report and that was seen.
  static func checks(of runs: [AnalysedRun], isOwnThread: Bool, stolenSeconds: Double)
    -> [ReportCheck]
  {
    ReportCheck.Figure.allCases.compactMap { figure in
      if figure == .startsInOrder, !isOwnThread { return nil }
      let pairs = runs.compactMap { pair(of: figure, in: $0) }
      guard !pairs.isEmpty, pairs.count == runs.count else { return nil }
      let count = Double(pairs.count)
      let reported = pairs.reduce(0) { $0 + $1.reported } / count
      let observed = pairs.reduce(0) { $0 + $1.observed } / count
      let workers = pairs.reduce(0) { $0 + Double($1.workers) } / count
      return ReportCheck(
        figure: figure, reported: reported, observed: observed,
        agrees: agrees(figure, reported, observed, workers: workers, stolenSeconds: stolenSeconds))
    }
  }

  private static func agrees(
    _ figure: ReportCheck.Figure, _ reported: Double, _ observed: Double, workers: Double,
    stolenSeconds: Double
  ) -> Bool {
    let least: Double
    switch figure {
    case .startsInOrder: return reported == observed
    case .voluntarySwitches, .involuntarySwitches: least = switchesPerWorker * workers
    case .onCPU, .runnable, .gil, .io: least = seconds + secondsPerWorker * workers
    }
    let most = max(least, share * max(reported, observed))
    // From being woken to running a worker is ready for a CPU, and records show it waiting.
    if figure == .runnable { return observed - reported <= most }
    // It may wait for other things, too.
    if figure == .io { return reported - observed <= most }
    let tooMuch = observed - reported - (figure == .onCPU ? stolenSeconds : 0)
    return max(tooMuch, reported - observed) <= most
  }

  private static func pair(of figure: ReportCheck.Figure, in run: AnalysedRun) -> Pair? {
    guard let bodies = run.bodies else { return nil }
    var pair = Pair()
    for (worker, entry) in zip(run.run.record.workers, bodies.entries) {
      guard let entry else { continue }
      guard let (reported, observed) = values(of: figure, worker, entry) else { return nil }
      pair.reported += reported
      pair.observed += observed
      pair.workers += 1
    }
    return pair.workers > 0 ? pair : nil
  }

  /// Both sides of one worker; nil when it doesn't report the figure, or it can't be seen.
  private static func values(
    of figure: ReportCheck.Figure, _ worker: WorkerRecord, _ entry: ObservedBodies.Entry
  ) -> (reported: Double, observed: Double)? {
    let seen = entry.body.seen
    func both(_ nanoseconds: UInt64?, _ state: Double) -> (Double, Double)? {
      nanoseconds.map { (Double($0) / 1e9, state / 1e9) }
    }
    // A pool's worker reports of its tasks, and was seen between them, too.
    let hasOneBody = worker.tasks == nil
    switch figure {
    case .onCPU: return hasOneBody ? both(worker.onCPUNS, seen[.onCPU]) : nil
    case .runnable: return hasOneBody ? both(worker.runnableNS, seen[.runnable]) : nil
    case .gil:
      // Without a look at the lock itself, what is seen is the worker's own word.
      guard entry.body.gilIsSeen else { return nil }
      return both(worker.blocked.gilNS, entry.body.counted[.gil])
    case .io:
      guard hasOneBody else { return nil }
      // A pipe of its own can't be told from outside from one that another worker writes.
      return both(
        worker.blocked.ioNS,
        seen[.io] + seen[.sleep] + seen[.waitingForWork] + seen[.tooShort] + seen[.other])
    case .voluntarySwitches, .involuntarySwitches:
      guard hasOneBody, let reported = worker.switches, let observed = entry.body.switches else {
        return nil
      }
      return figure == .voluntarySwitches
        ? (reported.voluntary, observed.voluntary) : (reported.involuntary, observed.involuntary)
    case .startsInOrder:
      let isInOrder =
        worker.startCalledNS <= entry.startedNS && entry.startedNS <= worker.bodyEnteredNS
      return (1, isInOrder ? 1 : 0)
    }
  }
}

extension ReportCheck {
  /// What to say when the two don't agree.
  var sentence: String {
    func number(_ value: Double) -> String {
      switch figure {
      case .onCPU, .runnable, .gil, .io: FigureText.duration(value)
      case .voluntarySwitches, .involuntarySwitches, .startsInOrder: FigureText.count(value)
      }
    }
    let what =
      switch figure {
      case .onCPU: "time on a CPU"
      case .runnable: "time ready for a CPU"
      case .gil: "time waiting for the global lock"
      case .io: "time waiting for I/O"
      case .voluntarySwitches: "voluntary switches"
      case .involuntarySwitches: "involuntary switches"
      case .startsInOrder: "starts between the call and the body"
      }
    return """
      \(what): workers report \(number(reported)) in an observed run, but \(number(observed)) \
      was observed; the figures of the timed runs are the workers' own
      """
  }
}
