import Foundation
import TandemLab
import TandemModel
import Testing

@Suite("Analysis: from runs to a report")
struct AnalysisTests {
  private let cells = [
    MadeUp.cell(.serial, MadeUp.Worker(onCPU: 0.1)),
    MadeUp.cell(.swiftThreads, MadeUp.Worker(onCPU: 0.1, runnable: 0.1)),
    MadeUp.cell(.swiftThreadsGlobalLock, MadeUp.Worker(onCPU: 0.1, gil: 0.3)),
    MadeUp.cell(
      .swiftProcesses, MadeUp.Worker(start: 0.01, onCPU: 0.1, runnable: 0.1), server: 0.02),
  ]

  @Test func sameSeedSameReport() throws {
    #expect(MadeUp.analyse(cells) == MadeUp.analyse(cells))
  }

  @Test func reportSurvivesJSON() throws {
    let report = MadeUp.analyse(cells)
    let data = try JSONEncoder().encode(report)
    #expect(try JSONDecoder().decode(CompareReport.self, from: data) == report)
  }

  @Test func runsComeInTheOrderGivenAndNothingIsLost() {
    let omitted = [Omission(what: "python", why: "no python3 on the path")]
    let report = CompareReport(
      analysing: cells, machine: MadeUp.machine(), work: MadeUp.work(), seed: 7, omitted: omitted)
    #expect(report.runs.map(\.model) == cells.map(\.model))
    #expect(
      report.omitted == omitted && report.seed == 7 && report.tandemVersion == TandemVersion.current
    )
    #expect(report.verdict.choice == .threads)
    #expect(report.findings.map(\.rule).contains("gil-bound"))
    let lock = report.differences.first { $0.slower.model == .swiftThreadsGlobalLock }
    #expect(lock?.sentence == "All of it is a CPU left idle by the global lock.")
  }

  /// The lesson as it was written: everything one at a time, and the report says why threads win.
  @Test func theLesson() {
    let work = WorkSummary(
      name: "squares", kind: .squares, items: 100, iterations: 10_000, workTimeSeconds: nil)
    func lesson(_ model: ExecutionModel, start: Double) -> CellRuns {
      MadeUp.cell(
        model, .oneAtATime, MadeUp.Worker(start: start, onCPU: 0.000_9, end: start / 4),
        workers: 100)
    }
    let report = MadeUp.analyse(
      [
        lesson(.pythonSerial, start: 0), lesson(.pythonThreads, start: 0.000_06),
        lesson(.pythonProcessesFork, start: 0.003),
      ], work: work)
    let rules = report.findings.map(\.rule)
    #expect(rules.contains("never-overlapped"))
    #expect(rules.contains("threads-won-without-overlap"))
    #expect(rules.contains("start-up-dominates"))
    for result in report.runs { #expect((result.concurrency ?? 9) <= 1.05) }
    #expect(report.verdict.choice == .serial && report.verdict.model == .pythonSerial)
  }
}
