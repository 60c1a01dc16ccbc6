import TandemModel

@testable import TandemLab

extension RulesTests {
  private static func narrowed(
    to cpus: String = "0", _ count: Int = 1, workers: Int = 2, since: Double = 0.1,
    onCPU: Double = 1.9, ready: Double = 1.9
  ) -> NarrowedCPUs {
    NarrowedCPUs(
      cpus: cpus, count: count, workers: workers, pid: 100, tid: 101, name: "worker",
      sinceSeconds: since, onCPUSeconds: onCPU, runnableSeconds: ready)
  }

  /// Two workers for two seconds on two CPUs, of which they use one.
  private static func half(_ narrowed: [NarrowedCPUs], onCPU: Double = 1) -> ExplainReport {
    var program = MadeUpProgram.program(
      MadeUpProgram.workers(2, [.onCPU: onCPU, .runnable: 2 - onCPU]), wall: 2,
      shares: [.onCPU: onCPU, .runnable: 2 - onCPU], lost: [.runnable: 4 - 2 * onCPU])
    program.lostCPU.narrowed = narrowed
    return program
  }

  /// Many workers on two CPUs that use one of them.
  static let crowd: ExplainReport = {
    var program = MadeUpProgram.program(
      MadeUpProgram.workers(6, [.onCPU: 0.33, .runnable: 1.67]), wall: 2,
      shares: [.onCPU: 0.33, .runnable: 1.67], lost: [.runnable: 2])
    program.lostCPU.narrowed = [narrowed(workers: 6, ready: 9)]
    return program
  }()

  /// Eight on three of four CPUs, which they fill.
  static let crowdOnThree: ExplainReport = {
    var program = MadeUpProgram.program(
      MadeUpProgram.workers(8, [.onCPU: 0.75, .runnable: 1.25]), wall: 2,
      shares: [.onCPU: 0.75, .runnable: 1.25], cpus: 4, lost: [.runnable: 2])
    program.lostCPU.narrowed = [narrowed(to: "0-2", 3, workers: 8, onCPU: 5.9, ready: 9.9)]
    return program
  }()

  /// The cases of the rule about CPUs that the program itself gave up.
  static let narrowedCases: [RuleCase] = [
    .program(
      "both are bound to the same CPU", .cpusNarrowed, half([narrowed()]),
      says: [
        "From 100 ms on, worker (101) and 1 more worker could run on CPU 0 only",
        "although the program was given 2 CPUs", "waited for a CPU for 1.90 s in all",
      ], advises: ["sched_setaffinity", "when it begins"]),
    .program(
      "six are, and their number isn't what is wrong", .cpusNarrowed, crowd,
      says: ["and 5 more workers could run on CPU 0 only"]),
    .program(
      "each is bound to a CPU of its own, and others use these", .cpusNarrowed,
      half([
        narrowed(workers: 1, onCPU: 1, ready: 0.9),
        narrowed(to: "1", workers: 1, onCPU: 1, ready: 0.9),
      ]), says: nil),
    .program(
      "one worker on one CPU", .cpusNarrowed,
      half([narrowed(workers: 1, onCPU: 1.9, ready: 0)]), says: nil),
    .program("nobody is bound", .cpusNarrowed, half([]), says: nil),
    .program(
      "what was given is used", .cpusNarrowed, half([narrowed()], onCPU: 1.9), says: nil),
    .program(
      "bound to as many as there are", .cpusNarrowed,
      half([narrowed(to: "0-1", 2, onCPU: 2, ready: 3)]), says: nil),
    .program(
      "bound at the very end", .cpusNarrowed,
      half([narrowed(since: 2, onCPU: 0, ready: 0)]), says: nil),
  ]
}
