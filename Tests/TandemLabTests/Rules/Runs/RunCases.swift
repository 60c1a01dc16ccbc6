import TandemModel

@testable import TandemLab

extension RulesTests {
  private static let leaver: ExplainReport = {
    var program = MadeUpProgram.program(
      [], wall: 0.003, shares: [.onCPU: 0.003], main: [.onCPU: 0.003])
    program.leftRunning = [LeftProcess(pid: 77, name: "daemon")]
    return program
  }()

  /// Factors that rise by a step a block.
  private static func rising(by step: Double) -> [Double] {
    (0..<8).map { 1 + step * Double($0) }
  }

  /// The cases of the rules about how far runs can be trusted.
  static let runCases: [RuleCase] = [
    // MARK: too-short-to-tell
    .models(
      "a quarter of a millisecond", .tooShortToTell,
      [
        MadeUp.cell(.serial, MadeUp.Worker(onCPU: 0.000_25)),
        MadeUp.cell(.swiftThreads, .crowdedCPU),
      ], says: ["1 of 2 cases", "serial"], advises: ["--iterations 1000000 "]),
    .models(
      "a function", .tooShortToTell, [MadeUp.cell(.pythonSerial, MadeUp.Worker(onCPU: 0.000_25))],
      work: MadeUp.work(.pythonFunction, items: 4, iterations: nil), says: [],
      advises: ["--items"]),
    .models(
      "long enough", .tooShortToTell, [MadeUp.cell(.swiftThreads, .crowdedCPU)], says: nil),
    .program(
      "a program of 50 ms", .tooShortToTell,
      MadeUpProgram.program([], wall: 0.05, shares: [.onCPU: 0.05], main: [.onCPU: 0.05]),
      says: ["The program ran for 50.0 ms, which is too short to judge"],
      advises: ["runs for a second or longer"]),
    .program(
      "a program of 3 ms that leaves something running", .tooShortToTell, leaver,
      says: ["ran for 3.00 ms"], advises: ["what it left running: tandem explain --pid 77 (daemon)"]
    ),
    .program("a program of 2 s", .tooShortToTell, MadeUpProgram.good, says: nil),

    // MARK: machine-drifted
    .models(
      "slower from block to block", .machineDrifted,
      [
        MadeUp.cell(.swiftThreads, .cpu, factors: rising(by: 0.05)),
        MadeUp.cell(.swiftProcesses, .crowdedCPU, factors: rising(by: 0.05)),
      ], says: ["Runs took longer and longer"]),
    .models("steady", .machineDrifted, [MadeUp.cell(.swiftThreads, .cpu)], says: nil),
    .models(
      "slower by next to nothing", .machineDrifted,
      [MadeUp.cell(.swiftThreads, .cpu, factors: rising(by: 0.001))], says: nil),
  ]
}
