import TandemModel
import TandemObserve
import TandemSystem

extension ObservedRuns {
  /// Two medians that are closer than this agree.
  static let tolerance = 0.05

  /// Summarises watched runs; nil when there are none.
  ///
  /// - Parameters:
  ///   - runs: the runs, and what was seen of each.
  ///   - timedSeconds: the median of the timed runs, in seconds.
  ///   - model: the model.
  init?(
    of runs: [(run: AnalysedRun, observed: ObservedRun)], timedSeconds: Double?,
    model: ExecutionModel
  ) {
    guard !runs.isEmpty else { return nil }
    let count = Double(runs.count)
    func mean(_ figure: (AnalysedRun, ObservedRun) -> Double) -> Double {
      runs.reduce(0) { $0 + figure($1.run, $1.observed) } / count
    }
    let walls = runs.map(\.run.run.wallSeconds)
    let median = Statistics.median(walls)
    let ratioToTimed = median.flatMap { watched in
      timedSeconds.flatMap { $0 > 0 ? watched / $0 : nil }
    }
    var counted = StateTable()
    for (run, _) in runs {
      for entry in run.bodies?.entries ?? [] {
        if let entry { counted.add(entry.body.counted, times: 1e-9 / count) }
      }
    }
    let handovers = runs.compactMap(\.observed.handovers)
    let isSampled = runs.contains {
      $0.observed.switches == .sampled || $0.observed.lostRecords > 0
    }
    self.init(
      n: runs.count, wallSeconds: walls, medianSeconds: median, ratioToTimed: ratioToTimed,
      agreesWithTimed: ratioToTimed.map { abs($0 - 1) <= Self.tolerance },
      switches: isSampled ? .sampled : .exact,
      lostRecords: runs.reduce(0) { $0 + $1.observed.lostRecords },
      workersUnseen: mean { run, _ in Double(run.bodies?.unseen ?? 0) },
      workerSeconds: counted.shares,
      gilHandovers: handovers.count == runs.count
        ? handovers.reduce(0, +) / Double(handovers.count) : nil,
      checks: ReportChecks.checks(
        of: runs.map(\.run),
        isOwnThread: model.workerKind != .none && model.workerKind != .task && !model.isPool,
        stolenSeconds: mean { _, observed in observed.program?.sources.stolenSeconds ?? 0 }),
      observerCPUSeconds: mean { _, observed in Double(observed.observerCPUNS) / 1e9 })
  }
}

extension ExecutionModel {
  /// Whether its workers are a pool's, which are started before there is work for them.
  fileprivate var isPool: Bool {
    self == .swiftThreadPool || self == .swiftProcessPool || isPythonPool
  }
}
