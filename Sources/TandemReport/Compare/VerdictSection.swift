import TandemModel
import TandemText

/// The verdict: what to use, and why.
struct VerdictSection: Section {
  /// The verdict.
  var verdict: Verdict

  /// The section's lines, under a heavy rule.
  func lines(width: Int) -> [StyledLine] {
    let ink: Ink = verdict.choice == .undecided ? .notice : .good
    let rule = StyledLine(String(repeating: "━", count: width), ink)
    return [rule] + StyledLine.wrapped(headline, after: "▶ ", ink, ink: ink, width: width)
      + StyledLine.wrapped(verdict.reason, after: "  ", width: width)
  }

  private var headline: String {
    let details = [
      verdict.model?.rawValue,
      verdict.workers.map { FigureText.count($0, "worker") },
    ].compactMap(\.self)
    let answer = verdict.answer
    return details.isEmpty ? answer : "\(answer): \(details.joined(separator: ", "))"
  }
}

extension Verdict {
  /// The choice as advice; undecided, the models that the runs don't tell apart.
  var answer: String {
    switch choice {
    // Workers of an interpreter pool are threads, and don't share a lock as others do.
    case .threads:
      model == .pythonInterpreterPool ? "Use threads with an interpreter each" : "Use threads"
    case .tasks: "Use the tasks of one event loop"
    case .processes: "Use processes"
    case .either: "Threads or processes: either will do"
    case .serial: "Use neither threads nor processes"
    case .undecided:
      "Undecided"
        + (open.map { ": \(FigureText.list($0.between.map(\.model.rawValue), "or"))" } ?? "")
    }
  }
}
