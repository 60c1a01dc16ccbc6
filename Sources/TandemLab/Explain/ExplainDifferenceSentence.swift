import TandemModel
import TandemText

/// One sentence on what most of the difference between two programs is.
struct ExplainDifferenceSentence {
  /// The sentence.
  let text: String

  /// Below this share of the longer wall time, two programs took about the same time.
  private static let sameShare = 0.05

  /// Chooses the sentence.
  ///
  /// - Parameters:
  ///   - first: The report of the first program.
  ///   - second: The report of the second program.
  ///   - parts: The second's wall seconds minus the first's, by state.
  init(_ first: ExplainReport, _ second: ExplainReport, _ parts: [StateShare]) {
    text = Self.sentence(first, second, parts)
  }

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
        "the \(slower) spent \(FigureText.duration(gain.seconds)) more \(gain.state.activity), the"
        + " \(faster) \(FigureText.duration(-loss.seconds)) more \(loss.state.activity)"
    }
    if abs(difference) < sameShare * longer {
      // About the same time may still be spent on other things.
      let isOther = (gain?.seconds ?? 0) >= 2 * sameShare * longer
      let others = isOther ? moreOfEach().map { ", but \($0)" } : nil
      return "Both took about the same time\(others ?? "")."
    }
    guard let gain, gain.seconds > 0 else { return "The cause of the difference is unknown." }
    if let text = part(gain.seconds, of: abs(difference), between: abs(difference)) {
      return text + gain.state.noun + "."
    }
    // The wall time in one state may exceed the whole difference when the other program
    // waited for something else meanwhile. The CPU time lost explains it then.
    if let text = lostCPU(first, second, sign) { return text }
    guard let text = moreOfEach() else { return "The cause of the difference is unknown." }
    return text.capitalisedFirst + "."
  }

  /// The beginning of the sentence, when a part is most of the whole and not more than it.
  private static func part(
    _ part: Double, of whole: Double, between difference: Double
  ) -> String? {
    let share = part / whole
    let size = FigureText.duration(difference)
    switch share {
    case 0.97...1.1: return "All of the difference of \(size) comes from "
    case 0.9..<0.97: return "Almost all of the difference of \(size) comes from "
    case 0.5..<0.9:
      return "Most of the difference of \(size) (\(FigureText.percent(share))) comes from "
    case ..<0.5:
      return "The largest part of the difference of \(size) (\(FigureText.percent(share)))"
        + " comes from "
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
    return text + "CPUs left idle while workers \(largest.state.pastVerb)."
  }
}

extension WorkerState {
  /// What a part of a difference is.
  var noun: String {
    switch self {
    case .onCPU: "time on a CPU"
    case .sleep: "sleeping"
    default: activity
    }
  }

  /// How time was spent.
  fileprivate var activity: String {
    switch self {
    case .onCPU: "on a CPU"
    case .runnable: "waiting for a CPU"
    case .gil: "waiting for the GIL"
    case .lock: "waiting for a lock"
    case .io: "waiting for I/O"
    case .sleep: "asleep"
    case .child: "waiting for a child"
    case .waitingForWork: "waiting for work"
    case .tooShort: "in waits too short to look into"
    // The last six are never observed.
    case .other, .starting, .ending, .preparing, .movingData, .startingServer, .idle:
      "waiting for an unknown reason"
    }
  }

  /// What workers did.
  fileprivate var pastVerb: String {
    switch self {
    case .onCPU: "were on a CPU"
    case .runnable: "were ready and got no CPU"
    case .gil: "waited for the GIL"
    case .lock: "waited for a lock"
    case .io: "waited for I/O"
    case .sleep: "slept"
    case .child: "waited for a child"
    case .waitingForWork: "waited for work"
    case .tooShort: "were in waits too short to look into"
    case .other, .starting, .ending, .preparing, .movingData, .startingServer, .idle:
      "waited for an unknown reason"
    }
  }
}
