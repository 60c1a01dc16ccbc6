import TandemLab
import TandemModel
import TandemSystem
import Testing

@Suite("Decomposition: made-up traces add up exactly")
struct DecompositionTests {
  static let second: UInt64 = 1_000_000_000

  /// Workers that are all in progress from 0 to the same end, with the same shares.
  static func alike(_ count: Int, seconds: UInt64, _ shares: [WorkerState: Double]) -> RunTrace {
    RunTrace(
      beganNS: 0, endedNS: seconds * second,
      workers: (0..<count).map { _ in
        WorkerTrace([
          TraceSegment(fromNS: 0, toNS: seconds * second, shares: StateTable(shares))
        ])
      })
  }

  /// Four CPU-bound threads of one second each with a GIL, on two CPUs: wall 4 s.
  static let gilThreads = alike(4, seconds: 4, [.onCPU: 0.25, .gil: 0.75])
  /// Four such processes on two CPUs: wall 2 s.
  static let processes = alike(4, seconds: 2, [.onCPU: 0.5, .runnable: 0.5])

  @Test func designExampleThreads() {
    let decomposition = Decomposition(Self.gilThreads)
    #expect(decomposition.wallNS == 4 * Self.second)
    #expect(decomposition.nanoseconds == [.onCPU: Self.second, .gil: 3 * Self.second])
    #expect(decomposition.peakInProgress == 4)
  }

  @Test func designExampleProcesses() {
    let decomposition = Decomposition(Self.processes)
    #expect(decomposition.nanoseconds == [.onCPU: Self.second, .runnable: Self.second])
  }

  @Test func designExampleFromExactSwitches() {
    // The same threads with switch records: they hold the GIL in turns of 5 ms.
    let turn: UInt64 = 5_000_000
    let turns = 4 * Self.second / turn
    let workers = (0..<4).map { worker in
      WorkerTrace(
        (0..<turns).map { index in
          TraceSegment(
            fromNS: index * turn, toNS: (index + 1) * turn,
            state: index % 4 == UInt64(worker) ? .onCPU : .gil)
        })
    }
    let decomposition = Decomposition(
      RunTrace(beganNS: 0, endedNS: 4 * Self.second, workers: workers))
    #expect(decomposition.nanoseconds == [.onCPU: Self.second, .gil: 3 * Self.second])
  }

  @Test func designExampleSecondIdentity() {
    let threads = CPUTimeBalance(Self.gilThreads, cpus: 2)
    #expect(threads.usedSeconds == 4)
    #expect(threads.lostSeconds == StateTable([.gil: 4]))
    #expect(threads.withoutWorkerSeconds == 0 && threads.overcountedSeconds == 0)
    let processes = CPUTimeBalance(Self.processes, cpus: 2)
    #expect(processes.usedSeconds == 4)
    #expect(processes.lostSeconds == StateTable())
  }

  @Test func turnsThatOnlySeemToOverlapCancel() {
    // Two workers with half a CPU each on one CPU, 0–2 s and 1–3 s: from 1 to 2 they seem to use
    // all of it, before and after half; nothing is over. With 0.8 each, 1–2 seems to need 1.6.
    func overlapping(_ onCPU: Double) -> RunTrace {
      RunTrace(
        beganNS: 0, endedNS: 3 * Self.second,
        workers: [0, 1].map { start in
          WorkerTrace([
            TraceSegment(
              fromNS: start * Self.second, toNS: (start + 2) * Self.second,
              shares: StateTable([.onCPU: onCPU, .io: 1 - onCPU]))
          ])
        })
    }
    let half = CPUTimeBalance(overlapping(0.5), cpus: 1)
    #expect(half.usedSeconds == 2 && half.lostSeconds == StateTable([.io: 1]))
    // 3.2 s used of 3 s: a contradiction, and nothing can have been lost.
    let much = CPUTimeBalance(overlapping(0.8), cpus: 1)
    #expect(much.lostSeconds == StateTable() && abs(much.overcountedSeconds + 0.2) < 1e-12)
    // 2.8 s used: 0.3 s seem lost before and as much after, less 0.4 s too much in between.
    let some = CPUTimeBalance(overlapping(0.7), cpus: 1)
    #expect(abs(some.lostSeconds[.io] - 0.2) < 1e-12 && some.overcountedSeconds == 0)
  }

  @Test func oneAtATime() {
    let record = MadeUp.record(
      MadeUp.Worker(start: 0.25, onCPU: 1, end: 0.5), workers: 3, schedule: .oneAtATime)
    var doubts = TraceDoubts()
    let decomposition = Decomposition(RunTrace(record, doubts: &doubts))
    #expect(
      decomposition.nanoseconds == [
        .starting: 750_000_000, .onCPU: 3_000_000_000, .ending: 1_500_000_000,
      ])
    #expect(decomposition.peakInProgress == 1)
    #expect(doubts.sentences.isEmpty)
  }

  @Test func gappedAndNestedWorkers() {
    // A: 0–2 on a CPU, gap, 3–4 on a CPU. B: 1–4, blocked throughout. Nobody from 4 to 5.
    let trace = RunTrace(
      beganNS: 0, endedNS: 5 * Self.second,
      workers: [
        WorkerTrace([
          TraceSegment(fromNS: 3 * Self.second, toNS: 4 * Self.second, state: .onCPU),
          TraceSegment(fromNS: 0, toNS: 2 * Self.second, state: .onCPU),
        ]),
        WorkerTrace([TraceSegment(fromNS: Self.second, toNS: 4 * Self.second, state: .other)]),
      ])
    let decomposition = Decomposition(trace)
    // 0–1 A alone; 1–2 half each; 2–3 B alone; 3–4 half each; 4–5 idle.
    #expect(
      decomposition.nanoseconds == [
        .onCPU: 2 * Self.second, .other: 2 * Self.second, .idle: Self.second,
      ])
    #expect(decomposition.peakInProgress == 2)
  }

  @Test func driverCountsOnlyWhereNobodyWorks() {
    let trace = RunTrace(
      beganNS: 10, endedNS: 110,
      workers: [WorkerTrace([TraceSegment(fromNS: 60, toNS: 80, state: .onCPU)])],
      driver: [
        DriverSpan(activity: .preparing, fromNS: 0, toNS: 20),
        DriverSpan(activity: .startingServer, fromNS: 25, toNS: 50),
        DriverSpan(activity: .movingData, fromNS: 55, toNS: 90),
      ])
    // The span before the beginning and the one under the worker are cut.
    #expect(
      Decomposition(trace).nanoseconds == [
        .preparing: 10, .startingServer: 25, .movingData: 15, .onCPU: 20, .idle: 30,
      ])
  }

  @Test func driverSpanAcrossTwoWorkers() {
    let trace = RunTrace(
      beganNS: 0, endedNS: 100,
      workers: [
        WorkerTrace([TraceSegment(fromNS: 10, toNS: 20, state: .io)]),
        WorkerTrace([TraceSegment(fromNS: 40, toNS: 50, state: .io)]),
      ], driver: [DriverSpan(activity: .movingData, fromNS: 5, toNS: 60)])
    #expect(Decomposition(trace).nanoseconds == [.movingData: 35, .io: 20, .idle: 45])
  }

  @Test func nothingAtAll() {
    #expect(Decomposition(RunTrace(beganNS: 5, endedNS: 5, workers: [])).nanoseconds == [:])
    #expect(Decomposition(RunTrace(beganNS: 5, endedNS: 9, workers: [])).nanoseconds == [.idle: 4])
  }

  @Test func bodySharesHoldWhatTheWorkerReported() {
    var worker = WorkerRecord(
      startCalledNS: 0, bodyEnteredNS: 10, bodyLeftNS: 110, endObservedNS: 120, onCPUNS: 20,
      runnableNS: 10,
      blocked: BlockedTimes(gilNS: 5, lockNS: 6, ioNS: 7, sleepNS: 8, childNS: 9))
    var doubts = TraceDoubts()
    func decomposed() -> Decomposition {
      doubts = TraceDoubts()
      let record = RunRecord(
        beganNS: 0, endedNS: 120, workers: [worker],
        usage: ResourceUsage(
          userSeconds: 0, systemSeconds: 0, switches: ContextSwitches(voluntary: 0, involuntary: 0),
          maxResidentKiB: 0))
      return Decomposition(RunTrace(record, doubts: &doubts))
    }
    #expect(
      decomposed().nanoseconds == [
        .starting: 10, .onCPU: 20, .runnable: 10, .gil: 5, .lock: 6, .io: 7, .sleep: 8,
        .child: 9, .other: 35, .ending: 10,
      ])
    #expect(doubts.sentences.isEmpty)

    // More time reported than there was: scaled down in proportion, and said.
    worker.onCPUNS = 155
    #expect(decomposed().nanoseconds[.onCPU] == 78)  // 155 of 200, of 100 ns
    #expect(decomposed().nanoseconds.values.reduce(0, +) == 120)
    #expect(doubts.sentences.count == 1)
    #expect(doubts.sentences[0].contains("1 of 1 workers reported more time than their bodies"))

    worker.onCPUNS = 20
    worker.runnableNS = nil
    #expect(decomposed().nanoseconds[.other] == 45)
    #expect(doubts.sentences.count == 1)
    #expect(doubts.sentences[0].contains("not reported by 1 of 1 workers"))
  }

  @Test(arguments: 0..<60) func randomTracesAlwaysAddUp(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let trace = Self.randomTrace(&generator)
    let decomposition = Decomposition(trace)
    #expect(decomposition.nanoseconds.values.reduce(0, +) == trace.wallNS)

    // And the second identity, for a number of CPUs below, at and above the peak.
    for cpus in [1.0, 1.5, 4, 64] {
      let balance = CPUTimeBalance(trace, cpus: cpus)
      let sum =
        balance.usedSeconds + balance.lostSeconds.sum + balance.withoutWorkerSeconds
        + balance.overcountedSeconds
      let expected = cpus * Double(trace.wallNS) / 1e9
      #expect(abs(sum - expected) <= 1e-9 * expected)
      #expect(balance.withoutWorkerSeconds >= 0 && balance.overcountedSeconds <= 0)
    }
  }

  private static func randomTrace(_ generator: inout SplitMix64) -> RunTrace {
    let began = UInt64.random(in: 0..<1_000_000_000_000, using: &generator)
    let ended = began + UInt64.random(in: 1..<10_000_000_000, using: &generator)
    let states = WorkerState.allCases.prefix(10)
    let workers = (0..<Int.random(in: 0..<30, using: &generator)).map { _ in
      // Some of it lies outside of the run, and is cut.
      var now = began &+ UInt64.random(in: 0..<5_000_000_000, using: &generator)
      if Bool.random(using: &generator) { now = began > 1_000 ? began - 1_000 : 0 }
      var segments: [TraceSegment] = []
      for _ in 0..<Int.random(in: 0..<12, using: &generator) {
        let end = now + UInt64.random(in: 0..<1_000_000_000, using: &generator)
        var shares = StateTable()
        for state in states where Bool.random(using: &generator) {
          shares[state] = Double.random(in: 0...1, using: &generator)
        }
        if shares.sum == 0 { shares[.other] = 1 }
        segments.append(
          TraceSegment(fromNS: now, toNS: end, shares: shares.scaled(by: 1 / shares.sum)))
        now = end
        if Bool.random(using: &generator) {
          now += UInt64.random(in: 0..<500_000_000, using: &generator)
        }
      }
      return WorkerTrace(segments.shuffled(using: &generator))
    }
    var spans: [DriverSpan] = []
    var now = began
    for activity in [DriverSpan.Activity.preparing, .startingServer, .movingData] {
      let from = now + UInt64.random(in: 0..<1_000_000_000, using: &generator)
      now = from + UInt64.random(in: 0..<2_000_000_000, using: &generator)
      spans.append(DriverSpan(activity: activity, fromNS: from, toNS: now))
    }
    return RunTrace(beganNS: began, endedNS: ended, workers: workers, driver: spans)
  }
}
