import TandemModel
import TandemText
import Testing

@testable import TandemReport

@Suite struct DifferenceColumnTests {
  private func difference(
    _ parts: [(WorkerState, Double)], residual: Double = 0, whole: Double? = nil
  ) -> Difference {
    let sum = parts.reduce(residual) { $0 + $1.1 }
    return Difference(
      slower: .init(model: .swiftProcesses, interpreter: nil),
      faster: .init(model: .swiftThreads, interpreter: nil), schedule: .allAtOnce, n: 12, ratio: 2,
      ratioCI95: nil, wallDifferenceSeconds: whole ?? sum,
      parts: parts.map { StateShare(state: $0.0, seconds: $0.1) }, residualSeconds: residual,
      sentence: "")
  }

  private func lines(_ difference: Difference) throws -> [String] {
    try #require(DifferenceColumn(difference)).entries.map { "\($0.label) \($0.number)" }
  }

  /// The workers' own clocks don't see the GIL, so it may be what Python's threads waited for.
  @Test func unknownWaitsOfThreadsUnderTheGILAreCalledSo() throws {
    let threads = try #require(
      MadeUp.lessonReport.runs.first { $0.model.isPythonThreads && $0.schedule == .allAtOnce })
    func label(from source: TimeSource, gilEnabled: Bool?) throws -> String? {
      var report = MadeUp.lessonReport
      report.runs = [threads]
      report.runs[0].interpreter?.gilEnabled = gilEnabled
      report.runs[0].workThreadSeconds = nil
      var made = difference([(.other, 0.1)])
      made.partsFrom = source
      made.slower = .init(model: threads.model, interpreter: threads.interpreter?.path)
      let column = DifferenceColumn(made, unknown: report.unknownLabel(of: made))
      return try #require(column).entries.first?.label
    }
    #expect(try label(from: .reported, gilEnabled: true) == "blocked, perhaps on the GIL")
    #expect(try label(from: .observed, gilEnabled: true) == "waiting, reason unknown")
    #expect(try label(from: .reported, gilEnabled: false) == "waiting, reason unknown")
  }

  @Test func whatIsPrintedAsZeroHasNoBar() throws {
    let made = difference([(.gil, 1), (.io, -0.5)], residual: -0.0001)
    let column = try #require(DifferenceColumn(made))
    let lines = DifferenceBars(column: column).lines(width: 100).map {
      $0.rendered(color: false)
    }
    #expect(lines.count == 3)
    #expect(lines[1].contains("░") && !lines[2].contains("░"), "\(lines)")
  }

  @Test func partsStandInOrderOfSize() throws {
    let made = difference([(.onCPU, 0.01), (.gil, -0.04), (.starting, 0.13)], residual: 0.001)
    #expect(
      try lines(made) == [
        "starting workers +130", "waiting for the GIL −40", "on a CPU +10", "residual +1",
      ])
  }

  @Test func smallPartsAreFolded() throws {
    let made = difference(
      [(.starting, 0.1), (.idle, 0.0012), (.preparing, -0.0004), (.lock, 0)], residual: 0.0002)
    #expect(try lines(made) == ["starting workers +100", "other +1", "residual 0"])
  }

  @Test func oneSmallPartKeepsItsName() throws {
    let made = difference([(.starting, 0.1), (.idle, 0.001)], residual: 0)
    #expect(try lines(made) == ["starting workers +100", "no worker in progress +1", "residual 0"])
  }

  @Test func whatIsMissingIsShown() throws {
    let made = difference([(.starting, 0.1)], residual: 0.01, whole: 0.15)
    #expect(
      try lines(made) == ["starting workers +100", "residual +10", "not accounted for +40"])
  }

  @Test func partsThatCancelAreStillShown() throws {
    let made = difference([(.starting, 0.5), (.gil, -0.5)])
    #expect(
      try lines(made) == ["starting workers +500", "waiting for the GIL −500", "residual 0"])
    let nothing = difference([])
    #expect(try lines(nothing) == ["residual 0"])
  }

  @Test(arguments: [Double.nan, .infinity])
  func whatIsNotFiniteHasNoColumn(value: Double) {
    #expect(DifferenceColumn(difference([(.starting, value)])) == nil)
    #expect(DifferenceColumn(difference([(.starting, 1)], residual: value, whole: 1)) == nil)
  }

  @Test(arguments: [
    ([0.4, 0.4, 0.4], [1, 0, 0]), ([1.5, -0.5], [2, -1]), ([], []), ([2.0], [2]),
  ])
  func apportions(values: [Double], expected: [Double]) {
    let whole = DifferenceColumn.apportioned(values)
    #expect(whole.reduce(0, +) == values.reduce(0, +).rounded())
    #expect(whole == expected)
  }

  /// Whatever the parts, the printed numbers add up to the printed difference.
  @Test(arguments: 1...200)
  func thePrintedColumnAddsUp(seed: UInt64) throws {
    var state = seed
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / 9_007_199_254_740_992
    }
    let size = [1e-8, 1e-5, 1e-3, 0.1, 30, 5_000][Int(next() * 6)]
    let parts = WorkerState.allCases.map { ($0, (next() - 0.3) * size * next() * next()) }
    let made = difference(parts, residual: (next() - 0.5) * size * 0.01)
    let column = try #require(DifferenceColumn(made))
    func steps(_ number: String) throws -> Double {
      let plain = number.filter { $0 != FigureText.groupSeparator && $0 != "+" }
        .map { $0 == "−" ? "-" : String($0) }.joined()
      let value = try #require(Double(plain))
      return (value / column.scale.unitOfLastPlace).rounded()
    }
    let sum = try column.entries.reduce(0) { try $0 + steps($1.number) }
    #expect(sum == (try steps(column.total)))
    let shown = FigureText.duration(abs(made.wallDifferenceSeconds))
    let unsigned = column.total.filter { $0 != "+" && $0 != "−" }
    #expect("\(unsigned) \(column.scale.unit)" == shown, "the headline says \(shown)")
    for entry in column.entries {
      let error = abs(
        try steps(entry.number) * column.scale.unitOfLastPlace - entry.seconds
          * column.scale.perSecond)
      #expect(error < column.scale.unitOfLastPlace * 1.000001)
    }
  }
}
