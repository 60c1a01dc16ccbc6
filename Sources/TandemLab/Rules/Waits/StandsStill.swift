package import TandemModel
import TandemText

/// Nobody in the program goes on, or some of its workers never will.
package struct StandsStill: Rule {
  package let claim = Claim.standsStill

  /// A standstill that is over matters from this share of the wall time on.
  private static let leastShare = 0.1
  /// The most workers that a sentence names.
  private static let mostNamed = 4

  package init() {}

  package func conclusions(from program: ExplainReport) -> [Conclusion] {
    let mattering = program.standstills.filter { standstill in
      standstill.neverEnds || !standstill.isOver
        || standstill.seconds >= Self.leastShare * program.wallSeconds
    }
    func weight(_ standstill: ObservedStandstill) -> (Int, Double) {
      (standstill.neverEnds ? 1 : 0, standstill.seconds)
    }
    guard let worst = mattering.max(by: { weight($0) < weight($1) }) else { return [] }
    var stands = conclusion(
      Self.sentence(worst, of: program), evidence: ["standstill_s": worst.seconds],
      // What never ends has no time that could be saved, and what hasn't ended has none yet.
      potentialGain: worst.isWholeProgram && worst.isOver && !worst.neverEnds
        ? program.gain(
          atMost: program.standstills.filter(\.isWholeProgram).reduce(0) { $0 + $1.seconds },
          "the time in which the program stood still") : nil,
      advice: StandstillCure(of: worst, in: program).advice)
    stands.isAboutAPart =
      worst.isWholeProgram
      ? worst.isOver && worst.seconds < 0.5 * program.wallSeconds
      // Beside workers that never go on, others are at work.
      : program.parallelism >= 0.2 * program.lostCPU.cpus
    return [stands]
  }

  // MARK: Sentences

  private static func sentence(
    _ standstill: ObservedStandstill, of program: ExplainReport
  ) -> String {
    let text = StandstillWords(standstill)
    let length = FigureText.duration(standstill.seconds)
    let isRunning = program.exit == nil && !standstill.isOver
    if standstill.neverEnds {
      let isOne = standstill.isWholeProgram || standstill.waits.count == 1
      let who = standstill.isWholeProgram ? "the program" : text.names(limit: mostNamed)
      let itself = isOne ? "itself" : "themselves"
      return isRunning
        ? """
        For \(length) so far, \(who) \(isOne ? "has" : "have") stood still, and will never go on by \
        \(itself): \(text.why).
        """
        : """
        For \(length), \(who) stood still, and would never have gone on by \(itself): \(text.why).
        """
    }
    let sentence = """
      For \(length)\(isRunning ? " so far" : ""), the program \(isRunning ? "has stood" : "stood") still: \
      \(text.waits(limit: mostNamed))\(text.limit.map { "; \($0)" } ?? ""). Nobody in it was on a CPU or \
      ready for one, or waited for anything outside.
      """
    return sentence
  }
}
