import TandemModel
import TandemText

/// What pools counted of themselves, a row a pool.
struct PoolSection: Section {
  /// The report.
  var report: CompareReport
  /// What its interpreters are called.
  var interpreters: InterpreterNames

  /// The section's lines; none without a pool.
  func lines(width: Int) -> [StyledLine] {
    let runs = report.runs.compactMap { run in run.pool.map { (run, $0) } }
    if runs.isEmpty { return [] }
    var lines: [StyledLine] = [.heading("What the pools measured")]
    for schedule in Schedule.allCases {
      let own = runs.filter { $0.0.schedule == schedule }
      if own.isEmpty { continue }
      lines += [StyledLine(), StyledLine("  \(schedule.title)", .strong)]
      lines += table(of: own).lines(width: width)
    }
    lines += StyledLine.wrapped(
      "Task: wall time of one task. Between: time a worker spends between two tasks. Waiting: time until"
        + " a worker begins a task. Coding: time all workers spend on encoding and decoding. In, out: data"
        + " sent to and from workers. Figures are medians over runs.",
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
