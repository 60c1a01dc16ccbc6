package import TandemModel
import TandemText

extension ExplainDifference {
  /// Takes two programs' wall times apart, and says in a sentence what most of the difference is.
  ///
  /// - Parameters:
  ///   - first: What was seen of the first program.
  ///   - second: What was seen of the second.
  package init(first: ExplainReport, second: ExplainReport) {
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
      sentence: Self.sentence(first, second, parts))
  }

  /// Below this share of the longer wall time, two programs took about the same time.
  private static let sameShare = 0.05

  private static func sentence(
    _ first: ExplainReport, _ second: ExplainReport, _ parts: [StateShare]
  ) -> String {
    let difference = second.wallSeconds - first.wallSeconds
    let longer = max(first.wallSeconds, second.wallSeconds)
    guard difference.isFinite, longer > 0 else { return "The difference was not measured." }
    // From here on, what the slower one spent more is positive.
    let sign = difference < 0 ? -1.0 : 1
    let signed = parts.map { (state: $0.state, seconds: $0.seconds * sign) }
    let gain = signed.max { $0.seconds < $1.seconds }
    let loss = signed.min { $0.seconds < $1.seconds }
    let (slower, faster) = difference < 0 ? ("first", "second") : ("second", "first")
    func moreOfEach() -> String? {
      guard let gain, let loss, gain.seconds > 0, loss.seconds < 0 else { return nil }
      return
        "the \(slower) spent \(FigureText.duration(gain.seconds)) more \(gain.state.phrase), the"
        + " \(faster) \(FigureText.duration(-loss.seconds)) more \(loss.state.phrase)"
    }
    if abs(difference) < sameShare * longer {
      // About the same time may still be spent on other things.
      let isOther = (gain?.seconds ?? 0) >= 2 * sameShare * longer
      let others = isOther ? moreOfEach().map { ", but \($0)" } : nil
      return "Both took about the same time\(others ?? "")."
    }
    guard let gain, gain.seconds > 0 else { return "What the difference is was not seen." }
    if let text = part(gain.seconds, of: abs(difference), between: abs(difference)) {
      return text + gain.state.noun + "."
    }
    // The wall time of one state may be more than the whole difference where the other program
    // waited for something else meanwhile. What the CPUs lost tells it then.
    if let text = lostCPU(first, second, sign) { return text }
    guard let text = moreOfEach() else { return "What the difference is was not seen." }
    return text.prefix(1).uppercased() + text.dropFirst() + "."
  }

  /// The beginning of the sentence, when a part is most of the whole and not more than it.
  private static func part(
    _ part: Double, of whole: Double, between difference: Double
  ) -> String? {
    let share = part / whole
    let size = FigureText.duration(difference)
    switch share {
    case 0.97...1.1: return "All of the \(size) between them is "
    case 0.9..<0.97: return "Almost all of the \(size) between them is "
    case 0.5..<0.9: return "Most of the \(size) between them (\(FigureText.percent(share))) is "
    case ..<0.5:
      return "The largest part of the \(size) between them (\(FigureText.percent(share))) is "
    default: return nil
    }
  }

  /// The sentence from the other identity: CPUs × wall is what was used and what was lost.
  private static func lostCPU(
    _ first: ExplainReport, _ second: ExplainReport, _ sign: Double
  ) -> String? {
    guard first.lostCPU.cpus == second.lostCPU.cpus else { return nil }
    let whole = (second.wallSeconds - first.wallSeconds) * sign * first.lostCPU.cpus
    let largest = WorkerState.observed.map { state in
      (state: state, seconds: (second.lostCPU[state] - first.lostCPU[state]) * sign)
    }.max { $0.seconds < $1.seconds }
    guard let largest, largest.seconds >= 0.5 * whole,
      let text = part(
        largest.seconds, of: whole, between: abs(second.wallSeconds - first.wallSeconds))
    else { return nil }
    return text + "CPUs left idle while workers \(largest.state.verb)."
  }
}

extension ExplainReport {
  /// Wall seconds by state; states that aren't told have no entry.
  var wallSecondsByState: [WorkerState: Double] {
    Dictionary(wallShares.map { ($0.state, $0.seconds) }, uniquingKeysWith: +)
  }
}

extension WorkerState {
  /// What a part of a difference is.
  fileprivate var noun: String {
    switch self {
    case .onCPU: "time on a CPU"
    case .sleep: "sleeping"
    default: phrase
    }
  }

  /// How time was spent.
  fileprivate var phrase: String {
    switch self {
    case .runnable: "waiting for a CPU"
    case .other: "waiting for what was not seen"
    default: label
    }
  }
}
