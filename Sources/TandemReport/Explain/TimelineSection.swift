import TandemModel
import TandemText

/// What each worker did when, drawn: a row a worker, grouped by process.
struct TimelineSection: Section {
  /// The report.
  var report: ExplainReport
  /// What each worker did when.
  var timeline: ObservedTimeline

  /// The most columns of a worker's name.
  private static let nameWidths = 8...22

  /// The section's lines; none when there is nothing to draw.
  func lines(width: Int) -> [StyledLine] {
    let processes = WorkerTree.processes(
      of: report.workers, keeping: ObservedTimeline.keptWorkers(report.workers))
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
      line.append(states: drawn[label.worker ?? -1] ?? [])
      lines.append(line)
    }
    var axis = StyledLine(String(repeating: " ", count: start))
    axis.append(TimeAxis.text(wallSeconds: report.wallSeconds, columns: columns), .faint)
    lines.append(axis)
    lines += Self.key(of: drawing, width: width)
    lines += note(shown: shown.count, width: width)
    return lines
  }

  // MARK: Rows

  private struct Label {
    var name: String
    var tid: String
    var worker: Int?
    var isFirst: Bool
  }

  private func labels(of processes: [WorkerTree]) -> [Label] {
    let names = WorkerNames(report.workers)
    return processes.flatMap { process -> [Label] in
      let isAlone = process.workers.count == 1 && process.hasFirst
      let head =
        process.hasFirst
        ? [] : [Label(name: "a process", tid: String(process.pid), worker: nil, isFirst: true)]
      return head
        + process.workers.enumerated().map { index, worker in
          let value = report.workers[worker]
          let isFirst = index == 0 && process.hasFirst
          let name = names.ownName(at: worker)
          return Label(
            name: isFirst || isAlone ? name : "  " + name, tid: String(value.tid), worker: worker,
            isFirst: isFirst)
        }
    }
  }

  // MARK: Below the rows

  /// The signs that were drawn, and no others.
  static func key(of drawing: TimelineDrawing, width: Int) -> [StyledLine] {
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

extension StyledLine {
  /// Appends a row of a timeline, a sign a column.
  mutating func append(states: [WorkerState?]) {
    var rest = states[...]
    while let state = rest.first {
      let run = rest.prefix { $0 == state }
      rest = rest.dropFirst(run.count)
      append(
        String(repeating: state.map { $0.sign } ?? " ", count: run.count), state?.ink ?? .plain)
    }
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
