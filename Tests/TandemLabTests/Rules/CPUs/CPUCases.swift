import TandemModel

@testable import TandemLab

extension RulesTests {
  private static func throttled(_ seconds: Double?, quota: Double) -> ExplainReport {
    MadeUpProgram.program(
      MadeUpProgram.workers(2, [.onCPU: 0.5, .runnable: 1.5]), wall: 2,
      shares: [.onCPU: 0.5, .runnable: 1.5], quota: quota, throttledSeconds: seconds)
  }

  private static let inJava: ExplainReport = {
    var program = MadeUpProgram.program(
      MadeUpProgram.workers(4, [.onCPU: 0.5, .waitingForWork: 1.5]), wall: 2, shares: [.onCPU: 2],
      atOnce: 2)
    program.runtimes = [ObservedRuntime(pid: 100, name: .java)]
    return program
  }()

  private static let withBriefGIL: ExplainReport = {
    var program = MadeUpProgram.good.withoutGILFigures
    program.gil = [ObservedGIL(pid: 100, state: .on, version: "3.12.1", waitSeconds: nil)]
    return program
  }()

  private static let covered: ExplainReport = {
    var program = MadeUpProgram.good
    program.sources = ObservationSources(
      switches: .sampled, lostRecords: 400, lostSeconds: 0.2, attributedShare: 0.62)
    return program
  }()

  /// The cases of the rules about which CPUs a program gets.
  static let cpuCases: [RuleCase] = [
    // MARK: same-work-costs-more-cpu
    .models(
      "threads that fight for a cache line", .sameWorkCostsMoreCPU,
      [
        MadeUp.cell(.serial, .init(onCPU: 0.1)),
        MadeUp.cell(.swiftThreads, .init(onCPU: 0.3), workers: 4),
        MadeUp.cell(.swiftProcesses, .init(onCPU: 0.101), workers: 4),
      ],
      says: [
        "swift-threads: the same items take 3.00 times the CPU time with 4 workers that they take with"
          + " serial: 1.20 s instead of 400 ms in the bodies", "false sharing",
        "Of the whole runs, starting included, user mode had 1.20 s instead of 400 ms and the kernel 0 s instead of 0 s.",
      ], advises: ["data of its own"], evidence: ["cpu_ratio": 3, "workers": 4, "pairs": 8]),
    .models(
      "as much CPU time as without workers", .sameWorkCostsMoreCPU,
      [MadeUp.cell(.serial, .cpu), MadeUp.cell(.swiftThreads, .cpu)], says: nil),
    .models(
      "a sweep, compared with one worker", .sameWorkCostsMoreCPU,
      [
        MadeUp.cell(.swiftThreads, .init(onCPU: 0.4), workers: 1),
        MadeUp.cell(.swiftThreads, .init(onCPU: 0.3), workers: 2),
        MadeUp.cell(.swiftThreads, .init(onCPU: 0.2), workers: 4),
      ], sweep: [1, 2, 4],
      says: ["2.00 times the CPU time with 4 workers that they take with one worker"]),
    .models(
      "nothing to compare with", .sameWorkCostsMoreCPU,
      [MadeUp.cell(.swiftThreads, .init(onCPU: 0.3), workers: 4)], says: nil),
    .models(
      "the model of a lock", .sameWorkCostsMoreCPU,
      [
        MadeUp.cell(.serial, .cpu), MadeUp.cell(.swiftThreadsGlobalLock, .init(onCPU: 0.3)),
      ], says: nil),
    .models(
      "too short", .sameWorkCostsMoreCPU,
      [
        MadeUp.cell(.serial, .init(onCPU: 0.001)),
        MadeUp.cell(.swiftThreads, .init(onCPU: 0.003)),
      ], says: nil),

    // MARK: quota-limits-cpus
    .models(
      "a quota below the CPUs", .quotaLimitsCPUs, [],
      machine: MadeUp.machine(cpus: 2, allowed: 8, quota: 1.5), says: ["8 CPUs", "1.5 CPUs"],
      advises: ["than the quota allows (2)"]),
    .models("no quota", .quotaLimitsCPUs, [], says: nil),
    .models(
      "a quota above the CPUs", .quotaLimitsCPUs, [], machine: MadeUp.machine(cpus: 2, quota: 4),
      says: nil),
    .program(
      "a quota of half a CPU", .quotaLimitsCPUs, throttled(1.5, quota: 0.5),
      says: ["quota of 0.5 CPUs", "1.50 s in all", "2.00 s of wall time"]),
    .program(
      "a quota that isn't reached", .quotaLimitsCPUs, throttled(0, quota: 2), says: nil),
    .program("not measured", .quotaLimitsCPUs, throttled(nil, quota: 1), says: nil),

    // MARK: cpus-in-use
    .program(
      "two on two", .cpusInUse, MadeUpProgram.good,
      says: ["100 % of the wall time, on 2.00 of 2 CPUs; no wait was seen that matters."],
      advises: ["tandem explain --sweep n=1,2", "one run can't show"]),
    .program(
      "with the coverage", .cpusInUse, covered,
      says: [
        "The reason is known of 62 % of the time that workers waited, switches were sampled and records "
          + "were lost during 200 ms."
      ]),
    .program(
      "where a GIL could not be measured", .cpusInUse, MadeUpProgram.good.withoutGILFigures,
      says: nil),
    .program(
      "where next to no time can have gone to a GIL", .cpusInUse, withBriefGIL,
      says: ["2.00 of 2 CPUs"]),
    .program(
      "one that reads", .cpusInUse, MadeUpProgram.waiting(.io, workers: 1), says: nil),
    .program(
      "a start and little else", .cpusInUse,
      MadeUpProgram.program([], wall: 0.3, shares: [.onCPU: 0.3], main: [.onCPU: 0.3]),
      says: ["1.00 of 2 CPUs"], advises: ["Profile the computing (perf record -g): one run"]),
    .program(
      "a Java virtual machine with one thread that computes", .cpusInUse,
      MadeUpProgram.program(
        [MadeUpProgram.worker([.onCPU: 1.9], name: "main", tid: 198)]
          + MadeUpProgram.javasOwn(20), wall: 2, shares: [.onCPU: 1.9]),
      says: ["95 % of the wall time", "on 0.95 of 2 CPUs; everything else took 100 ms"],
      advises: ["Divide the work among several workers"]),
    .program(
      "Java's threads, one at a time", .cpusInUse, inJava, says: ["1.00 of 2 CPUs"],
      advises: ["what Java makes them wait for can't be seen from outside"]),
    .program(
      "two that don't use all of two CPUs", .cpusInUse,
      MadeUpProgram.program(
        MadeUpProgram.workers(2, [.onCPU: 1.5, .waitingForWork: 0.5]), wall: 2,
        shares: [.onCPU: 1.9, .waitingForWork: 0.1], atOnce: 2),
      says: ["1.50 of 2 CPUs; the rest, 100 ms, was mostly waiting for work"],
      advises: [
        "whether fewer workers need less", "can't show whether the CPU time was well spent",
      ]),
  ]
}
