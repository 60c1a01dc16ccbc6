import TandemModel
import TandemText

/// One picture of a full-screen view: as many lines as the terminal has rows, none wider than it.
package struct LiveFrame: Sendable {
  /// The least that a view can be drawn in.
  package static let least = (rows: 8, columns: 40)

  private let view: LiveView
  private let rows: Int
  /// The columns that are used: what fills a row to its end is wrapped or cut by some terminals.
  private let columns: Int
  private let color: Bool
  private let ascii: Bool

  /// Makes a picture.
  ///
  /// - Parameters:
  ///   - view: What is shown.
  ///   - rows: The terminal's rows.
  ///   - columns: The terminal's columns.
  ///   - color: Whether escape sequences for colour are written.
  ///   - ascii: Whether every character is ASCII.
  package init(_ view: LiveView, rows: Int, columns: Int, color: Bool, ascii: Bool) {
    self.view = view
    self.rows = rows
    self.columns = columns - 1
    self.color = color
    self.ascii = ascii
  }

  /// The lines from the top, without line feeds.
  package var lines: [String] {
    guard rows >= Self.least.rows, columns >= Self.least.columns - 1 else {
      let text = "needs \(Self.least.columns) x \(Self.least.rows); q quits"
      return [String(text.prefix(max(0, columns)))]
    }
    var lines = head
    let foot = foot
    let table = table(rows: rows - lines.count - foot.count)
    lines += table
    lines += Array(
      repeating: StyledLine(), count: max(0, rows - lines.count - foot.count))
    return (lines + foot).prefix(rows).map {
      $0.clipped(to: columns, ascii: ascii).rendered(color: color)
    }
  }

  /// The workers that a screen shows.
  package var workerRows: Int { max(0, rows - head.count - foot.count - 1) }

  // MARK: The head

  private static let labelWidth = 14

  /// The program, the curves, and that it stands still.
  private var head: [StyledLine] {
    var lines = [title]
    guard let moment = view.moment else {
      return lines + [StyledLine("  The first figures come in a moment.", .faint)]
    }
    lines += [
      curve("demand", moment.demand, view.curves.map(\.demand), .state(.runnable)),
      curve("parallelism", moment.parallelism, view.curves.map(\.parallelism), .state(.onCPU)),
      StyledLine("  " + facts(moment).joined(separator: " · "), .faint),
    ]
    if let standstill = moment.standstill {
      // Half of the screen at most: the workers are still to be seen.
      let section = StandstillSection(standstill, of: names(moment).workers)
      let all = section.lines(width: columns)
      let room = max(2, (rows - lines.count) / 2)
      lines += all.prefix(room)
      if all.count > room {
        lines[lines.count - 1] = StyledLine("  … the report after the end has all of it", .faint)
      }
    }
    if rows > 2 * Self.least.rows { lines.append(StyledLine()) }
    return lines
  }

  private var title: StyledLine {
    var facts: [String] = []
    if view.isPaused { facts.append("paused") }
    if let moment = view.moment {
      facts.append(FigureText.duration(moment.elapsedSeconds))
      facts.append(moment.switches == .exact ? "exact" : "sampled")
    }
    let right = facts.joined(separator: " · ")
    var line = StyledLine("tandem explain  ", .heading)
    let room = columns - line.width - TextWidth.columns(of: right) - 2
    line.append(TextWidth.truncated(view.command, to: max(8, room)), .strong)
    line.pad(to: columns - TextWidth.columns(of: right))
    line.append(right, view.isPaused ? .notice : .faint)
    return line
  }

  /// A figure, and how it was up to now: a bar a moment.
  private func curve(_ label: String, _ now: Double, _ values: [Double], _ ink: Ink) -> StyledLine {
    var line = StyledLine("  " + label.padding(to: Self.labelWidth - 2))
    line.append(FigureText.ratio(now).rightAligned(in: 6), .strong)
    line.append("  ")
    let shown = values.suffix(max(0, columns - line.width))
    line.append(Sparkline.text(Array(shown), most: scale), ink)
    return line
  }

  /// What a full bar stands for: the CPUs, or more where more were wanted.
  private var scale: Double {
    let shown = view.curves.suffix(columns).map(\.demand).max() ?? 0
    // A little more than a whole number is that number: the scale would change all the time.
    return max((shown - 0.1).rounded(.up), Double(view.moment?.cpus ?? 1), 1)
  }

  private func facts(_ moment: LiveMoment) -> [String] {
    var facts = [FigureText.count(moment.workers.count, "worker")]
    if moment.ended > 0 { facts.append("\(FigureText.count(moment.ended)) ended just now") }
    if let cpus = moment.cpus { facts.append(FigureText.count(cpus, "CPU")) }
    facts.append("a full bar is \(FigureText.count(Int(scale), "worker"))")
    return facts
  }

  // MARK: The workers

  private func names(_ moment: LiveMoment) -> (workers: [ObservedWorker], names: WorkerNames) {
    // Names count workers in the order in which they were started.
    let workers = moment.workers.sorted {
      ($0.startedSeconds, $0.tid) < ($1.startedSeconds, $1.tid)
    }.map {
      ObservedWorker(
        kind: $0.kind, pid: $0.pid, tid: $0.tid, name: $0.name,
        startedSeconds: $0.startedSeconds, endedSeconds: moment.elapsedSeconds,
        totals: StateSeconds(), switches: nil, parent: $0.parent)
    }
    return (workers, WorkerNames(workers))
  }

  private static let nameWidths = 10...36
  private static let barWidths = 10...40
  /// The widest words of a state, with its share.
  private static let mostlyWidth = 34

  private func table(rows: Int) -> [StyledLine] {
    guard let moment = view.moment, rows > 1 else { return [] }
    let names = names(moment).names
    let workers = view.workers
    let room = rows - 1
    let first = max(0, min(view.first, workers.count - room))
    let shown = workers.dropFirst(first).prefix(room)
    let labels = shown.map { names.name(ofThread: $0.tid) ?? TextWidth.sanitized($0.name) }
    let widest = labels.map { TextWidth.columns(of: $0) }.max() ?? 0
    let nameWidth = max(
      Self.nameWidths.lowerBound, min(widest, columns / 3, Self.nameWidths.upperBound))
    let tidWidth = 8
    let fixed = 2 + nameWidth + tidWidth + 7 + 2
    let left = columns - fixed - Self.mostlyWidth - 2
    let barWidth = left >= Self.barWidths.lowerBound ? min(left, Self.barWidths.upperBound) : 0
    var heading = StyledLine()
    heading.append(
      "  " + "worker".padding(to: nameWidth) + "thread".rightAligned(in: tidWidth)
        + "CPU".rightAligned(in: 7) + "  ", .faint)
    if barWidth > 0 {
      let span = FigureText.duration(moment.spanSeconds)
      heading.append("last \(span)".padding(to: barWidth + 2), .faint)
    }
    heading.append("mostly".rightAligned(in: 7), .faint)
    return [heading]
      + zip(shown, labels).map { worker, label in
        var line = StyledLine("  ")
        line.append(
          TextWidth.shortened(label, to: nameWidth).padding(to: nameWidth), worker.kind.ink)
        line.append("\(worker.tid)".rightAligned(in: tidWidth), .faint)
        line.append(FigureText.percent(worker.share(.onCPU)).rightAligned(in: 7), .strong)
        line.append("  ")
        if barWidth > 0 {
          let start = line.width
          for piece in StateBar.pieces(of: worker.shares, width: barWidth) {
            line.append(piece.text, piece.ink)
          }
          line.pad(to: start + barWidth + 2)
        }
        if let mostly = worker.mostly {
          line.append(FigureText.percent(worker.share(mostly)).rightAligned(in: 7), .strong)
          let room = columns - line.width - 2
          let words = TextWidth.columns(of: mostly.label) <= room ? mostly.label : mostly.word
          line.append("  \(words)", mostly.ink)
        }
        return line
      }
  }

  // MARK: The foot

  private var foot: [StyledLine] {
    var lines: [StyledLine] = []
    if let output = view.lastOutput {
      var line = StyledLine("  output  ", .faint)
      line.append(TextWidth.sanitized(output))
      lines.append(line)
    }
    var help = StyledLine()
    let keys = [
      ("q", view.quitText), ("s", "sort (\(view.order.rawValue))"),
      ("space", view.isPaused ? "go on" : "pause"), ("↑↓", "scroll"),
    ]
    for (key, text) in keys {
      help.append("  \(key) ", .strong)
      help.append(text, .faint)
    }
    return lines + [help]
  }
}

extension StyledLine {
  /// The line cut at a column.
  ///
  /// - Parameters:
  ///   - width: The most columns.
  ///   - ascii: Whether every character becomes ASCII first, which may be wider.
  /// - Returns: The line.
  func clipped(to width: Int, ascii: Bool) -> StyledLine {
    var (line, left) = (StyledLine(), width)
    for piece in pieces where left > 0 {
      let text = ascii ? ASCIIText.of(piece.text, isTimeline: piece.ink.isState) : piece.text
      let fitting =
        TextWidth.columns(of: text) <= left
        ? text : String(TextWidth.truncated(text, to: left))
      let safe = ascii ? String(fitting.map { $0.isASCII ? $0 : "." }) : fitting
      line.append(safe, piece.ink)
      left -= TextWidth.columns(of: safe)
    }
    return line
  }
}

extension String {
  /// The text at the right end of a column.
  fileprivate func rightAligned(in width: Int) -> String {
    String(repeating: " ", count: max(0, width - TextWidth.columns(of: self))) + self
  }
}
