import TandemModel
import TandemText

/// What crosses between processes when a Python function goes through a pool.
struct CrossingSection: Section {
  /// The report.
  var report: CompareReport
  /// What its interpreters are called.
  var interpreters: InterpreterNames

  /// The section's lines; none where nothing crosses.
  func lines(width: Int) -> [StyledLine] {
    let crossings = report.crossing.filter { $0.function != nil }
    if crossings.isEmpty { return [] }
    let columns = [
      ["", "type"], ["", "pickled"], ["pickling", "takes"], ["unpickling", "takes"],
    ]
    .map { TextTable.Column(heading: $0, group: 0) }
    var rows: [TextTable.Row] = []
    var notes: [String] = []
    for crossing in crossings {
      let suffix = interpreters.suffix(forPath: crossing.interpreter)
      let parts = [
        ("the function", crossing.function), ("an argument", crossing.argument),
        ("a result", crossing.result),
      ]
      for case (let name, let part?) in parts {
        let figures = [
          part.type, FigureText.memory(kib: part.bytes / 1024),
          FigureText.duration(part.pickleSeconds), FigureText.duration(part.unpickleSeconds),
        ]
        rows.append(
          TextTable.Row(
            label: name + suffix, ink: .plain, content: .cells(figures.map { .text($0, .plain) })))
        if let dragged = part.dragged {
          notes.append(
            """
            Most of \(name) is \(dragged.path): \(FigureText.memory(kib: Double(dragged.bytes) / 1024)) \
            (\(dragged.type)).
            """)
        }
      }
      if let message = crossing.messageSeconds {
        notes.append(
          """
          One call takes \(FigureText.duration(crossing.itemSeconds)) in one thread\(suffix), a message \
          through a pool and back \(FigureText.duration(message)); the function is sent with each message.
          """)
      }
    }
    return [.heading("What crosses between processes")]
      + TextTable(labelHeading: "", columns: columns, rows: rows).lines(width: width)
      + notes.flatMap { StyledLine.wrapped($0, after: "  ", ink: .faint, width: width) }
  }
}
