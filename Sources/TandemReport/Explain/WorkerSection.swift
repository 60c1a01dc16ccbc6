import TandemModel
import TandemText

/// The workers, a line each or a line for many alike ones, and what starting them cost.
struct WorkerSection: Section {
  /// The report.
  var report: ExplainReport

  /// The most lines.
  static let mostLines = 10

  /// The section's lines; none without workers.
  func lines(width: Int) -> [StyledLine] {
    if report.workers.isEmpty { return [] }
    let groups = WorkerGroup.groups(of: report.workers, few: Self.mostLines)
    let shown = Array(groups.prefix(Self.mostLines))
    let hidden = groups.dropFirst(Self.mostLines).flatMap(\.workers)
    return [.heading("The workers")] + table(of: shown, width: width).lines(width: width)
      + others(hidden, width: width) + starts(width: width)
  }

  // MARK: The table

  private struct Column {
    var heading: [String]
    var group: Int
    var ink: Ink
    var text: (WorkerGroup) -> String
  }

  private func columns(for groups: [WorkerGroup], width: Int) -> [Column] {
    var columns = [
      Column(heading: ["kind"], group: 0, ink: .faint) { Self.kind(of: $0.workers) },
      Column(heading: ["tid"], group: 0, ink: .faint) {
        $0.workers.count == 1 ? String($0.workers[0].tid) : ""
      },
      Column(heading: ["started"], group: 0, ink: .plain) {
        FigureText.duration($0.startedSeconds)
      },
      Column(heading: ["life"], group: 0, ink: .plain) { Self.duration($0.mean(\.lifeSeconds)) },
      Column(heading: ["on CPU"], group: 0, ink: .strong) {
        Self.duration($0.mean(\.totals[.onCPU]))
      },
      Column(heading: ["ready"], group: 0, ink: .plain) {
        Self.duration($0.mean(\.totals[.runnable]))
      },
      Column(heading: ["longest", "wait"], group: 1, ink: .plain) { Self.wait(0, of: $0) },
    ]
    // On a narrow terminal it would make three tables of two.
    if width >= 100, groups.contains(where: { !Self.wait(1, of: $0).isEmpty }) {
      columns.append(
        Column(heading: ["second", "longest"], group: 1, ink: .faint) { Self.wait(1, of: $0) })
    }
    columns += [
      Column(heading: ["switches", "vol."], group: 2, ink: .plain) {
        FigureText.count($0.mean { $0.switches?.voluntary })
      },
      Column(heading: ["", "invol."], group: 2, ink: .plain) {
        FigureText.count($0.mean { $0.switches?.involuntary })
      },
    ]
    if groups.contains(where: { $0.workers[0].kind != .thread }) {
      columns.append(
        Column(heading: ["memory", "PSS"], group: 3, ink: .plain) { group in
          if group.workers[0].kind == .thread { return "" }
          return FigureText.memory(kib: group.mean { $0.memory?.pssKiB.map { Double($0) } })
        })
      columns.append(
        Column(heading: ["", "USS"], group: 3, ink: .plain) { group in
          if group.workers[0].kind == .thread { return "" }
          return FigureText.memory(kib: group.mean { $0.memory?.ussKiB.map { Double($0) } })
        })
    }
    let hasProcesses = columns.last?.heading.last == "USS"
    if groups.contains(where: { $0.mean { $0.memory?.stackKiB.map { Double($0) } } != nil }) {
      columns.append(
        Column(heading: [hasProcesses ? "" : "memory", "stack"], group: 3, ink: .plain) { group in
          if group.workers[0].kind != .thread { return "" }
          return FigureText.memory(kib: group.mean { $0.memory?.stackKiB.map { Double($0) } })
        })
    }
    return columns
  }

  private func table(of groups: [WorkerGroup], width: Int) -> TextTable {
    let columns = columns(for: groups, width: width)
    let names = WorkerNames(report.workers)
    return TextTable(
      labelHeading: "worker",
      columns: columns.map { TextTable.Column(heading: $0.heading, group: $0.group) },
      rows: groups.map { group in
        TextTable.Row(
          label: names.label(of: group), ink: group.workers[0].kind.ink,
          content: .cells(columns.map { .text($0.text(group), $0.ink) }))
      })
  }

  /// What the workers of a line are: `thread`, `process`, `manager`, `libgomp`.
  private static func kind(of workers: [ObservedWorker]) -> String {
    let first = workers[0]
    guard workers.allSatisfy({ $0.role == first.role }) else { return first.kind.rawValue }
    switch first.role {
    case .main, .worker: return first.kind.rawValue
    case .runtime, .manager, .feeder, .idle: return first.role.rawValue
    case .library: return WorkerNames.library(first)
    }
  }

  /// Unlike a sum, a time of nothing is an empty cell: a table of zeros hides what matters.
  private static func duration(_ seconds: Double?) -> String {
    seconds == 0 ? "" : FigureText.duration(seconds)
  }

  /// The longest wait but a number of longer ones: `GIL 2.98 s`.
  private static func wait(_ place: Int, of group: WorkerGroup) -> String {
    let waits = WorkerState.observed.filter { $0 != .onCPU && $0 != .runnable }
      .map { state in (state: state, seconds: group.mean { $0[state] } ?? 0) }
      .filter { $0.seconds > 0 }
      .sorted { $0.seconds > $1.seconds }
    guard waits.indices.contains(place) else { return "" }
    return "\(waits[place].state.word) \(FigureText.duration(waits[place].seconds))"
  }

  // MARK: Below the table

  private func others(_ hidden: [ObservedWorker], width: Int) -> [StyledLine] {
    let count = hidden.count + (report.otherWorkers?.count ?? 0)
    if count == 0 { return [] }
    var onCPU = hidden.reduce(0) { $0 + $1[.onCPU] }
    var life = hidden.reduce(0) { $0 + $1.lifeSeconds }
    if let others = report.otherWorkers {
      onCPU += others.totals[.onCPU]
      life += others.totals.allSeconds
    }
    let text =
      "\(FigureText.count(count)) less busy ones aren't shown: \(FigureText.duration(onCPU)) on a CPU"
      + " in \(FigureText.duration(life)) of life, all together"
    return StyledLine.wrapped(text, after: "  ", ink: .faint, width: width)
  }

  private func starts(width: Int) -> [StyledLine] {
    let starts = report.starts
    let kinds = [
      (starts.threads, "thread", starts.threadStartSeconds),
      (starts.processes, "process", starts.processStartSeconds),
    ].filter { $0.0 > 0 }
    if kinds.isEmpty { return [] }
    let texts = kinds.map { _, name, seconds in
      "a \(name) \(seconds.map { "took \(FigureText.duration($0))" } ?? "was not measured")"
    }
    let isMeasured = kinds.contains { $0.2 != nil }
    let text =
      "Starting " + texts.joined(separator: ", ")
      + (isMeasured ? ", from its creation until it first runs (median)." : ".") + forkText
    return StyledLine.wrapped(text, after: "  ", width: width)
  }
}

extension WorkerSection {
  /// What forks took their parent, which is no part of a child's start: they are copied before.
  private var forkText: String {
    guard let cost = report.starts.forks.first, let each = cost.systemSecondsPerFork else {
      return ""
    }
    let name = TextWidth.sanitized(cost.name)
    return """
       From one of its \(FigureText.count(cost.forks, "fork")) to the next, \(name) (\(cost.tid)) spent \
      \(FigureText.duration(each)) in the kernel.
      """
  }
}

extension ObservedWorker.Kind {
  /// The colour of a worker follows from what it is.
  var ink: Ink {
    switch self {
    case .main: .strong
    case .thread: .thread
    case .process: .process
    }
  }
}
