import Tandem
import TandemModel
import TandemSystem
import Testing

@testable import TandemLab

/// What is known beforehand of two workers that compute for so long each, all at once, on two CPUs.
///
/// What a lock forbids holds on every machine. What CPUs allow can only be seen while they are idle:
/// a control, two plain threads that compute as long, tells whether they are.
@Suite(.serialized, .timeLimit(.minutes(10))) struct KnownTruthsTests {
  private static let workTime = 0.1
  /// For what CPUs allow: long enough that starting the fork server, 15 ms and more in a debug build, is
  /// a small part of the run.
  private static let longWorkTime = 0.4

  /// Below this the machine was doing something else.
  private static let idle = 1.9

  /// Two plain threads that spin: CPU time over the time that they were given, both after both began.
  private static func control() throws -> Double {
    let gate = Latch()
    let threads = (0..<2).map { index in
      WorkerThread(name: "control \(index)") {
        _ = gate.wait()
        let (began, cpu) = (MonotonicClock.now(), ThreadCPUClock.now())
        while MonotonicClock.now() - began < 150_000_000 {}
        return Double(ThreadCPUClock.now() - cpu) / Double(MonotonicClock.now() - began)
      }
    }
    for thread in threads { try thread.start() }
    gate.open()
    return try threads.reduce(0) { sum, thread in
      let outcome = try thread.join(timeout: .seconds(60))
      return sum + (try #require(outcome).get())
    }
  }

  private static func run(
    _ model: ExecutionModel, workTime: Double = Self.workTime
  ) async throws -> RunRecord {
    try await FreshProcess.run(
      SwiftRun(
        model: model, schedule: .allAtOnce, workers: 2, items: 2,
        work: .builtIn(.squares(iterations: Squares.calibrated(seconds: workTime)))))
  }

  @Test(arguments: [ExecutionModel.swiftTasks, .swiftThreads, .swiftProcesses])
  func whatHasNoCommonLockUsesBothCPUs(model: ExecutionModel) async throws {
    let before = try await Task.detached { try Self.control() }.value
    let record = try await Self.run(model, workTime: Self.longWorkTime)
    let after = try await Task.detached { try Self.control() }.value
    let label: Comment = "control \(before) and \(after), parallelism \(record.parallelism)"
    // True on every machine: they never wait for anything but a CPU.
    #expect(record.workers.allSatisfy { $0.blocked.knownNS == 0 }, label)
    let idleBy = min(before, after, 2 - record.deprived)
    guard idleBy >= Self.idle else {
      try Test.cancel(
        """
        parallelism 1.7 needs two idle CPUs, and these were not: control \(before) before and \
        \(after) after, \(record.deprived) workers had no CPU, parallelism \(record.parallelism)
        """)
    }
    // Over the time in which both are at work: one CPU of a shared machine may be slower than the other,
    // and then the slower worker is alone at the end, whatever the model does.
    #expect(Self.parallelismTogether(record) >= 1.7, label)
  }

  /// The two workers' shares of time on a CPU, added up; 0 where their bodies hardly overlap.
  private static func parallelismTogether(_ record: RunRecord) -> Double {
    let bodies = record.workers.map { $0.bodyEnteredNS..<max($0.bodyLeftNS, $0.bodyEnteredNS + 1) }
    guard let first = bodies.first, let last = bodies.last else { return 0 }
    let overlap = first.clamped(to: last).count
    guard 2 * overlap > min(first.count, last.count) else { return 0 }
    return zip(record.workers, bodies).reduce(0) { $0 + Double($1.0.onCPUNS) / Double($1.1.count) }
  }

  @Test func oneLockLetsOneThreadCompute() async throws {
    let record = try await Self.run(.swiftThreadsGlobalLock)
    #expect(record.parallelism <= 1.15)
    #expect(record.concurrency >= 1.5 && record.concurrency <= 2)
    // Each waits for the lock for about as long as the other computes.
    #expect(record.workers.allSatisfy { ($0.blocked.gilNS ?? 0) > 20_000_000 })
  }

  @Test(.enabled("needs a Python 3.6 or newer", Pythons.found))
  func pythonsLockLetsOneThreadCompute() async throws {
    let python = try PythonModel(launcher: SupervisedLauncher())
    for interpreter in try await Pythons.usable() where interpreter.gilEnabled != false {
      let record = try await python.run(
        .pythonThreads, schedule: .allAtOnce, workers: 2, work: .cpu(.seconds(Self.workTime)),
        interpreter: interpreter, timeout: patience)
      let label: Comment = "\(interpreter.version)"
      #expect(record.parallelism <= 1.15, label)
      #expect(record.concurrency >= 1.5 && record.concurrency <= 2, label)
    }
  }

  @Test(arguments: ExecutionModel.allCases.filter { !$0.isPython })
  func oneAtATimeNothingOverlaps(model: ExecutionModel) async throws {
    let record = try await FreshProcess.run(
      SwiftRun(
        model: model, schedule: .oneAtATime, workers: 10, items: 10,
        work: .builtIn(.squares(iterations: 10_000))))
    #expect(record.concurrency <= 1.05)
    #expect(record.parallelism <= 1.05)
  }
}
