import TandemSystem
import TandemTestSupport
import TandemText
import Testing

@testable import Tandem
@testable import TandemReport

/// The bar that a program shows of its pool.
@Suite(.timeLimit(.minutes(5))) struct ProgressBarTests {
  private func progress(
    completed: Int, failed: Int = 0, waiting: Int = 0, withWorkers: Int = 0
  ) -> PoolProgress {
    var statistics = PoolStatistics(name: "pool", workerCount: 2)
    statistics.completed = completed
    statistics.failed = failed
    statistics.waiting = waiting
    statistics.withWorkers = withWorkers
    return PoolProgress(statistics)
  }

  @Test func itSaysWhatIsDoneOfAll() {
    let thousand = FigureText.count(1_000)
    let line = ProgressDrawing.line(
      progress(completed: 305, failed: 5, waiting: 80), title: "squares", total: 1_000, before: 60,
      elapsedSeconds: 10)
    #expect(
      line.text(width: 100)
        == " 25 %  ▕█████               ▏  squares  250 of \(thousand), 5 failed  10 s elapsed"
        + "  about 30 s left")
    #expect(
      line.plainText == "25 %  squares  250 of \(thousand), 5 failed  10 s elapsed  about 30 s left"
    )
  }

  @Test func withoutATotalItIsWhatThePoolWasGiven() {
    let line = ProgressDrawing.line(
      progress(completed: 10, waiting: 27, withWorkers: 3), title: "a", total: nil, before: 0,
      elapsedSeconds: 1)
    #expect(line.done == 10 && line.total == 40)
    // More than was said to come.
    let over = ProgressDrawing.line(
      progress(completed: 10), title: "a", total: 5, before: 0, elapsedSeconds: 1)
    #expect(over.text(width: 60).hasPrefix("100 %"))
    let nothing = ProgressDrawing.line(
      progress(completed: 0), title: "a", total: 0, before: 0, elapsedSeconds: 1)
    #expect(nothing.text(width: 60) == "a  0 of 0  1 s elapsed")
  }

  @Test func onATerminalItIsDrawnAndTakenAway() throws {
    let gate = try Fifo()
    var spawner = Spawner(
      try FixtureRun.buildDirectory() + "/PoolBar", ["PoolBar", gate.path])
    spawner.environment["TERM"] = "xterm"
    spawner.terminalColumns = 80
    let program = try spawner.start()
    func shown() -> TerminalScreen {
      var screen = TerminalScreen(rows: 40, columns: 80)
      screen.take(program.outputBytes)
      return screen
    }
    try program.wait(for: "the first half") {
      shown().lines[0].hasPrefix(" 50 %") && shown().lines[0].contains("numbers  20 of 40")
    }
    try gate.say("1")
    try program.wait(for: "the second half") {
      shown().lines[0] == "half way" && shown().lines[1].contains("numbers  40 of 40")
    }
    try gate.say("2")
    #expect(try program.end() == .exited(code: 0))
    // Nothing of it is left.
    let left = shown().lines.filter { !$0.isEmpty }
    #expect(left == ["half way"] && shown().unknown == [])
  }

  @Test func elsewhereNothingIsWrittenUnlessAskedFor() throws {
    for isAsked in [false, true] {
      let gate = try Fifo()
      var spawner = Spawner(
        try FixtureRun.buildDirectory() + "/PoolBar",
        ["PoolBar", gate.path] + (isAsked ? ["lines"] : []))
      spawner.environment["TERM"] = "xterm"
      let program = try spawner.start()
      if isAsked {
        try program.wait(for: "a line") { program.error.contains("numbers  20 of 40") }
      }
      try gate.say("12")
      #expect(try program.end() == .exited(code: 0))
      try program.wait(for: "the end of the output") { program.errorEndedAt != nil }
      #expect(program.output == "half way\n")
      #expect(!program.error.contains("\u{1B}") && !program.error.contains("\r"))
      if !isAsked { #expect(program.error == "") }
    }
  }
}
