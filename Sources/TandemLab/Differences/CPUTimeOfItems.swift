package import TandemModel
import TandemSystem

/// The CPU time of the same items with several workers, beside that with one worker or with none.
package struct CPUTimeOfItems: Sendable {
  /// The model with several workers.
  package var result: ModelResult
  /// How many workers did them.
  package var workers: Int
  /// What it is compared with: the same work without workers, or the model with one.
  package var baseName: String
  /// The CPU time in the bodies, in runs of the same blocks.
  package var comparison: RunComparison
  /// The CPU time of the whole process tree in the same runs, in user mode and in the kernel: what starting the
  /// workers takes is in it.
  package var modes: (user: RunComparison, system: RunComparison)?

  /// Makes a value.
  package init(
    result: ModelResult, workers: Int, baseName: String, comparison: RunComparison,
    modes: (user: RunComparison, system: RunComparison)? = nil
  ) {
    self.result = result
    self.workers = workers
    self.baseName = baseName
    self.comparison = comparison
    self.modes = modes
  }

  /// Compares each model that ran all at once with the least workers that did the same.
  ///
  /// The model of a global lock is left out: what it shows is the lock.
  ///
  /// - Parameters:
  ///   - cells: every model with every number of workers.
  ///   - seed: the report's seed, for the bootstrap.
  /// - Returns: of each model the number of workers whose CPU time grew most.
  package static func all(in cells: [AnalysedCell], seed: UInt64) -> [CPUTimeOfItems] {
    let ran = cells.filter { $0.ran && $0.result.schedule == .allAtOnce }
    var sides: [Difference.Side] = []
    for cell in ran where !sides.contains(cell.side) { sides.append(cell.side) }
    return sides.compactMap { side -> CPUTimeOfItems? in
      let own = ran.filter { $0.side == side && $0.result.model != .swiftThreadsGlobalLock }
      let several = own.filter { $0.result.workers >= 2 }
      let serial = ran.first {
        $0.result.interpreter == own.first?.result.interpreter && $0.result.workers == 0
      }
      guard let base = serial ?? own.first(where: { $0.result.workers == 1 }) else { return nil }
      let name = base.result.workers == 1 ? "one worker" : base.result.model.rawValue
      return several.compactMap { cell -> CPUTimeOfItems? in
        guard let pairs = PairedRuns(cell, base, seed: seed),
          let bodies = comparison(of: pairs, name: cell.result)
        else { return nil }
        return CPUTimeOfItems(
          result: cell.result, workers: cell.result.workers, baseName: name, comparison: bodies,
          modes: modes(of: pairs, name: cell.result))
      }.max { ($0.comparison.ratio ?? 0) < ($1.comparison.ratio ?? 0) }
    }
  }

  private static func comparison(of pairs: PairedRuns, name: ModelResult) -> RunComparison? {
    func list(_ runs: [AnalysedRun]) -> TimedRuns {
      TimedRuns(
        wallSeconds: runs.map(\.run.wallSeconds),
        userSeconds: runs.map { $0.run.record.cpuSecondsOfWork },
        systemSeconds: runs.map { _ in 0 })
    }
    return RunComparison.all(
      of: list(pairs.first), with: list(pairs.second), arePaired: true,
      use: "cpu-time/\(name.label)/\(name.workers)")[.cpu]
  }

  private static func modes(
    of pairs: PairedRuns, name: ModelResult
  ) -> (user: RunComparison, system: RunComparison)? {
    func list(_ runs: [AnalysedRun]) -> TimedRuns {
      TimedRuns(
        wallSeconds: runs.map(\.run.wallSeconds),
        userSeconds: runs.map(\.run.record.usage.userSeconds),
        systemSeconds: runs.map(\.run.record.usage.systemSeconds))
    }
    let all = RunComparison.all(
      of: list(pairs.first), with: list(pairs.second), arePaired: true,
      use: "cpu-modes/\(name.label)/\(name.workers)")
    return all[.user].flatMap { user in all[.system].map { (user, $0) } }
  }
}

extension RunRecord {
  /// CPU seconds of the workers in their bodies, and of the threads that the work itself started.
  package var cpuSecondsOfWork: Double { bodySeconds + (workThreadSeconds ?? 0) }

  private var bodySeconds: Double { workers.reduce(0) { $0 + Double($1.onCPUNS) / 1e9 } }

  /// CPU seconds of threads that the work itself started, such as those of a library for linear algebra; nil
  /// where they can't be told from others.
  ///
  /// A worker that has a process to itself, or works alone in one, compares its process with its thread. For
  /// threads of one process, it is what the process took beside them; starting and joining them takes some of
  /// that, so less than a quarter of the bodies' own time, or half a millisecond a worker, counts as none.
  package var workThreadSeconds: Double? {
    let own = workers.compactMap(\.processCPUNS)
    let seconds: Double
    if own.count == workers.count, !workers.isEmpty {
      seconds = zip(own, workers).reduce(0) { $0 + Double($1.0) - Double($1.1.onCPUNS) } / 1e9
    } else if pool == nil, Set(workers.compactMap(\.pid)).count == 1,
      workers.allSatisfy({ $0.usage == nil && $0.tid != nil })
    {
      seconds = usage.cpuSeconds - bodySeconds
    } else {
      return nil
    }
    let least = Self.leastWorkSeconds + Self.startSeconds * Double(workers.count)
    return seconds >= max(least, Self.leastWorkShare * bodySeconds) ? seconds : 0
  }

  private static let leastWorkShare = 0.25
  private static let leastWorkSeconds = 0.05
  private static let startSeconds = 0.0005
}
