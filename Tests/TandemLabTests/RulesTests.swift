import TandemLab
import TandemModel
import Testing

/// Each rule has a test where it must speak and one where it must stay silent.
@Suite("Rules")
struct RulesTests {
  private let memory = MemorySummary(ussKiBPerWorker: 8_000)

  /// The findings of one rule.
  private func findings(
    _ rule: String, _ cells: [CellRuns], machine: MachineSummary = MadeUp.machine(),
    work: WorkSummary = MadeUp.work()
  ) -> [Finding] {
    #expect(Rules.all.contains { $0.name == rule })
    return MadeUp.analyse(cells, machine: machine, work: work).findings.filter { $0.rule == rule }
  }

  private let cpu = MadeUp.Worker(start: 0.001, onCPU: 0.1, end: 0.001)
  private let crowdedCPU = MadeUp.Worker(start: 0.001, onCPU: 0.1, runnable: 0.1, end: 0.001)
  private let locked = MadeUp.Worker(start: 0.001, onCPU: 0.1, gil: 0.3, end: 0.001)
  private let waiting = MadeUp.Worker(start: 0.001, onCPU: 0.001, io: 0.1, end: 0.001)

  @Test func namesAreUnique() {
    #expect(Set(Rules.all.map(\.name)).count == Rules.all.count)
  }

  @Test func neverOverlappedSpeaks() throws {
    let alone = findings("never-overlapped", [MadeUp.cell(.swiftThreads, .oneAtATime, cpu)])
    #expect(alone.count == 1)
    #expect(alone[0].claim.contains("no two workers were ever in progress at once"))
    #expect(alone[0].advice.contains("--schedule all-at-once"))
    #expect(try #require(alone[0].evidence["concurrency_max"]) <= 1)
    // Where the other schedule ran too, the advice has its figure instead.
    let both = findings(
      "never-overlapped",
      [
        MadeUp.cell(.swiftThreads, .oneAtATime, cpu),
        MadeUp.cell(.swiftThreads, .allAtOnce, crowdedCPU),
      ])
    #expect(both[0].advice.contains("all at once, swift-threads took 202 ms instead of 408 ms"))
  }

  @Test func neverOverlappedStaysSilent() {
    #expect(findings("never-overlapped", [MadeUp.cell(.swiftThreads, crowdedCPU)]).isEmpty)
    // One worker can't overlap with anything.
    #expect(
      findings("never-overlapped", [MadeUp.cell(.swiftThreads, .oneAtATime, cpu, workers: 1)])
        .isEmpty)
  }

  private func trap(_ processStart: Double) -> [CellRuns] {
    [
      MadeUp.cell(.pythonSerial, .oneAtATime, MadeUp.Worker(onCPU: 0.1)),
      MadeUp.cell(.pythonThreads, .oneAtATime, cpu),
      MadeUp.cell(
        .pythonProcessesFork, .oneAtATime,
        MadeUp.Worker(start: processStart, onCPU: 0.1, end: 0.001)),
    ]
  }

  @Test func threadsWonWithoutOverlapSpeaks() {
    let found = findings("threads-won-without-overlap", trap(0.2))
    #expect(found.count == 1)
    #expect(found[0].claim.contains("not because threads compute faster"))
    #expect(found[0].claim.contains("2.00 ms as a thread and 201 ms as a process, 4 times"))
    #expect(found[0].advice.contains("--schedule all-at-once"))
    let both = findings(
      "threads-won-without-overlap",
      trap(0.2) + [
        MadeUp.cell(.pythonThreads, locked), MadeUp.cell(.pythonProcessesFork, crowdedCPU),
      ])
    #expect(both[0].advice.contains("python-threads (CPython 3.11.7) took 402 ms"))
  }

  @Test func threadsWonWithoutOverlapStaysSilent() {
    // Processes as cheap as threads: threads didn't win.
    #expect(findings("threads-won-without-overlap", trap(0.001)).isEmpty)
    // Work that waits.
    #expect(
      findings(
        "threads-won-without-overlap",
        [
          MadeUp.cell(.serial, .oneAtATime, waiting),
          MadeUp.cell(.swiftThreads, .oneAtATime, waiting),
          MadeUp.cell(
            .swiftProcesses, .oneAtATime, MadeUp.Worker(start: 0.2, onCPU: 0.001, io: 0.1)),
        ], work: MadeUp.work(.io)
      ).isEmpty)
  }

  @Test func oneLockAtATimeSpeaks() {
    let found = findings(
      "one-lock-at-a-time",
      [
        MadeUp.cell(.swiftThreads, crowdedCPU), MadeUp.cell(.swiftThreadsGlobalLock, locked),
        MadeUp.cell(.pythonThreads, locked), MadeUp.cell(.pythonProcessesFork, crowdedCPU),
      ])
    #expect(found.count == 2)
    #expect(found[0].claim.contains("only 1 on a CPU") || found[0].claim.contains("only 1.00"))
    #expect(found[0].advice.contains("Swift's own threads have none and took 202 ms"))
    #expect(found[1].advice.contains("python-processes-fork took 202 ms instead of 402 ms"))
  }

  @Test func oneLockAtATimeSpeaksWhenTheWaitIsNotMeasured() {
    let blocked = MadeUp.Worker(onCPU: 0.1, unknown: 0.3)
    let found = findings(
      "one-lock-at-a-time",
      [
        MadeUp.cell(.pythonSerial, MadeUp.Worker(onCPU: 0.1)), MadeUp.cell(.pythonThreads, blocked),
      ])
    #expect(found.count == 1)
    #expect(found[0].evidence["lock_wait_s"] == nil)
    #expect(found[0].advice.contains("--models"))
  }

  @Test func oneLockAtATimeStaysSilent() {
    let serial = MadeUp.cell(.pythonSerial, MadeUp.Worker(onCPU: 0.1))
    // Parallelism 2: the work releases the lock.
    #expect(
      findings("one-lock-at-a-time", [serial, MadeUp.cell(.pythonThreads, crowdedCPU)]).isEmpty)
    // No lock in this interpreter: whatever held the threads up, it wasn't that.
    let blocked = MadeUp.Worker(onCPU: 0.1, unknown: 0.3)
    #expect(
      findings(
        "one-lock-at-a-time",
        [MadeUp.cell(.pythonThreads, blocked, interpreter: MadeUp.freeThreaded)]
      ).isEmpty)
    // Work that waits keeps no CPU busy, lock or not.
    #expect(
      findings(
        "one-lock-at-a-time",
        [MadeUp.cell(.pythonSerial, waiting), MadeUp.cell(.pythonThreads, waiting)],
        work: MadeUp.work(.io)
      ).isEmpty)
    // One CPU: parallelism can't be more than 1.
    #expect(
      findings(
        "one-lock-at-a-time", [serial, MadeUp.cell(.pythonThreads, locked)],
        machine: MadeUp.machine(cpus: 1)
      ).isEmpty)
  }

  @Test func ioBoundThreadsSufficeSpeaks() {
    let found = findings(
      "io-bound-threads-suffice",
      [
        MadeUp.cell(.pythonSerial, waiting), MadeUp.cell(.pythonThreads, waiting),
        MadeUp.cell(.pythonProcessesFork, waiting),
      ], work: MadeUp.work(.io))
    #expect(found.count == 1)
    #expect(found[0].claim.contains("want a CPU for 1.0 % of their time"))
    #expect(found[0].claim.contains("processes add nothing"))
    #expect(found[0].advice.contains("GIL is released"))
  }

  @Test func ioBoundThreadsSufficeStaysSilent() {
    #expect(
      findings(
        "io-bound-threads-suffice",
        [MadeUp.cell(.serial, cpu), MadeUp.cell(.swiftThreads, crowdedCPU)]
      ).isEmpty)
    // Processes are faster, whatever the reason.
    #expect(
      findings(
        "io-bound-threads-suffice",
        [
          MadeUp.cell(.serial, waiting), MadeUp.cell(.swiftThreads, MadeUp.Worker(io: 0.2)),
          MadeUp.cell(.swiftProcesses, waiting),
        ], work: MadeUp.work(.io)
      ).isEmpty)
  }

  @Test func startUpDominatesSpeaks() {
    let found = findings(
      "start-up-dominates",
      [
        MadeUp.cell(
          .pythonProcessesSpawn, .oneAtATime, MadeUp.Worker(start: 0.05, onCPU: 0.001, end: 0.004)),
        MadeUp.cell(
          .pythonProcessesFork, .oneAtATime, MadeUp.Worker(start: 0.005, onCPU: 0.001)),
        MadeUp.cell(.pythonThreads, .oneAtATime, cpu),
      ])
    #expect(found.count == 1)
    #expect(
      found[0].claim.hasPrefix(
        "One at a time, starting and ending 4 workers took 98 % of the 220 ms of "
          + "python-processes-spawn (CPython 3.11.7), 54.0 ms a worker"))
    #expect(found[0].claim.contains("more than half also under python-processes-fork"))
    #expect(found[0].advice.contains("--workers 2"))
    #expect(found[0].advice.contains("486 ms of work for each"))
    #expect(found[0].evidence["models"] == 2)
  }

  @Test func startUpDominatesStaysSilent() {
    #expect(findings("start-up-dominates", [MadeUp.cell(.swiftThreads, crowdedCPU)]).isEmpty)
    // Serial work starts nobody, however long the driver takes.
    #expect(findings("start-up-dominates", [MadeUp.cell(.serial, cpu)]).isEmpty)
  }

  @Test func startUpOfWorkersThatWaitIsNoReasonForFew() {
    let found = findings(
      "start-up-dominates",
      [
        MadeUp.cell(
          .pythonProcessesSpawn, .oneAtATime, MadeUp.Worker(start: 0.5, onCPU: 0.001, io: 0.1),
          workers: 20)
      ], work: MadeUp.work(.io, items: 20))
    #expect(found.count == 1)
    #expect(found.first?.advice.hasPrefix("Give each worker more to do") == true)
  }

  @Test func tasksThatWaitForTheirTurnAreNotBeingStarted() {
    let queued = MadeUp.cell(.swiftTasks, MadeUp.Worker(start: 5, onCPU: 0.1), workers: 20)
    #expect(findings("start-up-dominates", [queued]).isEmpty)
  }

  @Test func theModelLockIsNotBlamedForNothing() {
    let locked = MadeUp.cell(.swiftThreadsGlobalLock, MadeUp.Worker(onCPU: 0.1, gil: 0.3))
    let same = MadeUp.cell(.swiftThreads, MadeUp.Worker(onCPU: 0.1, runnable: 0.3))
    let found = findings("one-lock-at-a-time", [locked, same])
    #expect(found.first?.advice.contains("made no difference that matters") == true)
  }

  @Test func moreRunnableThanCPUsSpeaks() {
    let found = findings(
      "more-runnable-than-cpus",
      [MadeUp.cell(.swiftThreads, MadeUp.Worker(onCPU: 0.1, runnable: 4.9), workers: 100)])
    #expect(found.count == 1)
    #expect(found[0].claim.contains("100 workers on 2 CPUs"))
    #expect(abs((found[0].evidence["waiting_for_a_cpu"] ?? 0) - 98) < 2)
    #expect(found[0].advice.contains("--workers 2"))
  }

  @Test func moreRunnableThanCPUsStaysSilent() {
    #expect(
      findings("more-runnable-than-cpus", [MadeUp.cell(.swiftThreads, cpu, workers: 2)]).isEmpty)
    // Many, but they wait for something else.
    #expect(
      findings("more-runnable-than-cpus", [MadeUp.cell(.swiftThreads, waiting, workers: 50)])
        .isEmpty)
    // They wake at once and queue for a moment, but that is a small part of their time.
    #expect(
      findings(
        "more-runnable-than-cpus",
        [
          MadeUp.cell(
            .swiftThreads, MadeUp.Worker(onCPU: 0.001, runnable: 0.024, io: 0.1), workers: 50)
        ]
      ).isEmpty)
    // Not measured is not a finding.
    #expect(
      findings(
        "more-runnable-than-cpus",
        [
          MadeUp.cell(
            .swiftThreads, MadeUp.Worker(onCPU: 0.1, runnable: nil, unknown: 4.9), workers: 100)
        ]
      ).isEmpty)
  }

  @Test func quotaBelowCPUsSpeaks() {
    let found = findings(
      "quota-below-cpus", [], machine: MadeUp.machine(cpus: 2, allowed: 8, quota: 1.5))
    #expect(found.count == 1)
    #expect(found[0].claim.contains("8 CPUs") && found[0].claim.contains("1.5 CPUs"))
    #expect(found[0].advice.contains("2 workers"))
  }

  @Test func quotaBelowCPUsStaysSilent() {
    #expect(findings("quota-below-cpus", [], machine: MadeUp.machine()).isEmpty)
    #expect(
      findings("quota-below-cpus", [], machine: MadeUp.machine(cpus: 2, quota: 4)).isEmpty)
  }

  @Test func memoryPerWorkerSpeaks() {
    let found = findings(
      "memory-per-worker",
      [
        MadeUp.cell(.pythonProcessesSpawn, crowdedCPU, workers: 100, memory: memory),
        MadeUp.cell(
          .pythonProcessesFork, crowdedCPU, workers: 100,
          memory: MemorySummary(ussKiBPerWorker: 1_500)),
        MadeUp.cell(
          .pythonThreads, locked, workers: 100, memory: MemorySummary(stackKiBPerWorker: 48)),
      ])
    #expect(found.count == 1)
    #expect(found[0].claim.contains("keeps 7.81 MiB for itself"))
    #expect(found[0].claim.contains("100 at once keep 781 MiB"))
    #expect(found[0].claim.contains("a thread's stack holds 48.0 KiB"))
    #expect(found[0].advice.contains("python-processes-fork keeps 1.46 MiB"))
  }

  @Test func memoryPerWorkerStaysSilent() {
    #expect(
      findings(
        "memory-per-worker",
        [
          MadeUp.cell(
            .swiftProcesses, crowdedCPU, workers: 100, memory: MemorySummary(ussKiBPerWorker: 200))
        ]
      ).isEmpty)
    #expect(
      findings("memory-per-worker", [MadeUp.cell(.swiftProcesses, cpu, workers: 2, memory: memory)])
        .isEmpty)
    #expect(findings("memory-per-worker", [MadeUp.cell(.swiftProcesses, crowdedCPU)]).isEmpty)
  }

  @Test func tooShortToTellSpeaks() {
    let found = findings(
      "too-short-to-tell",
      [
        MadeUp.cell(.serial, MadeUp.Worker(onCPU: 0.000_25)),
        MadeUp.cell(.swiftThreads, crowdedCPU),
      ])
    #expect(found.count == 1)
    #expect(found[0].claim.contains("1 of 2 cases") && found[0].claim.contains("serial"))
    #expect(found[0].advice.contains("--iterations 1000000 "))
    let function = findings(
      "too-short-to-tell", [MadeUp.cell(.pythonSerial, MadeUp.Worker(onCPU: 0.000_25))],
      work: MadeUp.work(.pythonFunction, items: 4, iterations: nil))
    #expect(function[0].advice.contains("--items"))
  }

  @Test func tooShortToTellStaysSilent() {
    #expect(findings("too-short-to-tell", [MadeUp.cell(.swiftThreads, crowdedCPU)]).isEmpty)
  }

  @Test func machineDriftedSpeaks() {
    let rising = (0..<8).map { 1 + 0.05 * Double($0) }
    let found = findings(
      "machine-drifted",
      [
        MadeUp.cell(.swiftThreads, cpu, factors: rising),
        MadeUp.cell(.swiftProcesses, crowdedCPU, factors: rising),
      ])
    #expect(found.count == 1)
    #expect(found[0].claim.contains("Runs took longer and longer"))
  }

  @Test func machineDriftedStaysSilent() {
    #expect(findings("machine-drifted", [MadeUp.cell(.swiftThreads, cpu)]).isEmpty)
    // Rising, but by next to nothing.
    let rising = (0..<8).map { 1 + 0.001 * Double($0) }
    #expect(
      findings("machine-drifted", [MadeUp.cell(.swiftThreads, cpu, factors: rising)]).isEmpty)
  }
}
