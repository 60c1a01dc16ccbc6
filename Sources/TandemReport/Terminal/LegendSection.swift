import TandemModel
import TandemText

/// What each number of the tables means, a line each, once.
struct LegendSection {
  /// The report.
  var report: CompareReport

  /// The section's lines; none when no table has figures.
  func lines(width: Int) -> [StyledLine] {
    let shown = report.runs.filter { $0.error == nil }
    if shown.isEmpty { return [] }
    let meanings = Self.meanings(width: width)
    let nameWidth = (meanings.map { TextWidth.columns(of: $0.name) }.max() ?? 0) + 2
    return Self.lines(
      of: meanings.filter { $0.applies(shown) }.map { ($0.name, $0.text) }, nameWidth: nameWidth,
      width: width)
      + StyledLine.wrapped(
        "Medians over the timed runs; memory: from a separate run that isn't timed.",
        after: "  ",
        ink: .faint, width: width)
  }

  /// A heading, and a line for each meaning: what is meant, and what it is.
  static func lines(
    of meanings: [(name: String, text: String)], nameWidth: Int, width: Int
  ) -> [StyledLine] {
    [.heading("What the numbers mean")]
      + meanings.flatMap { name, text in
        StyledLine.wrapped(
          text, after: "  " + name.padding(to: nameWidth), ink: .faint, width: width)
      }
  }

  private struct Meaning {
    var name: String
    var text: String
    var applies: ([ModelResult]) -> Bool = { _ in true }
  }

  private static func meanings(width: Int) -> [Meaning] {
    [
      Meaning(name: "concurrency", text: "workers in progress, a time average over the wall time"),
      Meaning(name: "parallelism", text: "workers on a CPU, a time average over the wall time"),
      Meaning(name: "median wall", text: "from before preparing to the last worker seen to end"),
      Meaning(
        name: "95 % interval", text: "of the median, by bootstrap; in its unit",
        applies: { $0.contains { $0.ci95Seconds != nil } }),
      Meaning(
        name: "n=…", text: "too few runs for an interval (six are needed): all are listed",
        applies: { $0.contains { $0.ci95Seconds == nil && $0.n > 0 } }),
      Meaning(
        name: ModelColumn.relativeHeading(width: width).joined(),
        text: "median wall over that of the table's fastest row"),
      Meaning(name: "n", text: "timed runs that ended well"),
      Meaning(
        name: "workers", text: "workers started in one run",
        applies: { Set($0.map(\.workers).filter { $0 > 0 }).count > 1 }),
      Meaning(name: "CPU time", text: "user and system seconds of the whole process tree, one run"),
      Meaning(name: "switches", text: "context switches of the whole process tree, one run"),
      Meaning(name: "vol.", text: "… because a thread blocked"),
      Meaning(name: "invol.", text: "… because the kernel took the CPU away"),
      Meaning(name: "start a worker", text: "start called to body entered, a mean over workers"),
      Meaning(name: "end a worker", text: "body left to end observed, a mean over workers"),
      Meaning(
        name: "PSS", text: "memory of a worker process, shared pages split by users",
        applies: { $0.contains { $0.model.workerKind == .process } }),
      Meaning(
        name: "stack", text: "resident stack of a worker thread",
        applies: { $0.contains { $0.model.workerKind == .thread } }),
      Meaning(
        name: "USS", text: "memory of a worker process alone: what its end frees",
        applies: { $0.contains { $0.model.workerKind == .process } }),
      Meaning(
        name: "server start", text: "starting the server that workers are forked from, once a run",
        applies: { $0.contains { $0.serverStartSeconds != nil } }),
      Meaning(name: FigureText.notMeasured, text: "not measured; an empty cell: doesn't apply"),
    ]
  }
}

/// What some models could not measure, each reason once.
struct NotMeasuredSection {
  /// The report.
  var report: CompareReport
  /// What its interpreters are called.
  var interpreters: InterpreterNames

  /// The section's lines; none when everything was measured.
  func lines(width: Int) -> [StyledLine] {
    var reasons: [(text: String, models: [String])] = []
    for run in report.runs {
      for reason in run.notMeasured {
        let model = run.name(interpreters)
        if let index = reasons.firstIndex(where: { $0.text == reason }) {
          if !reasons[index].models.contains(model) { reasons[index].models.append(model) }
        } else {
          reasons.append((reason, [model]))
        }
      }
    }
    if reasons.isEmpty { return [] }
    return [.heading("Not measured")]
      + reasons.flatMap { reason in
        StyledLine.wrapped(
          "\(reason.models.joined(separator: ", ")): \(reason.text)", after: "  – ", .faint,
          width: width)
      }
  }
}
