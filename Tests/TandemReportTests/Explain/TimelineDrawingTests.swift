import TandemModel
import Testing

@testable import TandemReport

@Suite struct TimelineDrawingTests {
  /// A row whose every span has the same shares of a second.
  private func row(
    _ worker: Int = 0, first: Int = 0, spans: Int, _ shares: [WorkerState: Float]
  ) -> ObservedTimeline.Row {
    ObservedTimeline.Row(
      worker: worker, first: first,
      seconds: Array(
        repeating: WorkerState.observed.map { shares[$0, default: 0] }, count: spans))
  }

  private func timeline(_ rows: [ObservedTimeline.Row], spans: Int) -> ObservedTimeline {
    ObservedTimeline(spanSeconds: 1, spans: spans, rows: rows)
  }

  @Test(arguments: [1, 7, 50, 100, 333])
  func noSecondIsLostOrMade(columns: Int) {
    let timeline = timeline([row(first: 3, spans: 90, [.onCPU: 0.25, .gil: 0.5])], spans: 100)
    let drawn = TimelineDrawing.resampled(
      timeline.rows[0], of: timeline, wallSeconds: 100, columns: columns)
    #expect(drawn.count == columns)
    let sums = WorkerState.observed.indices.map { index in drawn.reduce(0) { $0 + $1[index] } }
    #expect(abs(sums[0] - 22.5) < 1e-6)
    #expect(abs(sums[2] - 45) < 1e-6)
    #expect(abs(sums.reduce(0, +) - 67.5) < 1e-6)
  }

  @Test func aWorkerIsThereWhenItWas() throws {
    let timeline = timeline([row(first: 30, spans: 20, [.sleep: 1])], spans: 100)
    let states = try #require(
      TimelineDrawing(timeline.rows, of: timeline, wallSeconds: 100, columns: 50).rows.first)
    #expect(states.firstIndex { $0 != nil } == 15)
    #expect(states.lastIndex { $0 != nil } == 24)
    #expect(states.compactMap(\.self) == Array(repeating: .sleep, count: 10))
  }

  @Test func theShortestLifeHasAColumn() {
    let timeline = timeline([row(first: 99, spans: 1, [.onCPU: 1e-6])], spans: 100)
    let states = TimelineDrawing(timeline.rows, of: timeline, wallSeconds: 99.000_001, columns: 10)
      .rows
    #expect(states[0].compactMap(\.self) == [.onCPU])
  }

  @Test func theLastSpanMayReachBeyondTheEnd() {
    let timeline = timeline([row(spans: 10, [.onCPU: 0.5])], spans: 10)
    let drawn = TimelineDrawing.resampled(
      timeline.rows[0], of: timeline, wallSeconds: 9.25, columns: 37)
    #expect(abs(drawn.reduce(0) { $0 + $1[0] } - 5) < 1e-6)
  }

  @Test func aMixIsDrawnInItsProportions() {
    let timeline = timeline([row(spans: 100, [.onCPU: 0.25, .gil: 0.75])], spans: 100)
    let states = TimelineDrawing(timeline.rows, of: timeline, wallSeconds: 100, columns: 100).rows[
      0]
    #expect(abs(states.count { $0 == .gil } - 75) <= 1)
    #expect(Set(states.compactMap(\.self)) == [.onCPU, .gil])
  }

  @Test func threadsThatTakeTurnsAreDrawnTakingTurns() {
    let rows = (0..<8).map { row($0, spans: 80, [.onCPU: 0.125, .gil: 0.875]) }
    let timeline = timeline(rows, spans: 80)
    let drawn = TimelineDrawing(rows, of: timeline, wallSeconds: 80, columns: 80).rows
    let running = (0..<80).map { column in drawn.count { $0[column] == .onCPU } }
    #expect(running.allSatisfy { $0 <= 2 }, "nearly one at a time: \(running)")
    let sum = running.reduce(0, +)
    #expect((72...88).contains(sum), "80 columns, one of them running in each: \(sum)")
    for row in drawn { #expect((8...12).contains(row.count { $0 == .onCPU })) }
  }

  @Test func whatIsHardlyThereIsNotDrawn() {
    let rows = (0..<4).map { row($0, spans: 40, [.waitingForWork: 0.99, .onCPU: 0.01]) }
    let timeline = timeline(rows, spans: 40)
    let drawn = TimelineDrawing(rows, of: timeline, wallSeconds: 40, columns: 40).rows
    #expect(drawn.joined().allSatisfy { $0 == .waitingForWork })
  }

  @Test(arguments: [
    (Double.infinity, 10.0), (.nan, 10), (0, 10), (-1, 10), (1, .infinity), (1, .nan), (1, 0),
  ])
  func aTimelineThatMakesNoSenseDrawsNothing(spanSeconds: Double, wallSeconds: Double) {
    let timeline = ObservedTimeline(
      spanSeconds: spanSeconds, spans: 2, rows: [row(spans: 2, [.onCPU: 1]), row(spans: 0, [:])])
    let drawn = TimelineDrawing(timeline.rows, of: timeline, wallSeconds: wallSeconds, columns: 5)
      .rows
    #expect(drawn == [[nil, nil, nil, nil, nil], [nil, nil, nil, nil, nil]])
  }

  @Test func marksOfTimeStandWhereTheyAre() {
    #expect(
      TimeAxis.text(wallSeconds: 4, columns: 60)
        == "╵0 s           ╵1 s           ╵2 s           ╵3 s")
    #expect(
      TimeAxis.text(wallSeconds: 0.0042, columns: 50) == "╵0 ms      ╵1 ms       ╵2 ms       ╵3 ms")
    #expect(TimeAxis.text(wallSeconds: 0, columns: 50) == "")
    #expect(TimeAxis.text(wallSeconds: 1, columns: 3) == "")
    #expect(TimeAxis.text(wallSeconds: 1e308, columns: 50) == "")
  }

  @Test(arguments: [40, 72, 200], [1e-7, 0.01, 3.7, 60, 86_400])
  func theScaleFits(columns: Int, wallSeconds: Double) {
    let text = TimeAxis.text(wallSeconds: wallSeconds, columns: columns)
    #expect(TextWidth.columns(of: text) <= columns)
    #expect(text.split(separator: "╵").count >= 2, "\(text)")
  }

  @Test(arguments: MadeUpExplanations.all.filter { $0.timeline != nil }.map(\.name))
  func theKeyIsOfWhatIsDrawn(name: String) throws {
    let sample = try #require(MadeUpExplanations.named(name))
    let timeline = try #require(sample.timeline)
    let lines = TimelineSection(report: sample.report, timeline: timeline).lines(width: 300)
      .map { $0.rendered(color: false) }
    let axis = try #require(lines.firstIndex { $0.contains("╵") })
    let start = try #require(lines[axis].firstIndex(of: "╵"))
    let column = lines[axis].distance(from: lines[axis].startIndex, to: start)
    let drawn = Set(lines[1..<axis].flatMap { $0.dropFirst(column) }).subtracting([" "])
    for state in WorkerState.observed {
      #expect(
        lines[axis + 1].contains("\(state.sign) \(state.label)") == drawn.contains(state.sign),
        "\(state)")
    }
    #expect(!drawn.isEmpty)
  }

  @Test func theBusiestHaveARowAndTheOthersAreCounted() throws {
    let sample = MadeUpExplanations.busy
    let lines = TimelineSection(
      report: sample.report, timeline: try #require(sample.timeline)
    ).lines(width: 100).map { $0.rendered(color: false) }
    let axis = try #require(lines.firstIndex { $0.contains("╵") })
    #expect(axis - 1 == ObservedTimeline.mostRows)
    #expect(lines[1].contains("make"))
    #expect(lines.last == "  The 24 busiest of 55 workers; 31 are not shown.")
  }

  @Test func alikeWorkersAreSeenFromTheFirstToTheLast() {
    let workers = MadeUpExplanations.lesson.report.workers
    let kept = ObservedTimeline.keptWorkers(workers).sorted()
    #expect(kept.count == ObservedTimeline.mostRows)
    #expect(kept.first == 0)
    #expect(kept[1] == 1)
    #expect(kept.last == 100)
    let gaps = zip(kept.dropFirst(2), kept.dropFirst()).map { $0 - $1 }
    #expect(gaps.allSatisfy { (4...5).contains($0) }, "\(gaps)")
  }

  @Test func aProcessThatIsNotShownHeadsItsThreads() throws {
    var sample = MadeUpExplanations.busy
    sample.report.workers = sample.report.workers.filter { $0.kind == .thread }
    let rows = sample.report.workers.indices.map { index in
      row(index, spans: 10, [.onCPU: 1])
    }
    let lines = TimelineSection(report: sample.report, timeline: timeline(rows, spans: 10))
      .lines(width: 100).map { $0.rendered(color: false) }
    #expect(lines.count { $0.contains("a process") } == 6)
  }

  @Test func threadsStandBelowTheirProcess() {
    let workers = MadeUpExplanations.busy.report.workers
    let trees = WorkerTree.processes(of: workers, keeping: Set(workers.indices))
    #expect(trees.count == 7)
    for tree in trees {
      #expect(tree.hasFirst)
      #expect(workers[tree.workers[0]].kind != .thread)
      #expect(tree.workers.allSatisfy { workers[$0].pid == tree.pid })
      let starts = tree.workers.map { workers[$0].startedSeconds }
      #expect(starts == starts.sorted())
    }
    let threads = workers.indices.filter { workers[$0].kind == .thread }
    let headless = WorkerTree.processes(of: workers, keeping: Set(threads))
    #expect(headless.count == 6)
    #expect(headless.allSatisfy { !$0.hasFirst && $0.workers.count == 8 })
  }
}
