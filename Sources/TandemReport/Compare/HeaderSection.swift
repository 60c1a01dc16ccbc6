import TandemModel
import TandemText

/// The title, and what was run on what.
struct HeaderSection: Section {
  /// The report.
  var report: CompareReport
  /// What its interpreters are called.
  var interpreters: InterpreterNames

  /// The section's lines.
  func lines(width: Int) -> [StyledLine] {
    var lines = StyledLine.wrapped(
      "\(report.tandemVersion) · threads or processes, and why", after: "tandem compare ",
      .heading, ink: .faint, width: width)
    lines.append(StyledLine())
    for (name, value) in facts {
      let lead = "  " + name.padding(to: Self.nameWidth)
      lines += StyledLine.wrapped(value, after: lead, .faint, width: width)
    }
    return lines
  }

  private static let nameWidth = 10

  private var facts: [(String, String)] {
    let machine = report.machine
    var facts = [("work", work), ("machine", machine.cpuText), ("kernel", machine.kernel)]
    for (index, interpreter) in interpreters.all.enumerated() {
      // With one interpreter, its version tells it; with several, where each one is.
      let path = interpreters.all.count > 1 ? " · \(interpreter.path)" : ""
      facts.append((index == 0 ? "python" : "", interpreters.name(of: interpreter) + path))
    }
    if let ending = report.ending {
      facts += EndingText(ending, runs: report.runs, interpreters: interpreters).facts
    }
    // Digits of a seed are copied, not read: they aren't grouped.
    facts.append(("seed", String(report.seed)))
    return facts
  }

  /// What was run: `squares: 100 items × 10 000 iterations`.
  var work: String {
    let work = report.work
    var text = work.name
    switch work.kind {
    case .pythonFunction: text += " (a Python function)"
    case .swiftTask: text += " (a Swift task)"
    case .squares, .cpu, .io, .mixed: break
    }
    text += ": \(FigureText.count(work.items, "item"))"
    if let iterations = work.iterations {
      text += " × \(FigureText.count(iterations, "iteration"))"
    }
    let each = work.items == 1 ? "" : " each"
    if let time = work.workTimeSeconds {
      text += ", set to take \(FigureText.setting(seconds: time))" + each
    }
    return text
  }
}
