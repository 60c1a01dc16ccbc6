import TandemModel

@testable import TandemLab

extension RulesTests {
  private static func throttled(_ seconds: Double?, quota: Double) -> ExplainReport {
    MadeUpProgram.program(
      MadeUpProgram.workers(2, [.onCPU: 0.5, .runnable: 1.5]), wall: 2,
      shares: [.onCPU: 0.5, .runnable: 1.5], quota: quota, throttledSeconds: seconds)
  }

  /// Two workers that were ready for half of the time, by records that are incomplete.
  private static func readyBy(
    _ switches: ObservationSources.Switches, lostSeconds: Double
  ) -> ExplainReport {
    var program = MadeUpProgram.program(
      MadeUpProgram.workers(2, [.onCPU: 1, .runnable: 1]), wall: 2,
      shares: [.onCPU: 1, .runnable: 1], lost: [.runnable: 2])
    program.sources.switches = switches
    program.sources.lostSeconds = lostSeconds
    return program
  }

  /// The cases of the rules about which CPUs a program gets.
  static let cpuCases: [RuleCase] = [
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

    // MARK: cpus-taken-by-others
    .program(
      "two on two that others use too", .cpusTakenByOthers,
      MadeUpProgram.program(
        MadeUpProgram.workers(2, [.onCPU: 1, .runnable: 1]), wall: 2,
        shares: [.onCPU: 1, .runnable: 1], lost: [.runnable: 2]),
      says: ["2.00 s in all", "2.00 s of CPU time"]),
    .program(
      "ready time was sampled", .cpusTakenByOthers, readyBy(.sampled, lostSeconds: 0), says: nil),
    .program(
      "records were lost in most of the time", .cpusTakenByOthers,
      readyBy(.exact, lostSeconds: 1.9), says: nil),
    .program(
      "eight on two, all theirs", .cpusTakenByOthers, MadeUpProgram.eightOnTwo, says: nil),

    // MARK: nothing-in-the-way
    .program(
      "two on two", .nothingInTheWay, MadeUpProgram.good,
      says: ["100 % of the wall time", "2.00 of 2 CPUs"]),
    .program(
      "one that reads", .nothingInTheWay, MadeUpProgram.waiting(.io, workers: 1), says: nil),
    .program(
      "four in turn", .nothingInTheWay,
      MadeUpProgram.program(
        MadeUpProgram.workers(4, [.onCPU: 0.5, .waitingForWork: 1.5]), wall: 2,
        shares: [.onCPU: 2], atOnce: 2),
      says: ["100 % of the wall time", "by 4 threads in turn"]),
    .program(
      "a Java virtual machine with one thread that computes", .nothingInTheWay,
      MadeUpProgram.program(
        [MadeUpProgram.worker([.onCPU: 1.9], name: "main", tid: 198)]
          + MadeUpProgram.javasOwn(20), wall: 2, shares: [.onCPU: 1.9]),
      says: ["95 % of the wall time", "everything else took 100 ms"],
      advises: ["Divide the work among several workers"]),
    .program(
      "two that don't use all of two CPUs", .nothingInTheWay,
      MadeUpProgram.program(
        MadeUpProgram.workers(2, [.onCPU: 1.5, .waitingForWork: 0.5]), wall: 2,
        shares: [.onCPU: 1.9, .waitingForWork: 0.1], atOnce: 2),
      says: ["1.50 of 2 CPUs; everything else took 100 ms"],
      advises: ["with fewer workers (--vs)", "can't show whether the CPU time was well spent"]),
  ]
}
