import TandemModel
import TandemText

/// Where the time went: of all workers together, of the wall clock, and of the CPUs.
struct TimeSection: Section {
  /// The report.
  var report: ExplainReport

  /// The section's lines.
  func lines(width: Int) -> [StyledLine] {
    let all = report.totals.allSeconds
    guard all.isFinite, all > 0 else { return [] }
    return [.heading("Where the time went")]
      + (certainty.isEmpty
        ? [] : StyledLine.wrapped(certainty, after: "  ", ink: .faint, width: width))
      + table(all).lines(width: width)
      + tooShort(width: width) + lostCPU(width: width)
  }

  // MARK: The table

  /// The states in which there was any time.
  private var states: [WorkerState] {
    WorkerState.observed.filter { report.totals[$0] > 0 || wall($0) > 0 }
  }

  private func wall(_ state: WorkerState) -> Double {
    report.wallShares.reduce(0) { $0 + ($1.state == state ? $1.seconds : 0) }
  }

  /// Whether the wall time is split otherwise than the workers' time, by a per cent somewhere.
  private var wallSaysMore: Bool {
    let all = report.totals.allSeconds
    guard report.wallSeconds > 0, !report.wallShares.isEmpty else { return false }
    return states.contains { abs(report.totals[$0] / all - wall($0) / report.wallSeconds) >= 0.01 }
  }

  private func table(_ all: Double) -> TextTable {
    var columns = [
      TextTable.Column(heading: ["all", "workers"], group: 0),
      TextTable.Column(heading: ["", "share"], group: 0),
      TextTable.Column(heading: [], group: 0, isBar: true),
    ]
    let isSplit = wallSaysMore
    if isSplit {
      columns += [
        TextTable.Column(heading: ["wall", "time"], group: 0),
        TextTable.Column(heading: ["", "share"], group: 0),
      ]
    }
    let workers = SecondsColumn(states.map { report.totals[$0] })
    let clock = SecondsColumn(states.map(wall))
    let largest = states.map { report.totals[$0] }.max() ?? all
    var rows = states.enumerated().map { index, state in
      let seconds = report.totals[state]
      var cells: [TextTable.Cell] = [
        .text(workers.texts[index], .plain), .text(Self.percent(seconds, of: all), .strong),
        .bar(seconds / largest, state.ink),
      ]
      if isSplit {
        cells += [
          .text(clock.texts[index], .plain),
          .text(Self.percent(wall(state), of: report.wallSeconds), .strong),
        ]
      }
      return TextTable.Row(label: state.label, content: .cells(cells))
    }
    if report.totals.gilSeconds == nil {
      let place = states.count { $0 == .onCPU || $0 == .runnable }
      rows.insert(
        TextTable.Row(
          label: WorkerState.gil.label,
          content: .message(
            report.totals[.tooShort] > 0 && report.gil.allSatisfy { $0.state != .notMeasured }
              ? "not known: next to no such wait was seen"
              : "GIL not measured: waits for it count in the other lines", .notice)),
        at: place)
    }
    var cells: [TextTable.Cell] = [
      .text(workers.total, .faint), .text("100 %", .faint), .bar(nil, .plain),
    ]
    if isSplit { cells += [.text(clock.total, .faint), .text("100 %", .faint)] }
    rows.append(TextTable.Row(label: "together", ink: .faint, content: .cells(cells)))
    return TextTable(labelHeading: "", columns: columns, rows: rows)
  }

  private static func percent(_ seconds: Double, of whole: Double) -> String {
    whole > 0 && seconds > 0 ? FigureText.percent(seconds / whole) : ""
  }

  /// What is known less well than the rest; empty where every switch was recorded.
  private var certainty: String {
    switch report.sources.switches {
    case .sampled:
      "CPU time is counted by the kernel; what workers waited for is sampled, and short lives are missing."
    case .exact where report.sources.lostSeconds >= Self.leastLost * report.wallSeconds:
      """
      Records were lost in \(FigureText.duration(report.sources.lostSeconds)) of \
      \(FigureText.duration(report.wallSeconds)): only CPU time is known there.
      """
    case .exact: ""
    }
  }

  /// Records that were lost in less of the wall time than this aren't worth a line here.
  private static let leastLost = 0.01

  // MARK: Short waits

  /// Less of the workers' time than this isn't worth a sentence.
  private static let leastTooShort = 0.01

  private func tooShort(width: Int) -> [StyledLine] {
    guard let waits = report.tooShortWaits,
      report.totals[.tooShort] >= Self.leastTooShort * report.totals.allSeconds
    else { return [] }
    let sentence = """
      What \(FigureText.count(waits.count, "wait")) of \(FigureText.duration(waits.meanSeconds)) on \
      average were for isn't known: they were too short to look into, and too few like them were seen.
      """
    return [StyledLine()] + StyledLine.wrapped(sentence, after: "  ", width: width)
  }

  // MARK: Lost CPU

  private func lostCPU(width: Int) -> [StyledLine] {
    let lost = report.lostCPU
    let used = report.parallelism * report.wallSeconds
    let all = lost.cpus * report.wallSeconds
    let parts = lost.parts.filter { $0.seconds > 0 }.sorted { $0.seconds > $1.seconds }
    // The largest is named, however small, and two more if they matter.
    let named = parts.enumerated().filter { index, part in
      index == 0 || index < 3 && part.seconds >= 0.01 * all
    }.map(\.element)
    let rest = parts.dropFirst(named.count).reduce(0) { $0 + $1.seconds }
    guard all.isFinite, all > 0, used.isFinite else { return [] }
    var sentence =
      "Of \(FigureText.cpus(lost.cpus))"
      + " × \(FigureText.duration(report.wallSeconds)), \(FigureText.duration(used)) were used"
    if let first = named.first {
      sentence +=
        "; \(FigureText.duration(first.seconds)) were lost while workers \(first.state.verb)"
      sentence += named.dropFirst().map {
        ", \(FigureText.duration($0.seconds)) while they \($0.state.verb)"
      }.joined()
    }
    if rest >= 0.005 * all {
      sentence += ", \(FigureText.duration(rest)) in other waits"
    }
    if lost.noWorkerSeconds > 0 {
      sentence +=
        "; \(FigureText.duration(lost.noWorkerSeconds)) were unused while no worker had anything to do"
    }
    sentence += "."
    if let throttled = report.sources.throttledSeconds, throttled > 0 {
      sentence +=
        " A quota stopped the program for \(FigureText.duration(throttled)), summed over CPUs."
    }
    if let others = lost.taken?.othersSeconds, others >= 0.01 * all {
      sentence += " Other programs used \(FigureText.duration(others)) of these CPUs' time."
    }
    sentence += narrowedText
    return [StyledLine()] + StyledLine.wrapped(sentence, after: "  ", width: width)
  }
}

extension TimeSection {
  /// The most sets of CPUs that are named.
  private static let mostNarrowed = 4

  /// Which workers the program bound to which CPUs.
  private var narrowedText: String {
    let narrowed = report.lostCPU.narrowed
    guard !narrowed.isEmpty else { return "" }
    var parts = narrowed.prefix(Self.mostNarrowed).map {
      "\(FigureText.count($0.workers, "worker")) to \($0.count == 1 ? "CPU" : "CPUs") \($0.cpus)"
    }
    let rest = narrowed.count - parts.count
    if rest > 0 { parts.append("others to \(FigureText.count(rest, "further set"))") }
    return " The program bound \(FigureText.list(parts))."
  }
}

extension WorkerState {
  /// What workers did, in a sentence.
  var verb: String {
    switch self {
    case .onCPU: "were on a CPU"
    case .runnable: "were ready but had no CPU"
    case .gil: "waited for the GIL"
    case .lock: "waited for a lock"
    case .io: "waited for I/O"
    case .sleep: "slept"
    case .child: "waited for a child"
    case .waitingForWork: "waited for work"
    case .tooShort: "were in waits too short to look into"
    case .other: "waited for an unknown reason"
    case .starting, .ending, .preparing, .movingData, .startingServer, .idle: label
    }
  }
}
