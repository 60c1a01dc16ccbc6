import TandemModel
import TandemObserve
import TandemSystem

extension ModelResult {
  /// Summarises the runs of a cell.
  ///
  /// A figure that one run lacks is nil: a median over the others would be of something else.
  ///
  /// - Parameters:
  ///   - cell: what was measured.
  ///   - runs: its timed runs, taken apart; none when the model failed.
  ///   - seen: its watched runs that enough was seen of.
  ///   - seed: the report's seed, for the bootstrap.
  init(
    summarising cell: CellRuns, runs: [AnalysedRun],
    watched seen: [(run: AnalysedRun, observed: ObservedRun)] = [], seed: UInt64
  ) {
    self.init(
      model: cell.model, interpreter: cell.interpreter, schedule: cell.schedule,
      workers: cell.workers, error: cell.error, isClearlySlower: cell.isClearlySlower,
      memory: cell.memory)
    var notes = cell.notMeasured
    var doubts = TraceDoubts()
    for run in runs {
      notes += run.run.record.notMeasured
      if seen.isEmpty { doubts.add(run.doubts) }
    }
    for (run, _) in seen { doubts.add(run.doubts) }
    // What no worker can tell of itself may have been seen from outside.
    if seen.contains(where: { !$0.observed.processesWithGIL.isEmpty }) {
      notes.removeAll { $0.hasPrefix(Self.gilNote) }
    }
    notMeasured = Self.withoutRepeats(notes + doubts.sentences)
    guard !runs.isEmpty else { return }

    let walls = runs.map(\.run.wallSeconds)
    var generator = SplitMix64(
      seed: seed,
      use: "median/\(cell.model.rawValue)/\(cell.interpreter?.path ?? "")/\(cell.schedule)")
    n = runs.count
    wallSeconds = walls
    blocks = runs.map(\.run.block)
    outliers = OutlierSearch.outliers(in: runs)
    medianSeconds = Statistics.median(walls)
    ci95Seconds = Bootstrap.intervalOfMedian(of: walls, using: &generator)

    let totals = runs.map { RunTotals($0.run.record) }
    concurrency = Self.median(totals, of: \.concurrency)
    parallelism = Self.median(totals, of: \.parallelism)
    onCPUSeconds = Self.median(totals, of: \.onCPUSeconds)
    workThreadSeconds = Self.median(totals, of: \.workThreadSeconds)
    runnableSeconds = Self.median(totals, of: \.runnableSeconds)
    blockedSeconds = Self.median(totals, of: \.blockedSeconds)
    serverStartSeconds = Self.median(totals, of: \.serverStartSeconds)
    cpuSeconds = Statistics.median(runs.map(\.run.record.usage.cpuSeconds))
    if cell.workers > 0 {
      startSecondsPerWorker = Self.median(totals, of: \.startSecondsPerWorker)
      endSecondsPerWorker = Self.median(totals, of: \.endSecondsPerWorker)
      longestWorkerSeconds = Self.median(totals, of: \.longestWorkerSeconds)
      meanWorkerSeconds = Self.median(totals, of: \.meanWorkerSeconds)
    }
    pool = PoolSummary(of: runs.map(\.run.record))
    pythonPool = PythonPoolSummary(of: runs.map(\.run.record))
    if let voluntary = Statistics.median(runs.map(\.run.record.usage.switches.voluntary)),
      let involuntary = Statistics.median(runs.map(\.run.record.usage.switches.involuntary))
    {
      switches = ContextSwitches(voluntary: voluntary, involuntary: involuntary)
    }
    let source = seen.isEmpty ? runs : seen.map(\.run)
    shares = StateTable.mean(of: source.map(\.decomposition.seconds)).shares
    sharesFrom = seen.isEmpty ? .reported : .observed
    observedRuns = ObservedRuns(of: seen, timedSeconds: medianSeconds, model: cell.model)
    notMeasured += Self.doubts(about: observedRuns, of: seen.map(\.observed), cell)
  }

  /// How the note of Python's driver begins that it can't tell what the GIL costs.
  private static let gilNote = "time waiting for the GIL"

  /// What the watched runs could not tell, and what they contradict.
  private static func doubts(
    about watched: ObservedRuns?, of seen: [ObservedRun], _ cell: CellRuns
  ) -> [String] {
    guard let watched else {
      if cell.watched.isEmpty, cell.model.workerKind == .task, !cell.runs.isEmpty {
        return ["what tasks waited for: a task that moves from thread to thread can't be observed"]
      }
      return cell.watched.isEmpty
        ? []
        : [
          """
          what workers waited for: too little was seen of them in the observed runs; the waits are \
          those that the workers report
          """
        ]
    }
    var sentences = watched.checks.filter { !$0.agrees }.map(\.sentence)
    if let reason = seen.compactMap(\.refused).first {
      sentences.append("what workers waited for: the kernel doesn't allow reading it (\(reason))")
    }
    if watched.lostRecords > 0 {
      sentences.append(
        "records of switches lost in the observed runs: \(watched.lostRecords)")
    }
    return sentences
  }

  private static func median(_ totals: [RunTotals], of figure: (RunTotals) -> Double?) -> Double? {
    let values = totals.compactMap(figure)
    return values.count == totals.count ? Statistics.median(values) : nil
  }

  private static func withoutRepeats(_ sentences: [String]) -> [String] {
    var seen: Set<String> = []
    return sentences.filter { seen.insert($0).inserted }
  }
}

/// The sums and ratios of one run.
private struct RunTotals {
  var concurrency: Double?
  var parallelism: Double?
  var onCPUSeconds: Double
  var workThreadSeconds: Double?
  var runnableSeconds: Double?
  var blockedSeconds: Double?
  var serverStartSeconds: Double?
  var startSecondsPerWorker: Double?
  var endSecondsPerWorker: Double?
  var longestWorkerSeconds: Double?
  var meanWorkerSeconds: Double?

  init(_ record: RunRecord) {
    let workers = record.workers
    let wall = Self.seconds(record.beganNS, record.endedNS)
    // Between two tasks a worker waits for work: it is not in progress.
    let body = workers.reduce(0) {
      $0
        + ($1.tasks.map { Double($0.runningNS) / 1e9 }
          ?? Self.seconds($1.bodyEnteredNS, $1.bodyLeftNS))
    }
    let onCPU = workers.reduce(0) { $0 + Double($1.onCPUNS) / 1e9 }
    onCPUSeconds = onCPU
    workThreadSeconds = record.workThreadSeconds
    if wall > 0 {
      concurrency = body / wall
      parallelism = record.cpuSecondsOfWork / wall
    }
    let runnable = workers.compactMap(\.runnableNS)
    if runnable.count == workers.count {
      let seconds = runnable.reduce(0) { $0 + Double($1) / 1e9 }
      runnableSeconds = seconds
      // Clocks of a body are read one after the other: a microsecond too much isn't negative rest.
      blockedSeconds = max(0, body - onCPU - seconds)
    }
    let server = record.driver.filter { $0.activity == .startingServer }
    if !server.isEmpty {
      serverStartSeconds = server.reduce(0) { $0 + Self.seconds($1.fromNS, $1.toNS) }
    }
    if !workers.isEmpty {
      let count = Double(workers.count)
      startSecondsPerWorker =
        workers.reduce(0) { $0 + Self.seconds($1.startCalledNS, $1.bodyEnteredNS) } / count
      endSecondsPerWorker =
        workers.reduce(0) { $0 + Self.seconds($1.bodyLeftNS, $1.endObservedNS) } / count
      let own = workers.compactMap(\.ownSeconds)
      if own.count == workers.count {
        longestWorkerSeconds = own.max()
        meanWorkerSeconds = Statistics.mean(own)
      }
    }
  }

  private static func seconds(_ from: UInt64, _ to: UInt64) -> Double {
    to > from ? Double(to - from) / 1e9 : 0
  }
}
