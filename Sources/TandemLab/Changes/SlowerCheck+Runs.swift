import TandemModel
import TandemText

extension SlowerCheck {
  /// Checks that nothing is slower by more than is allowed.
  ///
  /// It is slower only where the runs show that: the near end of the interval is past the bound, or with three to
  /// five runs every run is, and the means are too.
  ///
  /// - Parameters:
  ///   - allowed: How much slower is allowed, as a share.
  ///   - compared: What counts, with its name in a sentence.
  ///   - impossible: Why the results can't tell, a clause; nil where they can.
  init(allowed: Double, of compared: [(runs: ComparedRuns, subject: String)], impossible: String?) {
    let bound = 1 + allowed
    let share = FigureText.setting(share: allowed)
    if let impossible {
      self.init(allowed: allowed, outcome: .impossible, reason: impossible)
    } else if let few = compared.first(where: { $0.runs.ratio == nil }) {
      self.init(
        allowed: allowed, outcome: .impossible,
        reason: "\(few.subject) can't be compared: \(few.runs.row.why ?? "no run")")
    } else if compared.contains(where: { $0.runs.least < PairedRatio.fewPairs }) {
      self.init(
        allowed: allowed, outcome: .impossible,
        reason: """
          it takes \(FigureText.count(PairedRatio.fewPairs)) runs of each at least, and better \
          \(FigureText.count(Bootstrap.leastCount)) or more (--runs N)
          """)
    } else if let slower = compared.first(where: { $0.runs.ratio?.position(of: bound) == .above }) {
      self.init(
        allowed: allowed, outcome: .slower,
        reason: "\(slower.subject) is shown to be slower by more than \(share)")
    } else {
      let isSure = compared.allSatisfy { $0.runs.ratio?.position(of: bound) == .below }
      self.init(
        allowed: allowed, outcome: .notSlower,
        reason: isSure
          ? "nothing is slower by more than \(share)"
          : "that anything is slower by more than \(share) is not shown; more runs tell more")
    }
  }
}
