import Testing

@testable import TandemModel
@testable import TandemReport

/// The pictures of the full-screen view.
@Suite struct LiveFrameTests {
  private static func worker(
    _ tid: Int32, _ name: String, _ shares: [WorkerState: Double],
    kind: ObservedWorker.Kind = .thread
  ) -> LiveMoment.Worker {
    LiveMoment.Worker(
      kind: kind, pid: 100, tid: tid, name: name, startedSeconds: Double(tid - 100),
      shares: WorkerState.observed.map { shares[$0] ?? 0 })
  }

  private static func moment(_ count: Int = 3, standstill: ObservedStandstill? = nil)
    -> LiveMoment
  {
    let threads = (1..<Int32(count)).map { number in
      worker(
        100 + number, "python3",
        number == 1 ? [.onCPU: 0.75, .gil: 0.25] : [.gil: 0.7, .onCPU: 0.2, .runnable: 0.1])
    }
    return LiveMoment(
      elapsedSeconds: 12.4, spanSeconds: 1,
      workers: [worker(100, "python3", [.waitingForWork: 1], kind: .main)] + threads, ended: 2,
      switches: .exact, cpus: 2, standstill: standstill)
  }

  private static func view(_ moments: [LiveMoment]) -> LiveView {
    var view = LiveView(command: "python3 squares.py", quitText: "quit")
    for moment in moments { view.take(moment) }
    return view
  }

  private static func lines(
    _ view: LiveView, rows: Int = 16, columns: Int = 100, color: Bool = false, ascii: Bool = false
  ) -> [String] {
    LiveFrame(view, rows: rows, columns: columns, color: color, ascii: ascii).lines
  }

  @Test(arguments: [60, 100]) func reads(columns: Int) throws {
    let view = Self.view([Self.moment(2), Self.moment(2), Self.moment(4)])
    try Snapshot.expect(
      Self.lines(view, columns: columns).joined(separator: "\n") + "\n", named: "live-\(columns)")
  }

  @Test func aStandstillIsSaidAtOnce() throws {
    let wait = StandstillWait(
      pid: 100, tid: 101, name: "python3", target: .lock, holder: 100, couldEnd: [100])
    let view = Self.view([
      Self.moment(
        3,
        standstill: ObservedStandstill(
          startedSeconds: 3, seconds: 9.4, isOver: false, isWholeProgram: true, waits: [wait]))
    ])
    let text = Self.lines(view, rows: 20).joined(separator: "\n")
    #expect(text.contains("Stands still") && text.contains("for 9.40 s") && text.contains("still"))
    #expect(text.contains("thread 1") && text.contains("waits for a lock → python3, main thread"))
    #expect(text.contains("worker ") && text.contains("mostly"))
  }

  @Test(arguments: [1, 7, 8, 9, 16, 24, 60], [1, 20, 39, 40, 41, 60, 80, 100, 220])
  func nothingIsTooLarge(rows: Int, columns: Int) {
    var view = Self.view(Array(repeating: Self.moment(40), count: 300))
    view.lastOutput = String(repeating: "long ", count: 90)
    for ascii in [false, true] {
      let lines = Self.lines(view, rows: rows, columns: columns, ascii: ascii)
      #expect(lines.count <= rows && !lines.isEmpty)
      for line in lines {
        #expect(TextWidth.columns(of: line) < columns, "\(line)")
        if ascii { #expect(line.utf8.allSatisfy { $0 < 0x80 }, "\(line)") }
      }
    }
  }

  @Test func colorAddsEscapesAndNothingElse() {
    let view = Self.view([Self.moment()])
    let plain = Self.lines(view)
    let colored = Self.lines(view, color: true)
    #expect(colored != plain)
    let stripped = colored.map { $0.replacing(/\x{1B}\[[0-9;]*m/, with: "") }
    #expect(stripped == plain)
    #expect(!plain.joined().contains("\u{1B}"))
  }

  @Test func keysSortPauseAndScroll() {
    var view = Self.view([Self.moment(30)])
    #expect(view.workers.first?.share(.gil) == 0.7)
    view.press(.sort, rows: 10)
    #expect(view.order == .cpu && view.workers.first?.tid == 101)
    view.press(.sort, rows: 10)
    view.press(.sort, rows: 10)
    #expect(view.order == .start && view.workers.first?.tid == 100)
    view.press(.scroll(-1), rows: 10)
    #expect(view.first == 0)
    view.press(.page(1), rows: 10)
    #expect(view.first == 9)
    view.press(.page(9), rows: 10)
    #expect(view.first == 20)
    view.press(.top, rows: 10)
    #expect(view.first == 0)
    view.press(.pause, rows: 10)
    view.take(Self.moment(3))
    #expect(view.isPaused && view.moment?.workers.count == 30 && view.curves.count == 1)
    view.press(.pause, rows: 10)
    #expect(!view.isPaused && view.moment?.workers.count == 3 && view.curves.count == 2)
  }

  @Test func aHostileNameIsHarmless() {
    var moment = Self.moment()
    moment.workers[1].name = "\u{1B}[2J\nevil"
    var view = LiveView(command: "a\u{1B}[?1049l\nb", quitText: "quit")
    view.take(moment)
    view.lastOutput = "\u{1B}]0;title\u{07}rest"
    let text = Self.lines(view).joined()
    #expect(!text.contains("\u{1B}") && !text.contains("\n") && text.contains("rest"))
  }

  @Test func curvesAreBars() {
    #expect(Sparkline.text([0, 0.01, 1, 2, 4, .nan], most: 4) == " ▁▂▄█ ")
    let pieces = StateBar.pieces(of: [0.5, 0, 0.5, 0, 0, 0, 0, 0, 0, 0], width: 5)
    #expect(pieces.map(\.text) == ["███", "░░"])
  }
}
