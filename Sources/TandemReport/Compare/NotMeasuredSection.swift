import TandemModel

/// What some models could not measure, each reason once.
struct NotMeasuredSection: Section {
  /// The report.
  var report: CompareReport
  /// What its interpreters are called.
  var interpreters: InterpreterNames

  /// The section's lines; none when everything was measured.
  func lines(width: Int) -> [StyledLine] {
    var reasons: [(text: String, models: [String])] = []
    for run in report.runs {
      for reason in run.notMeasured {
        let model = run.name(interpreters)
        if let index = reasons.firstIndex(where: { $0.text == reason }) {
          if !reasons[index].models.contains(model) { reasons[index].models.append(model) }
        } else {
          reasons.append((reason, [model]))
        }
      }
    }
    if reasons.isEmpty { return [] }
    return [.heading("Not measured")]
      + reasons.flatMap { reason in
        StyledLine.wrapped(
          "\(reason.models.joined(separator: ", ")): \(reason.text)", after: "  – ", .faint,
          width: width)
      }
  }
}
