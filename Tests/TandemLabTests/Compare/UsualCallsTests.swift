import TandemModel
import Testing

@testable import TandemLab

/// How many workers and calls there are when nobody says how many.
struct UsualCallsTests {
  private static func calls(
    of seconds: Double, onCPU: Double = 1, inPool: Double? = nil, cpus: Int = 2
  ) -> UsualCalls {
    var crossing = PythonCrossing(
      interpreter: nil, importSeconds: 0, itemSeconds: seconds, calls: 5, onCPUShare: onCPU)
    crossing.poolCallSeconds = inPool
    return UsualCalls(crossings: [crossing], cpus: cpus)
  }

  @Test("work that computes has a worker a CPU, work that waits as many as ThreadPoolExecutor")
  func workers() {
    #expect(Self.calls(of: 0.01, cpus: 4).workers == 4)
    #expect(Self.calls(of: 0.01, cpus: 1).workers == 2)
    #expect(Self.calls(of: 0.01, onCPU: 0.1, cpus: 4).workers == 8)
    #expect(Self.calls(of: 0.01, onCPU: 0.1, cpus: 64).workers == 32)
  }

  @Test(
    "all calls take 0.4 s in one thread, or there are four for each worker, as long as that takes 4 s",
    arguments: [(0.001, 400), (0.15, 8), (1.5, 2), (60, 2), (1e-9, 100_000)])
  func items(_ seconds: Double, _ count: Int) {
    #expect(Self.calls(of: seconds).items(workers: 2) == count)
  }

  @Test(
    "all calls take half a second at most through the slowest pool, but each worker has two or more",
    arguments: [
      (1e-7, 20e-6, 25_000), (1e-4, 0.004, 126), (1e-4, 0.4, 4), (1e-4, 10, 4), (0.1, 0.2, 4),
      (1.5, 2, 2), (0.01, 0.006, 40),
    ])
  func itemsInPool(_ seconds: Double, _ inPool: Double, _ count: Int) {
    #expect(Self.calls(of: seconds, inPool: inPool).items(workers: 2) == count)
  }

  @Test("the slowest of several interpreters decides, and every worker has as many calls")
  func severalInterpreters() {
    var calls = Self.calls(of: 0.001)
    calls.crossings += Self.calls(of: 0.01).crossings
    #expect(calls.items(workers: 3) == 42)
  }
}
