public import TandemModel

extension ExplainDifference {
  /// Splits the difference of two programs' wall times into parts, and says what most of it is.
  ///
  /// - Parameters:
  ///   - first: The report of the first program.
  ///   - second: The report of the second program.
  public init(first: ExplainReport, second: ExplainReport) {
    let before = first.wallSecondsByState
    let after = second.wallSecondsByState
    let parts = WorkerState.observed.compactMap { state -> StateShare? in
      let seconds = after[state, default: 0] - before[state, default: 0]
      let occurs = before[state] != nil || after[state] != nil
      return occurs ? StateShare(state: state, seconds: seconds) : nil
    }
    let whole = second.wallSeconds - first.wallSeconds
    self.init(
      first: first, second: second, differenceSeconds: whole, parts: parts,
      residualSeconds: whole - parts.reduce(0) { $0 + $1.seconds },
      sentence: ExplainDifferenceSentence(first, second, parts).text)
  }
}
