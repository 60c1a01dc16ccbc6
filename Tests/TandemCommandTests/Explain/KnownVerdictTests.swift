import Foundation
import KnownTruthList
import TandemModel
import Testing

/// How what was said of a program of known behaviour is judged.
@Suite struct KnownVerdictTests {
  private func finding(_ rule: String, _ claim: String = "", _ advice: String = "") -> Finding {
    Finding(rule: rule, claim: claim, evidence: [:], potentialGain: nil, advice: advice)
  }

  private func verdict(
    _ truth: KnownTruth, _ findings: Finding..., othersShare: Double = 0,
    mode: KnownMode = .exact
  ) -> KnownVerdict {
    KnownVerdict(truth, KnownRun(findings: findings, othersShare: othersShare), mode)
  }

  private func truth(_ change: (inout KnownTruth) -> Void = { _ in }) -> KnownTruth {
    var truth = KnownTruth("made up", "waits", .fixture([]), rules: [], facts: [])
    truth.names = ["lock-bound"]
    truth.may = ["oversubscribed"]
    change(&truth)
    return truth
  }

  @Test func aCauseIsNamedOrNot() {
    #expect(verdict(truth(), finding("lock-bound")).outcome == .named)
    #expect(verdict(truth(), finding("oversubscribed")).outcome == .silent)
    #expect(verdict(truth()).outcome == .silent)
    #expect(verdict(truth { $0.whyNotSeen = "it is hidden" }).outcome == .nothingToName)
    #expect(
      verdict(truth { $0.unsureWhenSampled = ["lock-bound"] }, mode: .sampled).outcome
        == .nothingToName)
  }

  @Test func whatIsNotAllowedIsFalse() {
    #expect(
      verdict(truth(), finding("lock-bound"), finding("oversubscribed")).falsehoods.isEmpty)
    #expect(verdict(truth(), finding("cpus-in-use")).falsehoods.isEmpty)
    #expect(verdict(truth(), finding("io-bound")).falsehoods.count == 1)
    let busy = truth { $0.unsureWhenBusy = ["io-bound"] }
    #expect(verdict(busy, finding("io-bound"), othersShare: 0.3).falsehoods.isEmpty)
    #expect(verdict(busy, finding("io-bound"), othersShare: 0).falsehoods.count == 1)
  }

  @Test func theMachineIsNotBlamedWhenItWasIdle() {
    let blame = finding("cpus-taken-by-others", "1.02 s of CPU time went to other programs.")
    #expect(verdict(truth(), blame, othersShare: 0.4).falsehoods.isEmpty)
    // The rule and its sentence.
    #expect(verdict(truth(), blame, othersShare: 0.01).falsehoods.count == 2)
  }

  @Test(
    arguments: [
      ("Threads waited for 0 s, in 5 435 hand-overs.", ""),
      ("", "Use processes for this work."),
    ])
  func aSentenceOfAnAllowedRuleMayBeFalse(_ claim: String, _ advice: String) {
    let pool = truth { $0.never = ["[Uu]se processes"] }
    #expect(verdict(pool, finding("lock-bound", claim, advice)).falsehoods.count == 1)
  }

  @Test func timesOfLongWaitsAreNotNothing() {
    let claim = "Threads waited 13.0 s and 20 s for the GIL, which changed hands 452 times."
    #expect(verdict(truth(), finding("lock-bound", claim)).falsehoods.isEmpty)
  }

  @Test func adviceDoesNotContradictItself() {
    let one = finding("lock-bound", "", "Let one worker do it all.")
    let several = finding("oversubscribed", "", "Start several workers at once.")
    #expect(verdict(truth(), one, several).falsehoods.count == 1)
    #expect(verdict(truth(), one).falsehoods.isEmpty)
  }

  @Test func theMeasureCountsRunsAndPairs() {
    var measure = KnownMeasure()
    for rules in [["lock-bound"], ["lock-bound"], [], ["io-bound"]] {
      let run = KnownRun(findings: rules.map { finding($0) }, othersShare: 0)
      measure.add(KnownMeasure.Judged(truth(), .exact, run))
    }
    #expect(measure.falseRuns == 1)
    #expect(measure.namedRuns == 2)
    #expect(measure.silentRuns == 2)
    #expect(measure.pairs == 6)
    #expect(measure.differentPairs == 5)
    #expect(measure.only(busy: true).runs.isEmpty)
  }

  /// A pattern that can't be read would match nothing, and a source that isn't there couldn't be run.
  @Test func causesCanBeJudgedAndRun() throws {
    let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fixtures/KnownTruths")
    #expect(Set(KnownTruths.causes.map(\.name)).count == KnownTruths.causes.count)
    for truth in KnownTruths.causes {
      for pattern in truth.never { _ = try NSRegularExpression(pattern: pattern) }
      let file = try #require(truth.file)
      #expect(
        ["Languages", "Python"].contains { folder in
          FileManager.default.fileExists(
            atPath: sources.appending(path: "\(folder)/\(file)").path())
        }, "there is no \(file)")
    }
  }
}
