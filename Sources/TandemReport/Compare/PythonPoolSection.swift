import TandemModel
import TandemText

/// What Python's pools were, beside the interpreter's own defaults, a row a pool.
struct PythonPoolSection: Section {
  /// The report.
  var report: CompareReport
  /// What its interpreters are called.
  var interpreters: InterpreterNames

  /// The section's lines; none without a pool of Python's.
  func lines(width: Int) -> [StyledLine] {
    let runs = report.runs.compactMap { run in run.pythonPool.map { (run, $0) } }
    if runs.isEmpty { return [] }
    let columns = [
      ["", "class"], ["start", "method"], ["", "workers"], ["", "default"], ["chunk-", "size"],
      ["", "default"], ["pool", "starts in"], ["", "ends in"],
    ].map { TextTable.Column(heading: $0, group: 0) }
    let rows = runs.map { run, pool in
      TextTable.Row(
        label: run.name(interpreters), ink: run.model.ink,
        content: .cells(
          [
            pool.className.split(separator: ".").last.map(String.init) ?? pool.className,
            pool.startMethod ?? "", FigureText.count(run.workers),
            FigureText.count(pool.defaultWorkers),
            pool.chunksize.map { FigureText.count($0) } ?? "",
            pool.defaultChunksize.map { FigureText.count($0) } ?? "",
            FigureText.duration(pool.startSeconds), FigureText.duration(pool.stopSeconds),
          ].map { .text($0, .plain) }))
    }
    return [.heading("What Python's pools were")]
      + TextTable(labelHeading: "model", columns: columns, rows: rows).lines(width: width)
      + StyledLine.wrapped(
        """
        Default: what this Python takes if nobody says. All pools have the same workers, so that they can \
        be compared. Chunksize: items in a message. Starts in: until the first item begins. Both times \
        are part of the wall time; a pool that is kept pays them once.
        """, after: "  ", ink: .faint, width: width)
  }
}
