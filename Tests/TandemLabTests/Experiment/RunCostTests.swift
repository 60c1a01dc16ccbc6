import TandemModel
import Testing

@testable import TandemLab

@Suite struct RunCostTests {
  /// Four workers of 10 ms after 30 ms for the server, in a process that took 200 ms in all.
  @Test func whatIsPaidOnceIsNotMultiplied() {
    let worker = MadeUp.Worker(start: 0.004, onCPU: 0.005, end: 0.001)
    let record = MadeUp.record(worker, workers: 4, schedule: .oneAtATime, server: 0.03)
    let cost = RunCost.ofWholeRun(record, elapsedSeconds: 0.2, times: 25)
    // 160 ms once, and a hundred workers of 10 ms.
    #expect(abs(cost - 1.16) < 1e-6)
  }

  @Test func overlappingWorkersAreCountedOnce() {
    let worker = MadeUp.Worker(start: 0.004, onCPU: 0.005, end: 0.001)
    let record = MadeUp.record(worker, workers: 4, schedule: .allAtOnce)
    #expect(abs(RunCost.ofWholeRun(record, elapsedSeconds: 0.05, times: 25) - (0.04 + 0.25)) < 1e-6)
    #expect(abs(RunCost.ofWholeRun(record, elapsedSeconds: 0.05, times: 1) - 0.05) < 1e-6)
  }

  @Test func fewerWorkersHaveAsManyItemsEach() {
    let work = Workload(kind: .squares(iterations: 1), items: 1000, workers: 100)
    #expect(work.with(workers: 4).items == 40 && work.with(workers: 4).workers == 4)
    #expect(work.with(workers: 100) == work)
    #expect(
      Workload(kind: .squares(iterations: 1), items: 3, workers: 3).with(workers: 1).items == 1)
  }
}
