import TandemModel
import TandemText

/// A timeline of at most eight rows: like workers share one.
struct ShortTimeline: Section {
  /// The report.
  var report: ExplainReport
  /// What each worker did when.
  var timeline: ObservedTimeline

  /// The most rows.
  static let mostRows = 8
  /// The most workers that each have a row.
  private static let fewWorkers = 6
  private static let nameWidths = 8...30

  /// The section's lines; none when there is nothing to draw.
  func lines(width: Int) -> [StyledLine] {
    guard report.wallSeconds > 0, report.wallSeconds.isFinite else { return [] }
    let groups = WorkerGroup.groups(of: report.workers, few: Self.fewWorkers)
    func isProgram(_ group: WorkerGroup) -> Bool { group.workers.contains { $0.kind == .main } }
    // The program's first thread shows what the others are part of.
    let drawable = (groups.filter(isProgram) + groups.filter { !isProgram($0) })
      .compactMap { group in row(of: group).map { (group, $0) } }
    if drawable.isEmpty { return [] }
    let all = report.workers.count + (report.otherWorkers?.count ?? 0)
    let shownWorkers = drawable.reduce(0) { $0 + $1.0.workers.count }
    // The last row says how many are left.
    let hasMore = drawable.count > Self.mostRows || all > shownWorkers
    let shown = drawable.prefix(hasMore ? Self.mostRows - 1 : Self.mostRows)

    let names = WorkerNames(report.workers)
    let labels = shown.map { names.label(of: $0.0) }
    let widest = labels.map { TextWidth.columns(of: $0) }.max() ?? 0
    let nameWidth = max(
      Self.nameWidths.lowerBound, min(widest, width / 3, Self.nameWidths.upperBound))
    let start = 2 + nameWidth + 2
    let columns = width - start
    let drawing = TimelineDrawing(
      shown.map(\.1), of: timeline, wallSeconds: report.wallSeconds, columns: columns)
    var lines: [StyledLine] = [.heading("What each worker did")]
    for ((group, label), states) in zip(zip(shown.map(\.0), labels), drawing.rows) {
      var line = StyledLine("  ")
      line.append(TextWidth.shortened(label, to: nameWidth), group.workers[0].kind.ink)
      line.pad(to: start)
      line.append(states: states)
      lines.append(line)
    }
    if hasMore {
      let rest = all - shown.reduce(0) { $0 + $1.0.workers.count }
      lines.append(StyledLine("  and \(FigureText.count(rest, "more worker")), less busy", .faint))
    }
    var axis = StyledLine(String(repeating: " ", count: start))
    axis.append(TimeAxis.text(wallSeconds: report.wallSeconds, columns: columns), .faint)
    return lines + [axis] + TimelineSection.key(of: drawing, width: width)
  }

  /// What the workers of a group did, added up; nil when none has a row.
  private func row(of group: WorkerGroup) -> ObservedTimeline.Row? {
    let members = Set(group.workers.map { Key($0) })
    let rows = timeline.rows.filter {
      report.workers.indices.contains($0.worker) && members.contains(Key(report.workers[$0.worker]))
    }
    guard let first = rows.map(\.first).min() else { return nil }
    let end = rows.map { $0.first + $0.seconds.count }.max() ?? first
    let nothing = [Float](repeating: 0, count: WorkerState.observed.count)
    var sum = [[Float]](repeating: nothing, count: end - first)
    for row in rows {
      for (offset, seconds) in row.seconds.enumerated() {
        for (state, value) in seconds.enumerated().prefix(nothing.count) {
          sum[row.first - first + offset][state] += value
        }
      }
    }
    return ObservedTimeline.Row(worker: rows[0].worker, first: first, seconds: sum)
  }

  /// What tells a worker from all others: numbers of threads are used again.
  private struct Key: Hashable {
    var tid: Int32
    var startedSeconds: Double

    init(_ worker: ObservedWorker) {
      tid = worker.tid
      startedSeconds = worker.startedSeconds
    }
  }
}
