import TandemModel
import TandemText

/// What each number of the tables means, a line each, once.
struct CompareLegend: Section {
  /// The report.
  var report: CompareReport

  /// The section's lines; none when no table has figures.
  func lines(width: Int) -> [StyledLine] {
    let shown = report.runs.filter { $0.error == nil }
    if shown.isEmpty { return [] }
    let meanings = Self.meanings(width: width)
    let nameWidth = (meanings.map { TextWidth.columns(of: $0.name) }.max() ?? 0) + 2
    return LegendLines.lines(
      of: meanings.filter { $0.applies(shown) }.map { ($0.name, $0.text) }, nameWidth: nameWidth,
      width: width)
      + StyledLine.wrapped(
        "Figures are medians over the timed runs. Memory comes from a separate run that isn't timed.",
        after: "  ",
        ink: .faint, width: width)
  }

  private struct Meaning {
    var name: String
    var text: String
    var applies: ([ModelResult]) -> Bool = { _ in true }
  }

  private static func meanings(width: Int) -> [Meaning] {
    [
      Meaning(name: "concurrency", text: "workers in progress, averaged over the wall time"),
      Meaning(name: "parallelism", text: "workers on a CPU, averaged over the wall time"),
      Meaning(
        name: "median wall", text: "from the start of preparation until the last worker has ended"),
      Meaning(
        name: "95 % interval", text: "of the median, by bootstrap, in the median's unit",
        applies: { $0.contains { $0.ci95Seconds != nil } }),
      Meaning(
        name: "n=…", text: "too few runs for an interval, which needs six; all runs are listed",
        applies: { $0.contains { $0.ci95Seconds == nil && $0.n > 0 } }),
      Meaning(
        name: ModelColumn.relativeHeading(width: width).joined(),
        text: "median wall time, divided by that of the fastest row"),
      Meaning(name: "n", text: "timed runs that succeeded"),
      Meaning(
        name: "workers", text: "workers started in one run",
        applies: { Set($0.map(\.workers).filter { $0 > 0 }).count > 1 }),
      Meaning(name: "CPU time", text: "user and system time of the whole process tree, in one run"),
      Meaning(name: "switches", text: "context switches of the whole process tree, in one run"),
      Meaning(name: "vol.", text: "… voluntary: a thread blocked"),
      Meaning(name: "invol.", text: "… involuntary: the kernel took the CPU away"),
      Meaning(
        name: "start a worker",
        text: "from the call until the worker's body begins, mean over workers"),
      Meaning(
        name: "end a worker",
        text: "from the end of its body until its end is noticed, mean over workers"),
      Meaning(
        name: "PSS", text: "memory of a worker process; shared pages are split evenly",
        applies: { $0.contains { $0.model.workerKind == .process } }),
      Meaning(
        name: "stack", text: "resident stack of a worker thread",
        applies: { $0.contains { $0.model.workerKind == .thread } }),
      Meaning(
        name: "USS", text: "private memory of a worker process, which its end frees",
        applies: { $0.contains { $0.model.workerKind == .process } }),
      Meaning(
        name: "server start", text: "starting the server that forks the workers, once in a run",
        applies: { $0.contains { $0.serverStartSeconds != nil } }),
      Meaning(name: FigureText.notMeasured, text: "not measured; an empty cell does not apply"),
    ]
  }
}
