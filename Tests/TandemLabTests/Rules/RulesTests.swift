import Foundation
import TandemModel
import TandemTestSupport
import Testing

@testable import TandemLab

/// Each rule speaks where it must, with its figures, and is silent where it must be.
@Suite struct RulesTests {
  /// Every rule's cases: one table a folder of rules.
  static let cases =
    overlapCases + waitCases + cpuCases + takenCPUCases + narrowedCases
    + workerCases + standstillCases + overheadCases + runCases

  @Test(arguments: cases) func aRuleSpeaksOnEvidence(case: RuleCase) throws {
    let found = try `case`.conclusions()
    guard let says = `case`.says else {
      #expect(found.isEmpty, "\(found.map(\.finding.claim))")
      return
    }
    #expect(found.count == `case`.count, "\(found.map(\.finding.claim))")
    let sentences = found.map(\.finding.claim).joined(separator: "\n")
    let advice = found.map(\.finding.advice).joined(separator: "\n")
    for text in says { #expect(sentences.contains(text), "\(text): \(sentences)") }
    for text in `case`.advises { #expect(advice.contains(text), "\(text): \(advice)") }
    for conclusion in found {
      let finding = conclusion.finding
      #expect(conclusion.claim == `case`.claim && finding.rule == `case`.claim.rawValue)
      #expect(finding.claim.hasSuffix(".") && finding.advice.hasSuffix("."))
      #expect(finding.advice.first?.isUppercase == true)
      #expect(!finding.evidence.isEmpty && finding.evidence.values.allSatisfy(\.isFinite))
    }
    let evidence = try #require(found.first).finding.evidence
    for (name, value) in `case`.evidence {
      let figure = try #require(evidence[name], "\(name)")
      #expect(abs(figure - value) <= 0.001 * abs(value), "\(name): \(figure)")
    }
    for name in `case`.lacks { #expect(evidence[name] == nil, "\(name)") }
    if let gain = `case`.gain {
      let seconds = try #require(found.first?.finding.potentialGain).seconds
      #expect(abs(seconds - gain) <= 0.001 * gain, "\(seconds)")
    }
  }

  /// Where the verdict is open, no advice names the model that it leaves open.
  @Test func adviceThatPicksAModelWaitsForTheVerdict() {
    let comparison = MadeUp.comparison([
      MadeUp.cell(.pythonThreads, .locked), MadeUp.cell(.pythonProcessesFork, .crowdedCPU),
    ])
    func advice(isDecided: Bool) -> String? {
      Rules.findings(in: comparison, isDecided: isDecided).first {
        $0.rule == Claim.gilBound.rawValue
      }?.advice
    }
    #expect(advice(isDecided: true)?.hasPrefix("Use processes for this work: ") == true)
    #expect(
      advice(isDecided: false)?.hasPrefix("If more runs agree, use processes for this work: ")
        == true)
  }

  @Test func everyRuleHasBothCases() {
    func check(_ claims: [Claim], ofComparisons: Bool) {
      for claim in claims {
        let own = Self.cases.filter {
          $0.claim == claim && $0.isAboutComparison == ofComparisons
        }
        #expect(own.contains { $0.says != nil }, "\(claim.rawValue) never speaks")
        #expect(own.contains { $0.says == nil }, "\(claim.rawValue) is never silent")
      }
      #expect(Set(claims).count == claims.count)
    }
    check(Rules.aboutComparisons.map(\.claim), ofComparisons: true)
    check(Rules.aboutPrograms.map(\.claim), ofComparisons: false)
  }

  @Test func everyClaimIsMade() {
    let made = Rules.aboutComparisons.map(\.claim) + Rules.aboutPrograms.map(\.claim)
    #expect(Set(made) == Set(Claim.allCases))
  }

  @Test(arguments: Claim.allCases) func namesAreInWords(claim: Claim) {
    #expect(claim.rawValue.allSatisfy { $0.isLowercase || $0 == "-" })
  }

  /// The page lists each claim, and which command makes it.
  @Test(arguments: Claim.allCases) func isDocumented(claim: Claim) throws {
    var makers: [String] = []
    if Rules.aboutComparisons.contains(where: { $0.claim == claim }) { makers.append("`compare`") }
    if Rules.aboutPrograms.contains(where: { $0.claim == claim }) { makers.append("`explain`") }
    if Rules.aboutDifferences.contains(where: { $0.claim == claim }) {
      makers.append("`explain --vs`")
    }
    if Rules.aboutSweeps.contains(where: { $0.claim == claim }) {
      makers.append("`explain --sweep`")
    }
    let row = try Repository.text("Documentation/compare-1.md").split(separator: "\n")
      .first { $0.hasPrefix("| `\(claim.rawValue)` |") }
    let ends = try #require(row, "\(claim.rawValue)").hasSuffix(
      "| \(makers.joined(separator: ", ")) |")
    #expect(ends, "\(claim.rawValue): \(makers)")
  }

  /// Which findings there are about a whole program, and no others.
  @Test(arguments: [
    ("good", MadeUpProgram.good, [Claim.cpusInUse]),
    ("one by one", MadeUpProgram.oneByOne, [.neverOverlapped]),
    (
      "one by one, at once", MadeUpProgram.storm(lives: 0.0002, kind: .process),
      [.startUpDominates, .neverOverlapped]
    ),
    (
      "one by one, in no time", MadeUpProgram.storm(lives: 0.0002, kind: .thread, beside: 0.03),
      [.tooShortToTell]
    ),
    ("under the lock", MadeUpProgram.fourUnderOneLock(lost: 2), [.gilBound]),
    ("eight on two", MadeUpProgram.eightOnTwo, [.oversubscribed]),
    ("in I/O", MadeUpProgram.waiting(.io, workers: 8), [.ioBound]),
    ("one slow", MadeUpProgram.oneSlow, [.workersUneven]),
    ("idle pool", MadeUpProgram.pool(of: 16, busy: 2), [.moreWorkersThanWork]),
  ])
  func exactlyTheRightRulesSpeak(name: String, program: ExplainReport, claims: [Claim]) {
    #expect(Rules.findings(in: program).map(\.rule) == claims.map(\.rawValue), "\(name)")
  }

  /// A program that ended before anything could be seen has no findings, and nothing is divided by 0.
  @Test func nothingSeenNothingSaid() {
    let program = MadeUpProgram.program([], wall: 1, shares: [:], main: [:])
    var empty = program
    empty.wallSeconds = 0
    #expect(Rules.findings(in: program).isEmpty)
    #expect(Rules.findings(in: empty).isEmpty)
  }
}
