package import TandemModel
import TandemText

/// A screen of what a running program's workers do, those that wait most first.
package struct LiveText: Sendable {
  /// What they did since the last screen.
  package let moment: LiveMoment
  /// The program.
  package let command: String
  /// How it is laid out.
  package let style: ReportStyle
  /// The lines that fit.
  package let height: Int

  /// Makes a screen.
  ///
  /// - Parameters:
  ///   - moment: What the workers did since the last screen.
  ///   - command: The program.
  ///   - style: How it is laid out.
  ///   - height: The lines that fit.
  package init(
    _ moment: LiveMoment, command: String, style: ReportStyle, height: Int
  ) {
    self.moment = moment
    self.command = command
    self.style = style
    self.height = height
  }

  private static let columns: [(state: WorkerState, title: String)] = [
    (.onCPU, "CPU"), (.runnable, "ready"), (.gil, "GIL"), (.lock, "lock"), (.io, "I/O"),
    (.sleep, "asleep"), (.child, "child"), (.waitingForWork, "work"),
    (.tooShort, "short"), (.other, "other"),
  ]

  /// The lines, none wider than the terminal, no more than fit.
  package var lines: [String] {
    let running = moment.average(.onCPU)
    let demand = running + moment.average(.runnable) + moment.average(.gil)
    let concurrency = demand + moment.average(.io) + moment.average(.sleep)
    var result = [
      "tandem explain · \(FigureText.duration(moment.elapsedSeconds)) · \(command)",
      """
      concurrency \(FigureText.ratio(concurrency)) · parallelism \(FigureText.ratio(running)) · \
      \(FigureText.count(moment.workers.count, "worker"))\
      \(moment.ended > 0 ? ", \(FigureText.count(moment.ended)) ended" : "") · \
      \(moment.switches == .exact ? "exact" : "sampled")
      """,
      "",
      "worker".padding(to: 16) + " " + "tid".rightAligned(in: 8)
        + Self.columns.map { $0.title.rightAligned(in: 8) }.joined(),
    ]
    let rows = moment.workers.sorted { waits($0) > waits($1) }
    let room = max(0, height - result.count - 1)
    for worker in rows.prefix(room) {
      let name = TextWidth.sanitized(worker.name.isEmpty ? "?" : worker.name)
      let cells = Self.columns.map { column in
        let share = worker.shares[column.state.position]
        return (share > 0 ? FigureText.percent(share) : "").rightAligned(in: 8)
      }
      result.append(
        name.padding(to: 16) + " " + "\(worker.tid)".rightAligned(in: 8) + cells.joined())
    }
    if rows.count > room { result.append("… and \(FigureText.count(rows.count - room)) more") }
    return result.map { TextWidth.truncated($0, to: style.width) }
  }

  /// What stands in a worker's way comes first; who waits for work, or sleeps by its own wish, last.
  private func waits(_ worker: LiveMoment.Worker) -> Double {
    func share(_ state: WorkerState) -> Double { worker.shares[state.position] }
    let held = share(.gil) + share(.lock) + share(.runnable) + share(.io) + share(.child)
    return held + share(.onCPU) / 1e2 + (share(.sleep) + share(.other)) / 1e4
  }
}

extension String {
  /// The text at the right end of a column.
  fileprivate func rightAligned(in width: Int) -> String {
    String(repeating: " ", count: max(0, width - TextWidth.columns(of: self))) + self
  }
}
