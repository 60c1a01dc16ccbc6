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
    InWatchedRuns(CPUsNarrowed()),
    IOBound.InComparison(),
    StartUpDominates.InComparison(),
    TinyTasksDominate(),
    MovingDataDominates(),
    WorkersUneven.InComparison(),
    Oversubscribed.InComparison(),
    WorkHasOwnThreads(),
    SameWorkCostsMoreCPU.InComparison(),
    MoreWorkersNoLongerHelp(),
    QuotaLimitsCPUs.InComparison(),
    MemoryPerWorker(),
    TooShortToTell.InComparison(),
    MachineDrifted(),
  ]

  /// The rules about programs that were observed, likewise.
  package static let aboutPrograms: [any Rule<ExplainReport>] = [
    StandsStill(),
    NeverOverlapped.InProgram(),
    WorkersTookTurns(),
    OneProcessServesAll(),
    TinyTasksDominate.InProgram(),
    MovingDataDominates.InProgram(),
    GILBound.InProgram(),
    LockBound(),
    CPUsNarrowed(),
    Oversubscribed.InProgram(),
    QuotaLimitsCPUs.InProgram(),
    CPUsTakenByOthers(),
    CPUsTakenByTandem(),
    CPUsTakenByHost(),
    EventLoopBlocked(),
    IOBound.InProgram(),
    WorkersUneven.InProgram(),
    StartUpDominates.InProgram(),
    LargeParentForked(),
    MemoryCopied(),
    MoreWorkersThanWork(),
    Polling(),
    TooShortToTell.InProgram(),
    CPUsInUse(),
  ]

  /// The rules about the difference of two programs.
  package static let aboutDifferences: [any Rule<ExplainDifference>] = [
    SameWorkCostsMoreCPU.InDifference()
  ]

  /// The rules about one command with several values of a variable.
  package static let aboutSweeps: [any Rule<ExplainSweep>] = [SameWorkCostsMoreCPU.InSweep()]

  /// What is found in a comparison.
  ///
  /// - Parameters:
  ///   - comparison: what was measured.
  ///   - isDecided: whether the verdict names a model: advice that picks one doesn't contradict it.
  /// - Returns: the findings, those whose cure could save most first.
  package static func findings(
    in comparison: Comparison, isDecided: Bool = true
  ) -> [Finding] {
    let conclusions = aboutComparisons.flatMap { $0.conclusions(from: comparison) }
    return settled(isDecided ? conclusions : conclusions.map(openEnded))
  }

  /// The same conclusion where more runs have to tell which model is best.
  private static func openEnded(_ conclusion: Conclusion) -> Conclusion {
    guard conclusion.claim.picksModel, conclusion.finding.advice.hasPrefix("Use ") else {
      return conclusion
    }
    var conclusion = conclusion
    conclusion.finding.advice =
      "If more runs agree, use " + conclusion.finding.advice.dropFirst("Use ".count)
    return conclusion
  }

  /// What is found in a program.
  ///
  /// - Parameter program: what was observed.
  /// - Returns: the findings, those whose cure could save most first.
  package static func findings(in program: ExplainReport) -> [Finding] {
    let conclusions = aboutPrograms.flatMap { $0.conclusions(from: program) }
    // Of a short run, only what holds however short it was.
    let isShort = conclusions.contains { $0.claim == .tooShortToTell }
    return settled(isShort ? conclusions.filter(\.claim.holdsInShortRuns) : conclusions)
  }

  /// What is found in the difference of two programs.
  ///
  /// - Parameter difference: both programs and their runs.
  /// - Returns: the findings, in the order of the rules.
  package static func findings(in difference: ExplainDifference) -> [Finding] {
    settled(aboutDifferences.flatMap { $0.conclusions(from: difference) })
  }

  /// What is found in a sweep.
  ///
  /// - Parameter sweep: the runs with each value.
  /// - Returns: the findings, in the order of the rules.
  package static func findings(in sweep: ExplainSweep) -> [Finding] {
    settled(aboutSweeps.flatMap { $0.conclusions(from: sweep) })
  }

  private static func settled(_ conclusions: [Conclusion]) -> [Finding] {
    sorted(Exclusion.settled(conclusions).map(\.finding))
  }

  /// Findings by what their cure could save, after one of a program that stands still: known gains that
  /// matter, the largest share first; then unknown ones; then those known to be too small to matter.
  ///
  /// - Parameter findings: the findings, in the order of the rules.
  /// - Returns: the same; equal ones stay in the order of the rules.
  static func sorted(_ findings: [Finding]) -> [Finding] {
    func place(_ finding: Finding) -> (Int, Double) {
      if finding.rule == Claim.standsStill.rawValue { return (-1, 0) }
      // What observing costs isn't what the program's user asks.
      if finding.rule == Claim.cpusTakenByTandem.rawValue { return (1, 1) }
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
