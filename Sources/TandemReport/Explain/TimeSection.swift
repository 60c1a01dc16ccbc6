import TandemModel

/// Where the time went: of all workers together, of the wall clock, and of the CPUs.
struct TimeSection {
  /// The report.
  var report: ExplainReport

  /// The section's lines.
  func lines(width: Int) -> [StyledLine] {
    let all = report.totals.allSeconds
    guard all.isFinite, all > 0 else { return [] }
    return [.heading("Where the time went")] + table(all).lines(width: width)
      + lostCPU(width: width)
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
          content: .message("GIL not measured: waits for it are in the other lines", .notice)),
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
    whole > 0 && seconds > 0 ? ShortPercent.text(seconds / whole) : ""
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
    let column = SecondsColumn([used] + named.map(\.seconds) + [rest, lost.noWorkerSeconds])
    var sentence =
      "Of \(HumanUnits.exact(lost.cpus)) \(lost.cpus == 1 ? "CPU" : "CPUs")"
      + " × \(HumanUnits.duration(report.wallSeconds)), \(column.texts[0]) were used"
    let clauses = named.enumerated().map { index, part in
      "\(column.texts[index + 1]) while they \(part.state.verb)"
    }
    if let first = named.first {
      sentence += "; \(column.texts[1]) were lost while workers \(first.state.verb)"
      sentence += clauses.dropFirst().map { ", \($0)" }.joined()
    }
    if rest >= 0.005 * all {
      sentence += ", \(column.texts[column.texts.count - 2]) in other waits"
    }
    if lost.noWorkerSeconds > 0, let text = column.texts.last {
      sentence += "; for \(text) there was no worker that had anything to do"
    }
    sentence += "."
    if let throttled = report.sources.throttledSeconds, throttled > 0 {
      sentence +=
        " A quota stopped the program for \(HumanUnits.duration(throttled)), summed over CPUs."
    }
    return [StyledLine()] + StyledLine.wrapped(sentence, after: "  ", width: width)
  }
}

extension WorkerState {
  /// What workers did, in a sentence.
  var verb: String {
    switch self {
    case .onCPU: "were on a CPU"
    case .runnable: "were ready and got no CPU"
    case .gil: "waited for the GIL"
    case .lock: "waited for a lock"
    case .io: "waited for I/O"
    case .sleep: "slept"
    case .child: "waited for a child"
    case .waitingForWork: "waited for work"
    case .other: "waited for what was not seen"
    case .starting, .ending, .preparing, .movingData, .startingServer, .idle: label
    }
  }
}

/// Durations in one unit, rounded so that the printed ones add up to the printed sum.
struct SecondsColumn {
  /// The durations with their unit; empty for none.
  let texts: [String]
  /// The sum.
  let total: String

  /// Lays out durations in the unit of their sum, with a digit more than it would have alone.
  init(_ seconds: [Double]) {
    let sum = seconds.reduce(0, +)
    guard sum.isFinite, sum > 0 else {
      texts = seconds.map { $0.isFinite ? "" : HumanUnits.notMeasured }
      total = HumanUnits.duration(sum)
      return
    }
    let scale = DurationScale(for: sum)
    let decimals = min(2, scale.decimals + 1)
    let perUnit = decimals == 2 ? 100.0 : 10
    let steps = DifferenceColumn.apportioned(seconds.map { $0 * scale.perSecond * perUnit })
    func text(_ steps: Double) -> String {
      let number = HumanUnits.fixed(steps / perUnit, decimals: decimals)
      return "\(number) \(scale.unit)"
    }
    texts = zip(seconds, steps).map { value, steps in
      // What is there never reads as nothing.
      value == 0 ? "" : steps == 0 ? "<" + text(1) : text(steps)
    }
    total = text((sum * scale.perSecond * perUnit).rounded())
  }
}

/// Shares in a column: one decimal at most, since more would be a claim.
enum ShortPercent {
  /// A share as per cent, such as `73.9 %`; `<0.1 %` for what is positive but would round to nothing.
  static func text(_ share: Double) -> String {
    guard share.isFinite else { return HumanUnits.notMeasured }
    let size = share * 100
    if size > 0, size < 0.05 { return "<0.1 %" }
    return HumanUnits.fixed(size, decimals: size >= 99.95 ? 0 : 1) + " %"
  }
}
