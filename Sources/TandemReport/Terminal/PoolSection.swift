import TandemModel
import TandemText

/// What pools counted of themselves, a row a pool.
struct PoolSection {
  /// The report.
  var report: CompareReport
  /// What its interpreters are called.
  var interpreters: InterpreterNames

  /// The section's lines; none without a pool.
  func lines(width: Int) -> [StyledLine] {
    let runs = report.runs.compactMap { run in run.pool.map { (run, $0) } }
    if runs.isEmpty { return [] }
    var lines: [StyledLine] = [.heading("What the pools count")]
    for schedule in Schedule.allCases {
      let own = runs.filter { $0.0.schedule == schedule }
      if own.isEmpty { continue }
      lines += [StyledLine(), StyledLine("  \(schedule.title)", .strong)]
      lines += table(of: own).lines(width: width)
    }
    lines += StyledLine.wrapped(
      "Task: wall time inside of one. Between: what a worker spends between two tasks. Waiting: until a"
        + " worker begins with a task. Coding: encoding and decoding, all workers. Medians over runs.",
      after: "  ", ink: .faint, width: width)
    return lines
  }

  private func table(of runs: [(run: ModelResult, pool: PoolSummary)]) -> TextTable {
    let haveDied = runs.contains { $0.pool.deaths > 0 }
    let columns =
      ([
        ["", "tasks"], ["", "task"], ["", "between"], ["waiting", "p50"], ["", "p99"],
        ["", "coding"], ["", "in"], ["", "out"], ["", "workers"],
      ] + (haveDied ? [["", "died"]] : [])).map { TextTable.Column(heading: $0, group: 0) }
    let rows = runs.map { run, pool in
      let figures =
        [
          FigureText.count(pool.tasks), FigureText.duration(pool.taskSeconds),
          FigureText.duration(pool.overheadSPerTask), FigureText.duration(pool.waitingP50Seconds),
          FigureText.duration(pool.waitingP99Seconds), FigureText.duration(pool.codingSeconds),
          FigureText.memory(kib: pool.bytesIn.map { $0 / 1024 }),
          FigureText.memory(kib: pool.bytesOut.map { $0 / 1024 }), FigureText.count(pool.started),
        ] + (haveDied ? [FigureText.count(pool.deaths)] : [])
      return TextTable.Row(
        label: run.name(interpreters), ink: run.model.ink,
        content: .cells(figures.map { .text($0, .plain) }))
    }
    return TextTable(labelHeading: "model", columns: columns, rows: rows)
  }
}
