import TandemModel
import TandemText

/// The global interpreter locks: how long they were held, waited for and by whom.
struct GILSection: Section {
  /// The report.
  var report: ExplainReport

  /// The most locks that have a line.
  private static let mostLines = 8
  /// The most threads that are named as holders of one.
  private static let mostHolders = 4

  /// The section's lines; none without an interpreter.
  func lines(width: Int) -> [StyledLine] {
    if report.gil.isEmpty { return [] }
    let sorted = report.gil.indices.sorted {
      let (left, right) = (report.gil[$0].waitSeconds ?? -1, report.gil[$1].waitSeconds ?? -1)
      return left == right ? $0 < $1 : left > right
    }.map { report.gil[$0] }
    let shown = sorted.prefix(Self.mostLines)
    var lines = [StyledLine.heading("The global interpreter lock (GIL)")]
    lines += table(of: Array(shown)).lines(width: width)
    let hidden = sorted.dropFirst(Self.mostLines)
    if !hidden.isEmpty {
      let waits = hidden.compactMap(\.waitSeconds)
      let least = waits.max().map { ", waited for \(FigureText.duration($0)) at most" } ?? ""
      lines += StyledLine.wrapped(
        "\(FigureText.count(hidden.count)) more processes\(least)", after: "  ", ink: .faint,
        width: width)
    }
    return lines
  }

  private func table(of locks: [ObservedGIL]) -> TextTable {
    let isPython = locks.allSatisfy { $0.version?.first?.isNumber != false }
    let headings = [
      [isPython ? "Python" : "interpreter"], ["held"], ["waited for"], ["hand-overs"],
      ["per second"],
      ["samples"],
    ]
    let rows = locks.map { lock in
      let content: TextTable.Row.Content =
        switch lock.state {
        case .on: .cells(cells(of: lock))
        case .off:
          .message("\(version(of: lock)): off: threads run Python code at the same time", .good)
        case .notMeasured:
          .message(
            // Whether it is Python at all may be what isn't known.
            (lock.version == nil ? "not measured" : "\(version(of: lock)): not measured")
              + (lock.reason.map { ", \(TextWidth.sanitized($0))" } ?? ""), .notice)
        }
      return TextTable.Row(
        label: String(lock.pid), content: content, note: note(of: lock))
    }
    return TextTable(
      labelHeading: "pid", columns: headings.map { TextTable.Column(heading: $0, group: 0) },
      rows: rows)
  }

  private func version(of lock: ObservedGIL) -> String {
    // Other interpreters' versions begin with their names.
    TextWidth.sanitized(
      lock.version.map { $0.first?.isNumber == true ? "Python \($0)" : $0 }
        ?? "Python, version not known")
  }

  private func cells(of lock: ObservedGIL) -> [TextTable.Cell] {
    let life = report.workers.first { $0.pid == lock.pid && $0.kind != .thread }?.lifeSeconds
    let perSecond = lock.handovers.flatMap { handovers in
      life.flatMap { $0 > 0 ? handovers / $0 : nil }
    }
    return [
      .text(TextWidth.sanitized(lock.version ?? FigureText.notMeasured), .plain),
      .text(FigureText.percent(lock.heldShare), .strong),
      .text(FigureText.duration(lock.waitSeconds), .strong),
      .text(FigureText.count(lock.handovers?.rounded()), .plain),
      .text(FigureText.count(perSecond?.rounded()), .plain),
      .text(FigureText.count(lock.samples), .faint),
    ]
  }

  /// Waits of one interval, the longest hold, who held it where, and what isn't known.
  private func note(of lock: ObservedGIL) -> String? {
    // Of one that isn't measured, the row says why.
    let reason = lock.state == .on ? lock.reason.map { TextWidth.sanitized($0) } : nil
    let notes = [
      waits(for: lock), hold(of: lock), holders(of: lock), functions(of: lock),
      waitingFunctions(of: lock), reason,
    ].compactMap { $0 }
    return notes.isEmpty ? nil : notes.joined(separator: "; ")
  }

  private func waits(for lock: ObservedGIL) -> String? {
    lock.waits.map { waits in
      "about \(FigureText.count(waits.count)) waits of one interval, "
        + "\(FigureText.duration(waits.meanSeconds)) each"
    }
  }

  /// A hold of many intervals, which others may have waited for.
  private static let longHold = 20.0

  private func hold(of lock: ObservedGIL) -> String? {
    guard let hold = lock.longestHold, let interval = lock.intervalSeconds,
      hold.seconds >= Self.longHold * interval, (lock.waitSeconds ?? 0) > 0
    else { return nil }
    let place = hold.function.map { " in \($0.text)" } ?? ""
    return "longest hold seen \(FigureText.duration(hold.seconds))\(place)"
  }

  /// Fewer samples of who holds it don't tell where it is held.
  private static let leastSamples = 20
  /// A function with a smaller share isn't where the time goes.
  private static let leastShare = 0.1

  private func functions(of lock: ObservedGIL) -> String? {
    guard lock.samples >= Self.leastSamples, (lock.waitSeconds ?? 0) > 0 else { return nil }
    let named = lock.functions.prefix(Self.mostHolders).filter { $0.share >= Self.leastShare }
    if named.isEmpty { return nil }
    return "in " + named.map(\.text).joined(separator: ", ")
  }

  private func waitingFunctions(of lock: ObservedGIL) -> String? {
    let named = lock.waitingFunctions.prefix(Self.mostHolders).filter {
      $0.share >= Self.leastShare
    }
    return named.isEmpty
      ? nil : "waited for in " + named.map(\.text).joined(separator: ", ")
  }

  private func holders(of lock: ObservedGIL) -> String? {
    if lock.holders.isEmpty { return nil }
    let named = lock.holders.prefix(Self.mostHolders).map { holder in
      let name = report.workers.first { $0.tid == holder.tid }?.name ?? ""
      // The share first: names are cut off by the kernel, often in the middle of a parenthesis.
      return "\(FigureText.percent(holder.share)) by"
        + " \(name.isEmpty ? "" : TextWidth.sanitized(name) + " ")\(holder.tid)"
    }
    let more = lock.holders.count - named.count
    return "held " + named.joined(separator: ", ")
      + (more > 0 ? " and \(FigureText.count(more)) more" : "")
  }
}
