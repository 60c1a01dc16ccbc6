import TandemModel
import TandemText

/// What each number of an explanation means, a line each, once.
struct ExplainLegend: Section {
  /// The report.
  var report: ExplainReport

  /// The section's lines: only what the report shows.
  func lines(width: Int) -> [StyledLine] {
    let meanings = Self.meanings.filter { $0.applies(report) }.map { ($0.name, $0.text) }
    let nameWidth = (meanings.map { TextWidth.columns(of: $0.0) }.max() ?? 0) + 2
    return LegendLines.lines(of: meanings, nameWidth: nameWidth, width: width)
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
      name: "concurrency", text: "workers that want a CPU, do I/O or sleep, averaged over the time"),
    Meaning(name: "wanting a CPU", text: "… on a CPU, ready for one, or waiting for the GIL"),
    Meaning(name: "parallelism", text: "workers on a CPU, averaged over the time"),
    Meaning(
      name: "at work at once", text: "the most started workers in progress at the same moment",
      applies: { max($0.starts.threads, $0.starts.processes) > 0 }),
    Meaning(
      name: "all workers", text: "seconds of all workers together, each from its start to its end"),
    Meaning(
      name: "wall time",
      text: "each moment, split among the workers in progress or waiting for a lock",
      applies: { !$0.wallShares.isEmpty }),
    Meaning(
      name: "waiting for a lock", text: "a lock that another thread holds, other than the GIL",
      applies: has(.lock)),
    Meaning(
      name: "waiting for I/O",
      text: "a file, a disk, or a connection that leads out of the program",
      applies: has(.io)),
    Meaning(
      name: "waiting for work", text: "a queue, a join, an event loop, a pipe inside the program",
      applies: has(.waitingForWork)),
    Meaning(
      name: "too short to look into",
      text: "waits of less than 10 ms each, too few of which were seen to know what they were for",
      applies: has(.tooShort)),
    Meaning(
      name: "reason unknown", text: "off the CPU, and no sample shows why",
      applies: has(.other)),
    Meaning(
      name: "a column",
      text: "of the timeline shows one state; a row shows each state in proportion",
      applies: { !$0.workers.isEmpty }),
    Meaning(
      name: "started", text: "time since the program began", applies: { !$0.workers.isEmpty }),
    Meaning(
      name: "life", text: "from its start to its end, or as long as it was observed",
      applies: { !$0.workers.isEmpty }),
    Meaning(
      name: "ready", text: "ready to run, waiting for a CPU", applies: { !$0.workers.isEmpty }),
    Meaning(
      name: "× 96", text: "96 similar workers: start of the first, means of the other figures",
      applies: { $0.workers.count > WorkerSection.mostLines }),
    Meaning(
      name: "vol., invol.", text: "context switches: it blocked; the kernel took the CPU away",
      applies: { !$0.workers.isEmpty }),
    Meaning(
      name: "PSS", text: "largest memory of a process; shared pages are split evenly",
      applies: { !$0.workers.isEmpty }),
    Meaning(
      name: "USS", text: "private memory of a process, which its end frees",
      applies: { !$0.workers.isEmpty }),
    Meaning(
      name: "stack", text: "largest part of a thread's stack that was in memory",
      applies: { $0.workers.contains { $0.memory?.stackKiB != nil } }),
    Meaning(
      name: "held", text: "share of the time in which a thread held the GIL",
      applies: { $0.gil.contains { $0.state == .on } }),
    Meaning(
      name: "waited for", text: "a lock: in the waits that were looked into",
      applies: { !$0.locks.isEmpty }),
    Meaning(
      name: "hand-overs", text: "times that the GIL went to another thread",
      applies: { $0.gil.contains { $0.handovers != nil } }),
    Meaning(
      name: FigureText.notMeasured, text: "not measured; an empty cell is zero or does not apply",
      applies: { !$0.workers.isEmpty }),
  ]
}
