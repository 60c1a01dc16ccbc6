package import TandemModel

extension CompareReport: ExportedReport {
  /// Every timed run: of a sweep, of each number of workers.
  package var csv: CSVTable {
    let header = [
      "model", "interpreter", "schedule", "workers", "items", "run", "block", "wall_s", "outlier",
    ]
    let swept = (sweep?.series ?? []).flatMap { series in
      series.points.flatMap { point in
        Self.rows(
          series.model, series.interpreter, series.schedule, point.workers,
          items: sweep?.items ?? work.items, point.wallSeconds, point.blocks, outliers: nil)
      }
    }
    let others = runs.filter {
      sweep?.series(of: $0.model, interpreter: $0.interpreter?.path) == nil
    }
    return CSVTable(
      header: header,
      rows: swept
        + others.flatMap { run in
          Self.rows(
            run.model, run.interpreter?.path, run.schedule, run.workers, items: work.items,
            run.wallSeconds, run.blocks, outliers: run.outliers)
        })
  }

  private static func rows(
    _ model: ExecutionModel, _ interpreter: String?, _ schedule: Schedule, _ workers: Int,
    items: Int,
    _ walls: [Double], _ blocks: [Int], outliers: [Outlier]?
  ) -> [[CSVTable.Cell]] {
    walls.enumerated().map { index, wall in
      [
        .text(model.rawValue), .text(interpreter), .text(schedule.rawValue), .count(workers),
        .count(items), .count(index + 1),
        .count(blocks.indices.contains(index) ? blocks[index] : nil), .number(wall),
        outliers.map { .flag($0.contains { $0.run == index }) } ?? .text(nil),
      ]
    }
  }
}

extension ExplainReport: ExportedReport {
  /// Every worker that the report lists.
  package var csv: CSVTable {
    let states = WorkerState.observed
    let header =
      [
        "worker", "kind", "role", "pid", "tid", "parent", "name", "began_in", "started_s",
        "ended_s",
      ]
      + states.map { $0.rawValue + "_s" }
      + [
        "voluntary_switches", "involuntary_switches", "start_s", "alone_s", "cpus", "pss_kib",
        "uss_kib", "rss_kib", "read_bytes", "written_bytes", "reads", "writes",
      ]
    let names = WorkerNames(workers)
    return CSVTable(
      header: header,
      rows: workers.enumerated().map { index, worker in
        let life: [CSVTable.Cell] = [
          .text(names.name(at: index)), .text(worker.kind.rawValue), .text(worker.role.rawValue),
          .count(Int(worker.pid)), .count(Int(worker.tid)), .count(worker.parent.map(Int.init)),
          .text(worker.name), .text(worker.beganIn?.file), .number(worker.startedSeconds),
          .number(worker.endedSeconds),
        ]
        let totals = states.map { state in
          CSVTable.Cell.number(state == .gil ? worker.totals.gilSeconds : worker.totals[state])
        }
        return life + totals + [
          .number(worker.switches?.voluntary), .number(worker.switches?.involuntary),
          .number(worker.startSeconds), .number(worker.aloneSeconds), .text(worker.cpus),
          .count(worker.memory?.pssKiB), .count(worker.memory?.ussKiB),
          .count(worker.memory?.rssKiB), .count(worker.io?.readBytes),
          .count(worker.io?.writtenBytes), .count(worker.io?.reads), .count(worker.io?.writes),
        ]
      })
  }
}

extension ExplainDifference: ExportedReport {
  /// Every run of either command that the figures are of.
  package var csv: CSVTable {
    let sides = [
      ("first", first.shellLine ?? ReportDigest.commandLine(first.command), firstRuns),
      ("second", second.shellLine ?? ReportDigest.commandLine(second.command), secondRuns),
    ]
    return CSVTable(
      header: ["program", "command"] + TimedRuns.columns,
      rows: sides.flatMap { name, command, runs in
        runs.rows(areObserved: !repeated.areUnobserved).map { [.text(name), .text(command)] + $0 }
      })
  }
}

extension ExplainSweep: ExportedReport {
  /// Every run with each value that the figures are of.
  package var csv: CSVTable {
    CSVTable(
      header: ["variable", "value"] + TimedRuns.columns,
      rows: points.flatMap { point in
        point.runs.rows(areObserved: !repeated.areUnobserved)
          .map { [.text(variable), .text(point.value)] + $0 }
      })
  }
}

extension TimedRuns {
  /// The names of what `rows` has.
  fileprivate static let columns = ["run", "observed"] + RunFigure.allCases.map(\.rawValue)

  /// A row a run.
  fileprivate func rows(areObserved: Bool) -> [[CSVTable.Cell]] {
    wallSeconds.indices.map { index in
      [.count(index + 1), .flag(areObserved)]
        + RunFigure.allCases.map { figure in
          let values = self[figure] ?? []
          return .number(values.indices.contains(index) ? values[index] : nil)
        }
    }
  }
}
