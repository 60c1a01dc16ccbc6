import TandemModel
import TandemSystem
import Testing

@testable import TandemLab

/// A rule's case: a subject, and what the rule must conclude from it.
struct RuleCase: Sendable, CustomTestStringConvertible {
  /// What a rule judges.
  enum Subject: Sendable {
    case comparison(Comparison)
    case program(ExplainReport)
  }

  var name: String
  var claim: Claim
  var subject: Subject
  /// What the sentences must contain; nil when the rule must stay silent.
  var says: [String]?
  /// What the advice must contain.
  var advises: [String] = []
  /// How many conclusions there must be.
  var count = 1
  /// Figures of the first one's evidence, to within a thousandth.
  var evidence: [String: Double] = [:]
  /// Figures that its evidence must not have.
  var lacks: [String] = []
  /// The seconds that its potential gain must have, to within a thousandth; nil for any or none.
  var gain: Double?

  var testDescription: String { "\(claim.rawValue): \(name)" }

  var isAboutComparison: Bool {
    if case .comparison = subject { return true }
    return false
  }

  /// What the rule in the list concludes, before contradictions are settled.
  func conclusions() throws -> [Conclusion] {
    switch subject {
    case .comparison(let comparison):
      try #require(Rules.aboutComparisons.first { $0.claim == claim })
        .conclusions(from: comparison)
    case .program(let program):
      try #require(Rules.aboutPrograms.first { $0.claim == claim }).conclusions(from: program)
    }
  }

  /// A case of a rule about timed models.
  static func models(
    _ name: String, _ claim: Claim, _ cells: [CellRuns],
    machine: MachineSummary = MadeUp.machine(), work: WorkSummary = MadeUp.work(),
    sweep: [Int]? = nil, says: [String]?, advises: [String] = [], count: Int = 1,
    evidence: [String: Double] = [:], lacks: [String] = []
  ) -> RuleCase {
    RuleCase(
      name: name, claim: claim,
      subject: .comparison(
        MadeUp.comparison(cells, machine: machine, work: work, sweep: sweep)),
      says: says, advises: advises, count: count, evidence: evidence, lacks: lacks)
  }

  /// A case of a rule about an observed program.
  static func program(
    _ name: String, _ claim: Claim, _ program: ExplainReport, says: [String]?,
    advises: [String] = []
  ) -> RuleCase {
    RuleCase(name: name, claim: claim, subject: .program(program), says: says, advises: advises)
  }
}

extension MadeUp {
  /// Models as rules judge them.
  static func comparison(
    _ cells: [CellRuns], machine: MachineSummary = machine(), work: WorkSummary = work(),
    sweep: [Int]? = nil
  ) -> Comparison {
    let report = CompareReport(
      analysing: cells, machine: machine, work: work, seed: 1, sweep: sweep)
    var generator = SplitMix64(seed: 1, use: "drift")
    return Comparison(
      machine: machine, work: work, results: report.runs, differences: report.differences,
      drift: Drift(of: report.runs.map { ($0.blocks, $0.wallSeconds) }, using: &generator),
      sweep: report.sweep,
      cpuTimes: CPUTimeOfItems.all(in: cells.map { AnalysedCell($0, seed: 1) }, seed: 1))
  }
}

extension MadeUp.Worker {
  /// Computes all the time.
  static let cpu = MadeUp.Worker(start: 0.001, onCPU: 0.1, end: 0.001)
  /// Computes half of the time, and waits for a CPU for the other half.
  static let crowdedCPU = MadeUp.Worker(start: 0.001, onCPU: 0.1, runnable: 0.1, end: 0.001)
  /// Computes a quarter of the time, and waits for a global lock.
  static let locked = MadeUp.Worker(start: 0.001, onCPU: 0.1, gil: 0.3, end: 0.001)
  /// Computes a quarter of the time, and waits for something unknown.
  static let blocked = MadeUp.Worker(onCPU: 0.1, unknown: 0.3)
  /// Waits for I/O.
  static let waiting = MadeUp.Worker(start: 0.001, onCPU: 0.001, io: 0.1, end: 0.001)
}
