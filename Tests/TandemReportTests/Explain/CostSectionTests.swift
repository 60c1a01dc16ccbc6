import Testing

@testable import TandemModel
@testable import TandemReport

/// What the report says of the cost of observing.
@Suite struct CostSectionTests {
  private func text(_ observer: ObserverCost, threads: Int = 5_000, processes: Int = 0) -> String {
    var report = MadeUpExplanations.gilBound.report
    report.starts = WorkerStarts(threads: threads, processes: processes)
    report.observer = observer
    return CostSection(report: report).lines(width: 400)
      .map { $0.rendered(color: false) }.joined(separator: "\n")
  }

  private static let storm = StartsCost(
    started: 5_000, perSecond: 4_625, cpuSecondsPerStart: 13.6e-6, cpuSeconds: 0.068, share: 0.063)

  @Test func aStormIsNamedFromOnePerCentOn() {
    let said = text(ObserverCost(cpuSeconds: 0, share: 0, starts: Self.storm))
    #expect(
      said.hasPrefix(
        "What observing cost the program\n  The program started 5\u{202F}000 short-lived threads, ")
    )
    #expect(said.contains("13.6 µs of CPU time here, 68.0 ms for all: at least 6.3 % of the wall"))
    #expect(said.contains("--cost-runs measures"))
    #expect(
      text(ObserverCost(cpuSeconds: 0, share: 0, starts: Self.storm), threads: 0, processes: 5_000)
        .contains("short-lived processes, "))
    var small = Self.storm
    small.share = 0.0099
    #expect(text(ObserverCost(cpuSeconds: 0, share: 0, starts: small)) == "")
    #expect(text(ObserverCost(cpuSeconds: 1, share: 1)) == "", "nothing was asked for")
  }

  @Test func runsAreReportedWithTheirInterval() {
    var cost = CostRuns(
      pairsAsked: 6, plainWallSeconds: [Double](repeating: 2, count: 6),
      observedWallSeconds: [Double](repeating: 2.02, count: 6), wallRatio: 1.0104,
      wallRatioCI95: Interval(low: 1.002, high: 1.0212), plainCPUSeconds: 3.9,
      observedCPUSeconds: 3.94,
      switchesPerSecond: 20_123.4)
    let said = text(ObserverCost(cpuSeconds: 0, share: 0, starts: Self.storm, cost: cost))
    #expect(
      said.contains(
        "divided by wall time otherwise: 1.010 (95 % interval 1.002–1.021; 6 pairs of runs)."))
    #expect(said.contains("CPU time of the program: 3.94 s when observed, 3.90 s otherwise · 20"))
    #expect(!said.contains("--cost-runs"), "it was given")
    #expect(said.contains("The program ran slower while it was observed."))
    // It is said only where the interval tells.
    cost.wallRatioCI95 = Interval(low: 0.4, high: 0.6)
    let faster = text(ObserverCost(cpuSeconds: 0, share: 0, cost: cost))
    #expect(
      faster.contains("The program ran faster while it was observed: its times in this report"))
    cost.wallRatioCI95 = Interval(low: 0.9, high: 1.1)
    #expect(
      !text(ObserverCost(cpuSeconds: 0, share: 0, cost: cost)).contains("while it was observed"))
    (cost.plainWallSeconds, cost.observedWallSeconds) = ([2], [2.02])
    (cost.wallRatioCI95, cost.reason) = (nil, "It was interrupted.")
    #expect(
      text(ObserverCost(cpuSeconds: 0, share: 0, cost: cost))
        .contains(
          "1.010 (no interval with fewer than six pairs; 1 pair of 6 of runs). It was interrupted.")
    )
    #expect(
      text(
        ObserverCost(
          cpuSeconds: 0, share: 0, cost: CostRuns(pairsAsked: 6, reason: "It was interrupted."))
      )
      .hasSuffix("\n  Not measured. It was interrupted."))
  }
}
