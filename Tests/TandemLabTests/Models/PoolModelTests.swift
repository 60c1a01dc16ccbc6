import Tandem
import TandemModel
import TandemObserve
import Testing

@testable import TandemLab

/// A pool as an execution model.
@Suite(.timeLimit(.minutes(10))) struct PoolModelTests {
  @Test(arguments: [ExecutionModel.swiftProcessPool, .swiftThreadPool], Schedule.allCases)
  func theItemsAreDoneAndCounted(model: ExecutionModel, schedule: Schedule) async throws {
    let isProcess = model == .swiftProcessPool
    let record = try await FreshProcess.run(
      SwiftRun(
        model: model, schedule: schedule, workers: 2, items: 40,
        work: .builtIn(.squares(iterations: 100_000))))
    #expect(record.notMeasured == [])
    #expect(
      record.driver.map(\.activity) == (isProcess ? [.startingServer, .preparing] : [.preparing]))
    let pool = try #require(record.pool)
    #expect((1...2).contains(pool.started) && pool.deaths == 0)
    #expect((1...pool.started).contains(record.workers.count))
    let totals = record.workers.compactMap(\.tasks)
    #expect(totals.count == record.workers.count)
    #expect(totals.reduce(0) { $0 + $1.count } == 40)
    for (worker, tasks) in zip(record.workers, totals) {
      #expect(record.beganNS <= worker.startCalledNS)
      #expect(worker.startCalledNS <= worker.bodyEnteredNS)
      #expect(worker.bodyEnteredNS < worker.bodyLeftNS)
      #expect(worker.bodyLeftNS <= worker.endObservedNS)
      #expect(worker.endObservedNS <= record.endedNS)
      #expect(tasks.runningNS <= tasks.spanNS)
      #expect(tasks.spanNS <= worker.bodyLeftNS - worker.bodyEnteredNS)
      #expect(worker.onCPUNS > 0 && worker.onCPUNS <= tasks.runningNS)
      #expect(worker.onCPUNS + (worker.runnableNS ?? 0) <= tasks.runningNS)
      // Threads share memory: nothing is moved.
      #expect(((tasks.bytesIn ?? 0) > 0) == isProcess && ((tasks.bytesOut ?? 0) > 0) == isProcess)
      #expect((tasks.codingNS != nil) == isProcess && (worker.usage != nil) == isProcess)
      #expect(worker.switches != nil)
      if let usage = worker.usage {
        #expect(usage.cpuSeconds + 1e-5 >= Double(worker.onCPUNS) / 1e9)
      }
    }
    // Taken apart, it adds up, and the time between tasks is no work.
    let run = AnalysedRun(TimedRun(block: 0, record: record))
    #expect(run.decomposition.nanoseconds.values.reduce(0, +) == record.endedNS - record.beganNS)
    #expect(run.doubts.excessNS == 0)
    let summary = try #require(PoolSummary(of: [record]))
    #expect(summary.tasks == 40 && summary.taskSeconds > 0 && summary.overheadSPerTask >= 0)
  }

  @Test func waitingIsToldApartFromComputing() async throws {
    let record = try await FreshProcess.run(
      SwiftRun(
        model: .swiftProcessPool, schedule: .allAtOnce, workers: 2, items: 6,
        work: .builtIn(.io(nanoseconds: 5_000_000))))
    let waited = record.workers.reduce(0) { $0 + ($1.blocked.ioNS ?? 0) }
    #expect(waited >= 6 * 5_000_000)
    let running = record.workers.reduce(0) { $0 + ($1.tasks?.runningNS ?? 0) }
    #expect(running >= waited)
  }

  @Test func itsWorkersTellTheirMemory() async throws {
    let memory = try await FreshProcess.run(
      SwiftMemoryRun(
        of: SwiftRun(
          model: .swiftProcessPool, schedule: .allAtOnce, workers: 2, items: 8,
          work: .builtIn(.squares(iterations: 1_000)))))
    #expect((memory.ussKiBPerWorker ?? 0) > 50)
    #expect((memory.pssKiBPerWorker ?? 0) >= (memory.ussKiBPerWorker ?? 0))
    #expect(memory.how.contains("smaps_rollup"))
    let threads = try await FreshProcess.run(
      SwiftMemoryRun(
        of: SwiftRun(
          model: .swiftThreadPool, schedule: .allAtOnce, workers: 2, items: 8,
          work: .builtIn(.squares(iterations: 1_000)))))
    #expect((threads.stackKiBPerWorker ?? 0) > 0)
  }

  @Test func aMeasurePassesThePipe() {
    var measure = PoolMeasure()
    measure.id = 4711
    #expect(PoolMeasure(measure.bytes[...]) == measure)
    measure.end(1_000, 5_000, BlockedTimes(ioNS: 7), cpuNS: 2_000)
    measure.end(6_000, 8_000, BlockedTimes(ioNS: 5), cpuNS: nil)
    measure.runnableNS = 3
    measure.usage = ResourceUsage(
      userSeconds: 0.25, systemSeconds: 0.125,
      switches: ContextSwitches(voluntary: 4, involuntary: 5),
      maxResidentKiB: 6)
    measure.memory = ProcessMemory(pssKiB: 30, ussKiB: 20, rssKiB: 40, swapKiB: 0)
    #expect(measure.items == 2 && measure.enteredNS == 1_000 && measure.leftNS == 8_000)
    #expect(measure.runningNS == 6_000 && measure.ioNS == 12)
    // Half of what was read was on a CPU, so half of all is taken to be.
    #expect(measure.onCPUNS == 3_000)
    #expect(measure.bytes.count == PoolMeasure.byteCount)
    #expect(PoolMeasure(measure.bytes[...]) == measure)
    #expect(PoolMeasure(measure.bytes.dropLast()) == nil)
  }
}
