import TandemModel
import TandemText

/// What each worker did when, drawn: a row a worker, grouped by process.
struct TimelineSection: Section {
  /// The report.
  var report: ExplainReport
  /// What each worker did when.
  var timeline: ObservedTimeline

  /// The most rows.
  static let mostRows = 24
  /// The most columns of a worker's name.
  private static let nameWidths = 8...22

  /// The section's lines; none when there is nothing to draw.
  func lines(width: Int) -> [StyledLine] {
    let processes = WorkerTree.processes(of: report.workers, keeping: Self.kept(report.workers))
    let rowOf = Dictionary(
      timeline.rows.map { ($0.worker, $0) }, uniquingKeysWith: { first, _ in first })
    let shown = processes.flatMap(\.workers).filter { rowOf[$0] != nil }
    if shown.isEmpty || !(report.wallSeconds > 0) { return [] }

    let labels = labels(of: processes)
    let wanted = labels.map { TextWidth.columns(of: $0.name) }.max() ?? 0
    let most = min(Self.nameWidths.upperBound, width / 4)
    let nameWidth = max(Self.nameWidths.lowerBound, min(most, wanted))
    let tidWidth = labels.map { $0.tid.count }.max() ?? 0
    let start = 2 + nameWidth + 1 + tidWidth + 2
    let columns = width - start
    let drawing = TimelineDrawing(
      shown.compactMap { rowOf[$0] }, of: timeline, wallSeconds: report.wallSeconds,
      columns: columns)
    var drawn: [Int: [WorkerState?]] = [:]
    for (worker, row) in zip(shown, drawing.rows) { drawn[worker] = row }

    let perColumn = report.wallSeconds / Double(columns)
    // A short program was seen in fewer spans than there are columns.
    let spans =
      timeline.spanSeconds > perColumn * 1.01
      ? ", drawn from spans of \(FigureText.duration(timeline.spanSeconds))" : ""
    var lines = StyledLine.wrapped(
      "· one column is \(FigureText.duration(perColumn))\(spans)",
      after: "What each worker did ", .heading, ink: .faint, width: width)
    for label in labels {
      var line = StyledLine("  ")
      line.append(
        TextWidth.truncated(label.name, to: nameWidth).padding(to: nameWidth),
        label.isFirst ? .strong : .plain)
      line.append(
        " " + String(repeating: " ", count: tidWidth - label.tid.count) + label.tid, .faint)
      line.pad(to: start)
      Self.append(drawn[label.worker ?? -1] ?? [], to: &line)
      lines.append(line)
    }
    var axis = StyledLine(String(repeating: " ", count: start))
    axis.append(TimeAxis.text(wallSeconds: report.wallSeconds, columns: columns), .faint)
    lines.append(axis)
    lines += key(of: drawing, width: width)
    lines += note(shown: shown.count, width: width)
    return lines
  }

  /// The workers that have a row: all, or the busiest when they are too many.
  ///
  /// Of those that are about as busy as the last one with a row, some are taken evenly from the
  /// first started to the last: so a storm of alike threads is seen from its beginning to its end.
  static func kept(_ workers: [ObservedWorker]) -> Set<Int> {
    if workers.count <= mostRows { return Set(workers.indices) }
    let byWork = workers.indices.sorted {
      (workers[$0].busySeconds, workers[$0].lifeSeconds, $1) > (
        workers[$1].busySeconds, workers[$1].lifeSeconds, $0
      )
    }
    // The program's first thread shows what the others are part of.
    let first = workers.indices.first { workers[$0].kind == .main }
    let last = workers[byWork[mostRows - 1]].busySeconds
    var kept = Set(byWork.prefix { workers[$0].busySeconds > last * 1.25 }.prefix(mostRows - 1))
    if let first { kept.insert(first) }
    let alike = byWork.filter { !kept.contains($0) && workers[$0].busySeconds >= last * 0.8 }
      .sorted { (workers[$0].startedSeconds, $0) < (workers[$1].startedSeconds, $1) }
    let room = mostRows - kept.count
    guard room > 1, alike.count > room else { return kept.union(alike.prefix(room)) }
    return kept.union((0..<room).map { alike[$0 * (alike.count - 1) / (room - 1)] })
  }

  // MARK: Rows

  private struct Label {
    var name: String
    var tid: String
    var worker: Int?
    var isFirst: Bool
  }

  private func labels(of processes: [WorkerTree]) -> [Label] {
    processes.flatMap { process -> [Label] in
      let isAlone = process.workers.count == 1 && process.hasFirst
      let head =
        process.hasFirst
        ? [] : [Label(name: "a process", tid: String(process.pid), worker: nil, isFirst: true)]
      return head
        + process.workers.enumerated().map { index, worker in
          let value = report.workers[worker]
          let isFirst = index == 0 && process.hasFirst
          let name = TextWidth.sanitized(value.name.isEmpty ? value.kind.rawValue : value.name)
          return Label(
            name: isFirst || isAlone ? name : "  " + name, tid: String(value.tid), worker: worker,
            isFirst: isFirst)
        }
    }
  }

  private static func append(_ states: [WorkerState?], to line: inout StyledLine) {
    var rest = states[...]
    while let state = rest.first {
      let run = rest.prefix { $0 == state }
      rest = rest.dropFirst(run.count)
      let sign = state.map { $0.sign } ?? " "
      line.append(String(repeating: sign, count: run.count), state?.ink ?? .plain)
    }
  }

  // MARK: Below the rows

  /// The signs that were drawn, and no others.
  private func key(of drawing: TimelineDrawing, width: Int) -> [StyledLine] {
    let drawn = Set(drawing.rows.joined().compactMap(\.self))
    var lines = [StyledLine()]
    for state in WorkerState.observed where drawn.contains(state) {
      let entry = 4 + TextWidth.columns(of: state.label)
      if lines[lines.count - 1].width + entry > width { lines.append(StyledLine()) }
      lines[lines.count - 1].append("  ")
      lines[lines.count - 1].append(String(state.sign), state.ink)
      lines[lines.count - 1].append(" " + state.label)
    }
    return lines
  }

  private func note(shown: Int, width: Int) -> [StyledLine] {
    let more = report.workers.count + (report.otherWorkers?.count ?? 0) - shown
    if more <= 0 { return [] }
    let text =
      "The \(shown) busiest of \(FigureText.count(shown + more)) workers;"
      + " \(FigureText.count(more)) are not shown."
    return StyledLine.wrapped(text, after: "  ", ink: .faint, width: width)
  }
}

/// A process and those of its threads that are shown.
struct WorkerTree {
  /// The process.
  var pid: Int32
  /// The workers' places in the report, by their start; the process's first thread is the first.
  var workers: [Int]
  /// Whether the process's first thread is among them.
  var hasFirst: Bool

  /// The processes of some workers, by the start of what is shown of them.
  ///
  /// - Parameters:
  ///   - workers: All workers.
  ///   - kept: The places of those that are shown.
  /// - Returns: Every process of which a worker is shown.
  static func processes(of workers: [ObservedWorker], keeping kept: Set<Int>) -> [WorkerTree] {
    // Numbers of processes are used again; a first thread begins a new one.
    var trees: [WorkerTree] = []
    var latest: [Int32: Int] = [:]
    for index in workers.indices.sorted(by: {
      (workers[$0].startedSeconds, workers[$0].kind == .thread ? 1 : 0, $0)
        < (workers[$1].startedSeconds, workers[$1].kind == .thread ? 1 : 0, $1)
    }) {
      let worker = workers[index]
      if worker.kind == .thread, let tree = latest[worker.pid] {
        if kept.contains(index) { trees[tree].workers.append(index) }
      } else {
        latest[worker.pid] = trees.count
        let isShown = kept.contains(index)
        trees.append(
          WorkerTree(
            pid: worker.pid, workers: isShown ? [index] : [],
            hasFirst: isShown && worker.kind != .thread))
      }
    }
    return trees.filter { !$0.workers.isEmpty }
  }
}

extension ObservedWorker {
  /// Seconds in progress or held up by a lock: what makes a worker worth a row.
  var busySeconds: Double {
    WorkerState.observed.reduce(0) { $1.isInProgress || $1 == .lock ? $0 + self[$1] : $0 }
  }
}
