package import TandemModel
import TandemText

extension Sweep {
  /// Summarises the runs of a sweep.
  ///
  /// - Parameters:
  ///   - cells: the cells of all models and numbers of workers.
  ///   - counts: the numbers of workers, ascending.
  ///   - machine: the machine, for its CPUs.
  ///   - work: what was run.
  ///   - seed: the report's seed, for the bootstrap.
  package init(
    of cells: [AnalysedCell], counts: [Int], machine: MachineSummary, work: WorkSummary,
    seed: UInt64
  ) {
    let results = cells.filter(\.ran).map(\.result)
    self.init(
      counts: counts, items: work.items,
      series: Self.groups(of: cells).compactMap { group in
        guard let first = group.first, first.result.model.workerKind != .none else { return nil }
        let profile = WorkProfile(
          of: work, results: results, interpreter: first.result.interpreter)
        let serial = cells.first {
          $0.ran && $0.result.model.workerKind == .none
            && $0.result.interpreter == first.result.interpreter
        }
        return SweepSeries(
          of: group, serial: serial, room: profile.workersWithACPU(cpus: machine.effectiveCPUs),
          items: work.items, seed: seed)
      })
  }

  /// The cells of each model, schedule and interpreter, in order of appearance, by number of workers.
  static func groups(of cells: [AnalysedCell]) -> [[AnalysedCell]] {
    var groups: [[AnalysedCell]] = []
    for cell in cells {
      if let index = groups.firstIndex(where: {
        $0[0].side == cell.side && $0[0].result.schedule == cell.result.schedule
      }) {
        groups[index].append(cell)
      } else {
        groups.append([cell])
      }
    }
    return groups.map { $0.sorted { $0.result.workers < $1.result.workers } }
  }

  /// One cell a model, to compare models by: with the number of workers that is recommended, or else
  /// the one of the least median.
  func representatives(of cells: [AnalysedCell]) -> [AnalysedCell] {
    Self.groups(of: cells).compactMap { group in
      let own = group.first.flatMap {
        series(of: $0.result.model, interpreter: $0.side.interpreter)
      }
      let workers = own?.recommendation.workers
      return group.first { $0.ran && $0.result.workers == workers }
        ?? group.filter(\.ran).fastest ?? group.first
    }
  }
}

extension SweepSeries {
  /// Summarises one model.
  ///
  /// - Parameters:
  ///   - cells: its cells, by number of workers; not empty.
  ///   - serial: the same work without workers; nil when it wasn't measured.
  ///   - room: how many workers can have a CPU whenever they want one.
  ///   - items: items of work in one run.
  ///   - seed: the report's seed, for the bootstrap.
  init(of cells: [AnalysedCell], serial: AnalysedCell?, room: Int, items: Int, seed: UInt64) {
    let first = cells[0]
    let oneWorker = cells.first { $0.ran && $0.result.workers == 1 }
    let base = oneWorker ?? serial
    var points = cells.map { cell in
      var point = SweepPoint(cell, items: items)
      point.notInFit = Self.reasonToLeaveOut(point, room: room, items: items)
      guard let base, cell.ran else { return point }
      if let pairs = PairedRuns(base, cell, seed: seed) {
        point.speedup = pairs.ratio.ratio
        point.speedupCI95 = pairs.ratio.interval
        point.karpFlatt = KarpFlatt.serialShare(
          speedup: pairs.ratio.ratio, workers: cell.result.workers)
      }
      return point
    }
    let fitted = points.filter { $0.notInFit == nil }
    let name = "\(first.result.model.rawValue)/\(first.result.interpreter?.path ?? "")"
    let fit = ScalingFit(
      fitted.map { ScalingRuns(workers: $0.workers, seconds: $0.wallSeconds) }, seed: seed,
      use: name)
    if let fit {
      for index in points.indices where points[index].notInFit == nil {
        points[index].fittedSeconds = fit.curve.seconds(workers: points[index].workers)
      }
    }
    self.init(
      model: first.result.model, interpreter: first.side.interpreter,
      schedule: first.result.schedule,
      baseline: base == nil ? nil : oneWorker == nil ? .serial : .oneWorker, points: points,
      fit: fit, fitNote: Self.note(on: fit, of: fitted, room: room),
      recommendation: WorkerRecommendation(among: cells, seed: seed))
  }

  /// Why a point would bend the curve; nil when it wouldn't.
  private static func reasonToLeaveOut(_ point: SweepPoint, room: Int, items: Int) -> String? {
    if point.error != nil || point.n == 0 { return "it has no runs" }
    // The law has no kink where the CPUs are used up.
    if point.workers > room {
      return "more workers than can have a CPU (\(room))"
    }
    // The longest share decides, and the law knows only even ones.
    if Double(point.itemsPerWorker * point.workers) > 1.05 * Double(items) {
      return "\(items) items don't divide evenly"
    }
    return nil
  }

  private static func note(on fit: ScalingFit?, of points: [SweepPoint], room: Int) -> String? {
    guard let fit else {
      return """
        No curve: it needs \(ScalingFit.leastPoints) different numbers of workers that can all have \
        a CPU (here at most \(room)) and an even share of the items, and there \
        \(points.count == 1 ? "is" : "are") \(points.count).
        """
    }
    var notes: [String] = []
    if let share = fit.unboundedSerialShare {
      notes.append(
        """
        more than N times as fast with N workers (the serial share would be \
        \(FigureText.percent(share))): each worker may need less of a CPU's cache
        """)
    }
    if fit.law == .amdahl {
      notes.append(
        "three numbers of workers allow a serial share, but not what pairs of workers cost")
    } else if fit.points < ScalingFit.trustedPointsForUSL {
      notes.append("four numbers of workers are too few to trust the cost of pairs, so no peak")
    } else if fit.peakWorkers == nil {
      notes.append("no peak within the range that was fitted")
    }
    return notes.isEmpty ? nil : notes.joined(separator: "; ").capitalisedFirst + "."
  }
}

extension SweepPoint {
  /// The figures of a cell.
  init(_ cell: AnalysedCell, items: Int) {
    let result = cell.result
    self.init(
      workers: result.workers, itemsPerWorker: (items + result.workers - 1) / result.workers,
      error: result.error, n: result.n, wallSeconds: result.wallSeconds, blocks: result.blocks,
      medianSeconds: result.medianSeconds, ci95Seconds: result.ci95Seconds,
      cpuSeconds: result.cpuSeconds)
  }
}
