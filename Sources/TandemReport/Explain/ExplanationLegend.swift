import TandemModel
import TandemText

/// What each number of an explanation means, a line each, once.
struct ExplanationLegend {
  /// The report.
  var report: ExplainReport

  /// The section's lines: only what the report shows.
  func lines(width: Int) -> [StyledLine] {
    let meanings = Self.meanings.filter { $0.applies(report) }.map { ($0.name, $0.text) }
    let nameWidth = (meanings.map { TextWidth.columns(of: $0.0) }.max() ?? 0) + 2
    return LegendSection.lines(of: meanings, nameWidth: nameWidth, width: width)
  }

  private struct Meaning: Sendable {
    var name: String
    var text: String
    var applies: @Sendable (ExplainReport) -> Bool = { _ in true }
  }

  private static func has(_ state: WorkerState) -> @Sendable (ExplainReport) -> Bool {
    { report in
      report.totals[state] > 0 || report.wallShares.contains { $0.state == state && $0.seconds > 0 }
    }
  }

  private static let meanings: [Meaning] = [
    Meaning(name: "worker", text: "a thread; a process's first thread stands for the process"),
    Meaning(
      name: "concurrency", text: "workers wanting a CPU, in I/O or asleep, averaged over the time"),
    Meaning(name: "wanting a CPU", text: "… on one, ready for one, or waiting for the GIL"),
    Meaning(name: "parallelism", text: "workers on a CPU, averaged over the time"),
    Meaning(
      name: "at work at a time", text: "the most started workers in progress at the same moment",
      applies: { $0.starts.threads + $0.starts.processes > 0 }),
    Meaning(name: "all workers", text: "seconds of all together, each from its start to its end"),
    Meaning(
      name: "wall time", text: "each moment shared among those in progress or held up by a lock",
      applies: { !$0.wallShares.isEmpty }),
    Meaning(
      name: "waiting for a lock", text: "a futex that somebody holds, other than the GIL's",
      applies: has(.lock)),
    Meaning(
      name: "waiting for I/O", text: "a file, a disk, or what leads out of the program",
      applies: has(.io)),
    Meaning(
      name: "waiting for work", text: "a queue, a join, an event loop, a pipe inside the program",
      applies: has(.waitingForWork)),
    Meaning(
      name: "reason not seen", text: "off the CPU, and nobody looked in time or could tell",
      applies: has(.other)),
    Meaning(
      name: "a column", text: "of the timeline: one state; along a row, shared out as the time was",
      applies: { !$0.workers.isEmpty }),
    Meaning(
      name: "started", text: "after the beginning", applies: { !$0.workers.isEmpty }),
    Meaning(
      name: "life", text: "from its start to its end, or as long as it was watched",
      applies: { !$0.workers.isEmpty }),
    Meaning(
      name: "ready", text: "ready to run, waiting for a CPU", applies: { !$0.workers.isEmpty }),
    Meaning(
      name: "× 96", text: "so many alike ones: the start of the first, means of the rest",
      applies: { $0.workers.count > WorkerSection.mostLines }),
    Meaning(
      name: "vol., invol.", text: "context switches: it waited; its CPU was taken away",
      applies: { !$0.workers.isEmpty }),
    Meaning(
      name: "PSS", text: "memory of a process at most, shared pages split by users",
      applies: { !$0.workers.isEmpty }),
    Meaning(
      name: "USS", text: "memory of a process alone: what its end frees",
      applies: { !$0.workers.isEmpty }),
    Meaning(
      name: "stack", text: "the part of a thread's stack that is in memory, at most",
      applies: { $0.workers.contains { $0.memory?.stackKiB != nil } }),
    Meaning(
      name: "held", text: "the share of the time in which a thread held the GIL",
      applies: { $0.gil.contains { $0.state == .on } }),
    Meaning(
      name: "hand-overs", text: "times that another thread than the last took the GIL",
      applies: { $0.gil.contains { $0.handovers != nil } }),
    Meaning(
      name: FigureText.notMeasured, text: "not measured; an empty cell: nothing, or doesn't apply",
      applies: { !$0.workers.isEmpty }),
  ]
}
