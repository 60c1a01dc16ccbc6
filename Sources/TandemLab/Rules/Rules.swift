package import TandemModel

/// The rules there are, and what they find.
package enum Rules {
  /// The rules about timed models, in the order in which their findings are reported.
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

  /// The rules about programs that were observed, in the order in which their findings are reported.
  package static let aboutPrograms: [any Rule<ExplainReport>] = [
    NeverOverlapped.InProgram(),
    WorkersTookTurns(),
    GILBound.InProgram(),
    LockBound(),
    Oversubscribed.InProgram(),
    QuotaLimitsCPUs.InProgram(),
    CPUsTakenByOthers(),
    IOBound.InProgram(),
    WorkersUneven.InProgram(),
    StartUpDominates.InProgram(),
    LargeParentForked(),
    MoreWorkersThanWork(),
    NothingInTheWay(),
  ]

  /// The rules about the difference of two programs.
  package static let aboutDifferences: [any Rule<ExplainDifference>] = [
    SameWorkCostsMoreCPU.InDifference()
  ]

  /// The rules about one command with several values of a variable.
  package static let aboutSweeps: [any Rule<ExplainSweep>] = [SameWorkCostsMoreCPU.InSweep()]

  /// What is found in a comparison.
  ///
  /// - Parameter comparison: what was measured.
  /// - Returns: the findings, in the order of the rules.
  package static func findings(in comparison: Comparison) -> [Finding] {
    findings(of: aboutComparisons, in: comparison)
  }

  /// What is found in a program.
  ///
  /// - Parameter program: what was observed.
  /// - Returns: the findings, in the order of the rules.
  package static func findings(in program: ExplainReport) -> [Finding] {
    findings(of: aboutPrograms, in: program)
  }

  /// What is found in the difference of two programs.
  ///
  /// - Parameter difference: both programs and their runs.
  /// - Returns: the findings, in the order of the rules.
  package static func findings(in difference: ExplainDifference) -> [Finding] {
    findings(of: aboutDifferences, in: difference)
  }

  /// What is found in a sweep.
  ///
  /// - Parameter sweep: the runs with each value.
  /// - Returns: the findings, in the order of the rules.
  package static func findings(in sweep: ExplainSweep) -> [Finding] {
    findings(of: aboutSweeps, in: sweep)
  }

  private static func findings<Subject>(
    of rules: [any Rule<Subject>], in subject: Subject
  ) -> [Finding] {
    Exclusion.settled(rules.flatMap { $0.conclusions(from: subject) }).map(\.finding)
  }
}
