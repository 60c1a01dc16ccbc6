import TandemModel
import Testing

@testable import TandemLab

/// The verdict on a Python function whose calls can't run in processes, or whose pool takes long to start.
struct PythonVerdictTests {
  private static let cannotCross = PythonCrossing(
    interpreter: MadeUp.python.path, importSeconds: 0, itemSeconds: 0.1, calls: 4, onCPUShare: 0)

  private static func verdict(
    _ cells: [CellRuns], _ crossings: [PythonCrossing] = [cannotCross]
  ) -> Verdict {
    Verdict(
      of: cells.map { AnalysedCell($0, seed: 1) }, machine: MadeUp.machine(),
      work: MadeUp.work(.pythonFunction), seed: 1, crossings: crossings)
  }

  private static func cell(_ model: ExecutionModel, _ seconds: Double, workers: Int = 4) -> CellRuns
  {
    MadeUp.cell(
      model, MadeUp.Worker(onCPU: seconds / 10, unknown: seconds * 9 / 10), workers: workers)
  }

  private let serial = cell(.pythonSerial, 1)

  @Test("an event loop: its tasks, without a number of workers")
  func tasks() {
    let loop = Self.cell(.pythonAsyncio, 0.2, workers: 1)
    let verdict = Self.verdict([serial, loop, Self.cell(.pythonAsyncioThreads, 0.4)])
    #expect(verdict.choice == .tasks && verdict.model == .pythonAsyncio && verdict.workers == nil)
  }

  @Test("threads, where nothing can be pickled")
  func threads() {
    let verdict = Self.verdict([serial, Self.cell(.pythonThreadPool, 0.3)])
    #expect(verdict.choice == .threads && verdict.model == .pythonThreadPool)
  }

  @Test("neither, where threads don't beat the loop")
  func neither() {
    let verdict = Self.verdict([serial, Self.cell(.pythonThreadPool, 5)])
    #expect(verdict.choice == .serial)
  }

  @Test("processes that could run and didn't leave it open")
  func processesAreMissing() {
    let verdict = Self.verdict([serial, Self.cell(.pythonThreadPool, 0.3)], [])
    #expect(verdict.choice == .undecided)
  }
}
