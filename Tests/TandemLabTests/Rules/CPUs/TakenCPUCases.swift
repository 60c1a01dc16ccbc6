import TandemModel

@testable import TandemLab

extension RulesTests {
  /// Two workers on two CPUs for two seconds, which get half of them.
  private static func half(_ taken: TakenCPU?, ready: Double = 1, sampled: Bool = false)
    -> ExplainReport
  {
    var program = MadeUpProgram.program(
      MadeUpProgram.workers(2, [.onCPU: 2 - ready, .runnable: ready]), wall: 2,
      shares: [.onCPU: 2 - ready, .runnable: ready], lost: [.runnable: 2 * ready], taken: taken)
    if sampled { program.sources.switches = .sampled }
    return program
  }

  private static func taken(
    others: Double? = 0, _ processes: [OtherProgram] = [], tandem: Double = 0.02,
    stolen: Double? = 0, idle: Double = 0, error: Double = 0.04
  ) -> TakenCPU {
    TakenCPU(
      othersSeconds: others, errorSeconds: error, others: processes, tandemSeconds: tandem,
      stolenSeconds: stolen, idleSeconds: idle)
  }

  private static let hog = OtherProgram(pid: 77, name: "hog", cpuSeconds: 1.9)
  private static let mite = OtherProgram(pid: 78, name: "mite", cpuSeconds: 0.05)

  /// The cases of the rules about who has a program's CPUs instead of it.
  static let takenCPUCases: [RuleCase] = [
    // MARK: cpus-taken-by-others
    .program(
      "another one uses half", .cpusTakenByOthers, half(taken(others: 1.9, [hog, mite])),
      says: [
        "Other programs used 1.90 s of the 4.00 s", "2 CPUs had (hog 77), while", "2.00 s in all",
      ],
      advises: ["when nothing else runs: "]),
    .program(
      "others that can't be seen, in a container", .cpusTakenByOthers, half(taken(others: 1.9)),
      says: ["2 CPUs had, while"], advises: ["top shows what does"]),
    .program(
      "switches are sampled, which others' accounts don't depend on", .cpusTakenByOthers,
      half(taken(others: 1.9, [hog]), sampled: true), says: ["while workers were ready to run."]),
    .program("workers that are ready prove nothing", .cpusTakenByOthers, half(taken()), says: nil),
    .program("not known", .cpusTakenByOthers, half(taken(others: nil)), says: nil),
    .program("nothing was measured", .cpusTakenByOthers, half(nil), says: nil),
    .program(
      "no more than the error", .cpusTakenByOthers, half(taken(others: 1, error: 1)), says: nil),
    .program("little", .cpusTakenByOthers, half(taken(others: 0.3, [hog])), says: nil),
    .program(
      "others, but a CPU was free", .cpusTakenByOthers, half(taken(others: 1.9, [hog], idle: 1)),
      says: nil),
    .program(
      "others, but nobody waited for a CPU", .cpusTakenByOthers,
      half(taken(others: 1.9, [hog]), ready: 0.05), says: nil),
    .program(
      "eight on two, all theirs", .cpusTakenByOthers, MadeUpProgram.eightOnTwo, says: nil),

    // MARK: cpus-taken-by-tandem
    .program(
      "observing takes a quarter", .cpusTakenByTandem, half(taken(tandem: 1)),
      says: ["Tandem itself used 1.00 s", "25 % of what 2 CPUs had"],
      advises: ["--switches sampled"]),
    .program(
      "sampling takes a tenth", .cpusTakenByTandem, half(taken(tandem: 0.4), sampled: true),
      says: ["10 % of what 2 CPUs had"], advises: ["Take its times from a run that isn't observed"]),
    .program("observing takes little", .cpusTakenByTandem, half(taken(tandem: 0.1)), says: nil),
    .program(
      "a CPU was free for it", .cpusTakenByTandem, half(taken(tandem: 1, idle: 1)), says: nil),
    .program(
      "nobody waited for a CPU", .cpusTakenByTandem, half(taken(tandem: 1), ready: 0.01),
      says: nil),

    // MARK: cpus-taken-by-host
    .program(
      "the host takes a fifth", .cpusTakenByHost, half(taken(stolen: 0.8)),
      says: ["took 800 ms of the CPU time that 2 CPUs had, 20 % of it"], advises: ["host"]),
    .program("the host takes little", .cpusTakenByHost, half(taken(stolen: 0.1)), says: nil),
    .program("not a virtual machine", .cpusTakenByHost, half(taken(stolen: nil)), says: nil),
  ]
}
