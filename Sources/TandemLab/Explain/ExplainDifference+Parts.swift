public import TandemModel

extension ExplainDifference {
  /// Splits the difference of two programs' wall times into parts, and says what most of it is.
  ///
  /// - Parameters:
  ///   - first: The report of the first program.
  ///   - second: The report of the second program.
  public init(first: ExplainReport, second: ExplainReport) {
    self.init(
      first: first, second: second,
      repeated: RepeatedRuns(asked: 1, areUnobserved: false),
      firstRuns: TimedRuns(wallSeconds: [first.wallSeconds]),
      secondRuns: TimedRuns(wallSeconds: [second.wallSeconds]))
  }

  /// Compares the runs of two programs, and splits the difference of their observed runs into parts.
  ///
  /// - Parameters:
  ///   - first: The report of the first program.
  ///   - second: The report of the second program.
  ///   - repeated: How often both were run again.
  ///   - firstRuns: The first program's runs that the figures are of.
  ///   - secondRuns: The second program's, in the same blocks.
  init(
    first: ExplainReport, second: ExplainReport, repeated: RepeatedRuns, firstRuns: TimedRuns,
    secondRuns: TimedRuns
  ) {
    let before = first.wallSecondsByState
    let after = second.wallSecondsByState
    let parts = WorkerState.observed.compactMap { state -> StateShare? in
      let seconds = after[state, default: 0] - before[state, default: 0]
      let occurs = before[state] != nil || after[state] != nil
      return occurs ? StateShare(state: state, seconds: seconds) : nil
    }
    let whole = second.wallSeconds - first.wallSeconds
    let comparisons = RunComparison.all(
      of: secondRuns, with: firstRuns, arePaired: repeated.areUnobserved, use: "explain-vs")
    self.init(
      first: first, second: second, differenceSeconds: whole, parts: parts,
      residualSeconds: whole - parts.reduce(0) { $0 + $1.seconds }, repeated: repeated,
      firstRuns: firstRuns, secondRuns: secondRuns, comparisons: comparisons,
      sentence: ExplainDifferenceSentence(
        first, second, parts, comparisons,
        runs: repeated.areUnobserved ? (firstRuns, secondRuns) : (TimedRuns(), TimedRuns())
      ).text)
    findings = Rules.findings(in: self)
  }
}
