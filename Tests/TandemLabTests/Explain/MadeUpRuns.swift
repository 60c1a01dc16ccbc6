import TandemModel

@testable import TandemLab

/// Made-up runs of commands, with figures that can be worked out by hand.
enum MadeUpRuns {
  /// So many runs that all took the same.
  static func runs(
    _ count: Int = 8, wall: Double = 1, user: Double, system: Double = 0, waits: Double = 10,
    faults: Double = 100, instructions: Double? = nil, cycles: Double? = nil
  ) -> TimedRuns {
    func list(_ value: Double) -> [Double] { Array(repeating: value, count: count) }
    return TimedRuns(
      wallSeconds: list(wall), userSeconds: list(user), systemSeconds: list(system),
      voluntarySwitches: list(waits), involuntarySwitches: list(1), minorFaults: list(faults),
      majorFaults: list(0), instructions: instructions.map(list), cycles: cycles.map(list))
  }

  /// The figures of one command's runs compared with another's.
  static func comparisons(_ runs: TimedRuns, with base: TimedRuns) -> [RunComparison] {
    RunComparison.all(of: runs, with: base, arePaired: true, use: "test")
  }

  /// A sweep whose runs with each value are these.
  static func sweep(
    _ values: [String], _ runs: [TimedRuns], isRepeated: Bool = true, demand: Double = 1
  ) throws -> ExplainSweep {
    var report = MadeUpProgram.program([], wall: runs[0].wallSeconds[0], shares: [:], main: [:])
    report.demand = demand
    return ExplainSweep(
      try SweptCommand("n", values, of: ["./program", "{n}"]),
      observed: values.map { _ in report },
      repeated: RepeatedRuns(asked: nil, areUnobserved: isRepeated), runs: runs)
  }
}
