package import TandemModel

/// The rules there are, and what they find.
package enum Rules {
  /// The rules about timed models; of findings that could save as much, the earlier rule's stands first.
  package static let aboutComparisons: [any Rule<Comparison>] = [
    NeverOverlapped.InComparison(),
    ThreadsWonWithoutOverlap(),
    GILBound.InComparison(),
    InWatchedRuns(LockBound(), where: LockBound.isInBodies),
    InWatchedRuns(LargeParentForked()),
    IOBound.InComparison(),
    StartUpDominates.InComparison(),
    TinyTasksDominate(),
    MovingDataDominates(),
    WorkersUneven.InComparison(),
    Oversubscribed.InComparison(),
    MoreWorkersNoLongerHelp(),
    QuotaLimitsCPUs.InComparison(),
    MemoryPerWorker(),
    TooShortToTell(),
    MachineDrifted(),
  ]

  /// The rules about programs that were observed, likewise.
  package static let aboutPrograms: [any Rule<ExplainReport>] = [
    NeverOverlapped.InProgram(),
    WorkersTookTurns(),
    GILBound.InProgram(),
    LockBound(),
    CPUsNarrowed(),
    Oversubscribed.InProgram(),
    QuotaLimitsCPUs.InProgram(),
    CPUsTakenByOthers(),
    CPUsTakenByTandem(),
    CPUsTakenByHost(),
    IOBound.InProgram(),
    WorkersUneven.InProgram(),
    StartUpDominates.InProgram(),
    LargeParentForked(),
    MoreWorkersThanWork(),
    NothingInTheWay(),
  ]

  /// What is found in a comparison.
  ///
  /// - Parameter comparison: what was measured.
  /// - Returns: the findings, those whose cure could save most first.
  package static func findings(in comparison: Comparison) -> [Finding] {
    findings(of: aboutComparisons, in: comparison)
  }

  /// What is found in a program.
  ///
  /// - Parameter program: what was observed.
  /// - Returns: the findings, those whose cure could save most first.
  package static func findings(in program: ExplainReport) -> [Finding] {
    findings(of: aboutPrograms, in: program)
  }

  private static func findings<Subject>(
    of rules: [any Rule<Subject>], in subject: Subject
  ) -> [Finding] {
    sorted(Exclusion.settled(rules.flatMap { $0.conclusions(from: subject) }).map(\.finding))
  }

  /// Findings by what their cure could save: known gains that matter, the largest share first; then unknown
  /// ones; then those known to be too small to matter.
  ///
  /// - Parameter findings: the findings, in the order of the rules.
  /// - Returns: the same; equal ones stay in the order of the rules.
  static func sorted(_ findings: [Finding]) -> [Finding] {
    func place(_ finding: Finding) -> (Int, Double) {
      guard let gain = finding.potentialGain else { return (1, 0) }
      return (finding.isMinor ? 2 : 0, -gain.share)
    }
    // Sorting isn't stable, so the index decides between equals.
    return findings.enumerated().sorted {
      (place($0.element).0, place($0.element).1, $0.offset)
        < (place($1.element).0, place($1.element).1, $1.offset)
    }.map(\.element)
  }
}
