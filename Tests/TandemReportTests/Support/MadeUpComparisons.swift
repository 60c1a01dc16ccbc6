import TandemModel

@testable import TandemLab

/// Made-up differences and sweeps of commands that were run again and again.
enum MadeUpComparisons {
  /// So many runs, a little longer each time.
  static func runs(
    _ count: Int, wall: Double, user: Double, system: Double, isCounted: Bool = false
  ) -> TimedRuns {
    func list(_ value: Double) -> [Double] {
      (0..<count).map { value * (1 + Double($0 % 4) / 100) }
    }
    return TimedRuns(
      wallSeconds: list(wall), userSeconds: list(user), systemSeconds: list(system),
      voluntarySwitches: list(200 * wall), involuntarySwitches: list(40),
      minorFaults: list(10_000), majorFaults: list(0),
      instructions: isCounted ? list(2e9) : nil, cycles: isCounted ? list(3e9 * user) : nil)
  }

  /// Two programs of which the second uses more CPU time in less wall time.
  static let difference = ExplainDifference(
    first: MadeUpExplanations.gilBound.report, second: MadeUpExplanations.pool.report,
    repeated: RepeatedRuns(asked: 8, areUnobserved: true),
    firstRuns: runs(8, wall: 4, user: 3.8, system: 0.1, isCounted: true),
    secondRuns: runs(8, wall: 2.1, user: 7.4, system: 0.2, isCounted: true))

  private static func sweep(
    _ variable: String, _ values: [String], of command: [String], _ repeated: RepeatedRuns,
    _ runs: [TimedRuns], _ report: ExplainReport
  ) -> ExplainSweep? {
    guard let swept = try? SweptCommand(variable, values, of: command) else { return nil }
    return ExplainSweep(
      swept, observed: values.map { _ in report }, repeated: repeated, runs: runs)
  }

  /// Sweeps, each with a name.
  static let sweeps: [(name: String, sweep: ExplainSweep)] = [
    (
      "workers",
      sweep(
        "n", ["1", "2", "4"], of: ["./simulate", "--workers={n}", "my model"],
        RepeatedRuns(asked: nil, areUnobserved: true),
        [
          runs(9, wall: 1, user: 0.95, system: 0.01), runs(9, wall: 0.6, user: 1.1, system: 0.02),
          runs(9, wall: 1.4, user: 5.1, system: 0.05),
        ], MadeUpExplanations.pool.report)
    ),
    (
      "counted",
      sweep(
        "OMP_WAIT_POLICY", ["passive", "active"], of: ["./solve"],
        RepeatedRuns(asked: 3, areUnobserved: true),
        [
          runs(3, wall: 1, user: 1, system: 0.1, isCounted: true),
          runs(3, wall: 1, user: 2, system: 0.1, isCounted: true),
        ], MadeUpExplanations.crash.report)
    ),
    (
      "once",
      sweep(
        "n", ["1", "2"], of: ["make", "-j{n}"],
        RepeatedRuns(asked: nil, areUnobserved: false, reason: "It was interrupted."),
        [
          runs(1, wall: 100, user: 95, system: 3), runs(1, wall: 50, user: 95, system: 4),
        ], MadeUpExplanations.busy.report)
    ),
  ].compactMap { entry in entry.1.map { (entry.0, $0) } }
}
