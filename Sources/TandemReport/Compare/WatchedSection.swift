import TandemModel
import TandemText

/// What workers were seen doing inside their bodies, a row a model that was watched.
struct WatchedSection: Section {
  /// The report.
  var report: CompareReport
  /// What its interpreters are called.
  var interpreters: InterpreterNames

  /// The section's lines; none when nothing was watched.
  func lines(width: Int) -> [StyledLine] {
    let runs = report.runs.compactMap { run in run.observedRuns.map { (run, $0) } }
    if runs.isEmpty { return [] }
    var lines: [StyledLine] = [.heading("What workers did, observed from outside")]
    for schedule in Schedule.allCases {
      let own = runs.filter { $0.0.schedule == schedule }
      if own.isEmpty { continue }
      lines += [StyledLine(), StyledLine("  \(schedule.title)", .strong)]
      lines += table(of: own).lines(width: width)
    }
    lines += StyledLine.wrapped(
      "Shares of the time that all workers spent in their bodies: means over observed runs"
        + " (\(sources(of: runs.map(\.1)))), which aren't timed. Ready: waiting for a CPU. Work:"
        + " waiting for the next task or another worker. Other: for an unknown reason. × timed: median"
        + " wall time of the observed runs, divided by that of the timed runs."
        + " \(checks(of: runs.map(\.1)))",
      after: "  ", ink: .faint, width: width)
    return lines
  }

  private func sources(of watched: [ObservedRuns]) -> String {
    let ways = Set(watched.map(\.switches))
    if ways == [.exact] { return "every context switch" }
    return ways == [.sampled]
      ? "samples of /proc" : "every context switch in some, samples of /proc in others"
  }

  /// How the workers' own reports compare with the observation.
  private func checks(of watched: [ObservedRuns]) -> String {
    let all = watched.flatMap(\.checks)
    if all.isEmpty { return "" }
    let wrong = all.count { !$0.agrees }
    let figures = "\(FigureText.count(all.count, "figure")) the workers reported"
    switch wrong {
    case 0 where all.count == 1:
      return "The one figure the workers reported agrees with the observation."
    case 0: return "All \(figures) agree with the observation."
    case 1: return "Of \(figures), 1 differs from the observation by more than 5 % (see above)."
    default:
      return
        "Of \(figures), \(FigureText.count(wrong)) differ from the observation by more than 5 % (see above)."
    }
  }

  private static let columns: [(heading: [String], states: [WorkerState])] = [
    (["", "on CPU"], [.onCPU]), (["", "ready"], [.runnable]), (["waiting", "GIL"], [.gil]),
    (["", "lock"], [.lock]), (["", "I/O"], [.io]), (["", "child"], [.child]),
    (["", "asleep"], [.sleep]), (["", "data"], [.movingData]), (["", "work"], [.waitingForWork]),
    (["", "short"], [.tooShort]), (["", "other"], [.other]),
  ]

  private func table(of runs: [(run: ModelResult, watched: ObservedRuns)]) -> TextTable {
    func seconds(_ watched: ObservedRuns, _ states: [WorkerState]) -> Double {
      watched.workerSeconds.filter { states.contains($0.state) }.reduce(0) { $0 + $1.seconds }
    }
    func share(_ watched: ObservedRuns, _ states: [WorkerState]) -> Double {
      let all = watched.workerSeconds.reduce(0) { $0 + $1.seconds }
      return all > 0 ? seconds(watched, states) / all : 0
    }
    // A column of zeros is left out.
    let shown = Self.columns.filter { column in
      column.states == [.onCPU] || runs.contains { share($0.watched, column.states) >= 0.005 }
    }
    var columns = shown.map { TextTable.Column(heading: $0.heading, group: 0) }
    columns.append(TextTable.Column(heading: ["", "× timed"], group: 0))
    columns.append(TextTable.Column(heading: ["", "n"], group: 0))
    let rows = runs.map { run, watched in
      let figures =
        shown.map { Self.percent(share(watched, $0.states)) }
        + [FigureText.ratio(watched.ratioToTimed), FigureText.count(watched.n)]
      return TextTable.Row(
        label: run.name(interpreters), ink: run.model.ink,
        content: .cells(figures.map { .text($0, .plain) }))
    }
    return TextTable(labelHeading: "model", columns: columns, rows: rows)
  }

  private static func percent(_ share: Double) -> String {
    share > 0 ? FigureText.percent(share) : ""
  }
}
