import TandemModel
import TandemSystem
import Testing

@testable import TandemLab

@Suite struct BuiltInWorkTests {
  @Test(arguments: [1, 2, 3, 7, 100], [1, 2, 3, 5, 64, 100, 1000, 12_345])
  func sharesAddUp(workers: Int, items: Int) {
    let run = SwiftRun(
      model: .swiftThreads, schedule: .allAtOnce, workers: workers, items: items,
      work: .builtIn(.squares(iterations: 1)))
    let shares = (0..<workers).map { run.items(of: $0).count }
    #expect(shares.reduce(0, +) == items)
    // Nobody has more than one item more than another.
    #expect((shares.max() ?? 0) - (shares.min() ?? 0) <= 1)
    // Items and workers of a memory run: as many an each, at most four workers.
    let memory = SwiftMemoryRun(of: run).run
    #expect(memory.workers == min(4, workers))
    #expect(memory.items >= memory.workers)
  }

  /// A loop that is optimised away takes no time, or the same time however often it goes round.
  @Test func theLoopIsNotOptimisedAway() {
    func best(_ iterations: Int) -> Double {
      Double((0..<5).map { _ in Squares.timed(iterations) }.min() ?? 0)
    }
    let ratio = best(2_000_000) / best(200_000)
    #expect(ratio > 5 && ratio < 20)
    // An iteration is a few instructions at least: not less than a tenth of a nanosecond.
    #expect(best(2_000_000) > 200_000)
  }

  @Test func calibrationHitsTheTime() {
    let iterations = Squares.calibrated(seconds: 0.05)
    // CPU time, the best of three: what else runs on the machine makes it longer, if anything.
    let seconds = Double((0..<3).map { _ in Squares.timed(iterations) }.min() ?? 0) / 1e9
    #expect(seconds > 0.025 && seconds < 0.1)
  }

  @Test func waitingWaitsAndDoesNotCompute() throws {
    let measure = try BodyMeasure.of {
      try BuiltInWork.io(nanoseconds: 20_000_000).perform(items: 3, lock: nil)
    }
    let waited = try #require(measure.blocked.ioNS)
    #expect(waited >= 60_000_000 && waited <= 60_150_000)
    #expect(measure.leftNS - measure.enteredNS >= waited)
    #expect(measure.onCPUNS < 20_000_000)
  }

  @Test func mixedWorkDoesBoth() throws {
    let iterations = Squares.calibrated(seconds: 0.02)
    let measure = try BodyMeasure.of {
      try BuiltInWork.mixed(iterations: iterations, nanoseconds: 20_000_000)
        .perform(items: 1, lock: nil)
    }
    let waited = try #require(measure.blocked.ioNS)
    #expect(waited >= 20_000_000 && waited <= 20_250_000)
    #expect(measure.onCPUNS > 10_000_000 && measure.onCPUNS < 80_000_000)
  }

  @Test func computingBlocksOnNothing() throws {
    let measure = try BodyMeasure.of {
      try BuiltInWork.squares(iterations: 100_000).perform(items: 2, lock: nil)
    }
    #expect(measure.blocked.ioNS == 0)
    #expect(measure.blocked.gilNS == nil)
    let elapsed = measure.leftNS - measure.enteredNS
    #expect(measure.onCPUNS > 0 && measure.onCPUNS + (measure.runnableNS ?? 0) <= elapsed)
  }

  @Test func awaitingIsCountedAsWaiting() async throws {
    let began = MonotonicClock.now()
    let (onCPU, blocked) = try await BuiltInWork.mixed(iterations: 50_000, nanoseconds: 20_000_000)
      .performAsync(items: 2)
    let elapsed = MonotonicClock.now() - began
    let awaited = try #require(blocked.ioNS)
    #expect(awaited >= 40_000_000 && awaited <= elapsed)
    #expect(onCPU > 0 && onCPU + awaited <= elapsed)
  }

  @Test func awaitingEndsWhenItIsCancelled() async {
    let task = Task {
      try await BuiltInWork.io(nanoseconds: 60_000_000_000).performAsync(items: 1)
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
