import TandemModel
import TandemText

/// What the runs of two commands took: wall time, CPU time, switches, page faults.
struct RunFigureSection: Section {
  /// The figures.
  var comparisons: [RunComparison]
  /// How often both were run.
  var repeated: RepeatedRuns
  /// What the command is called that the other is compared with.
  var base: String
  /// What the other is called.
  var value: String

  /// The section's lines; none without figures.
  func lines(width: Int) -> [StyledLine] {
    guard let first = shown.first else { return [] }
    return StyledLine.wrapped(
      Self.about(repeated, pairs: first.pairs), after: "What a run takes ", .heading,
      ink: .faint, width: width)
      + table.lines(width: width)
  }

  /// The figures that aren't 0.
  private var shown: [RunComparison] { comparisons.filter { $0.base != 0 || $0.value != 0 } }

  /// The figures as a table.
  var table: TextTable {
    let columns = [base, value, "ratio", "95 % interval"].map {
      TextTable.Column(heading: [$0], group: 0)
    }
    let rows = shown.map { comparison in
      let ink: Ink =
        switch comparison.shown {
        case .larger: .bad
        case .smaller: .good
        case .same, .undecided: .plain
        }
      return TextTable.Row(
        label: comparison.figure.label, ink: comparison.figure == .wall ? .strong : .plain,
        content: .cells([
          .text(comparison.figure.text(comparison.base), .plain),
          .text(comparison.figure.text(comparison.value), .plain),
          .text(comparison.ratio.map { FigureText.ratio($0) + "×" } ?? "", ink),
          .text(
            comparison.ratioCI95.map { FigureText.range($0.low, $0.high) } ?? "", .faint),
        ]))
    }
    return TextTable(labelHeading: "", columns: columns, rows: rows)
  }

  /// What the figures are of.
  ///
  /// - Parameters:
  ///   - repeated: How often the commands were run.
  ///   - pairs: How many runs there are of each.
  /// - Returns: What stands beside the heading.
  static func about(_ repeated: RepeatedRuns, pairs: Int) -> String {
    if !repeated.areUnobserved { return "· one observed run each" }
    let runs = pairs == 1 ? "one run each" : "medians of \(FigureText.count(pairs)) runs each"
    return "· \(runs), in turns and not observed"
  }
}

extension RunFigure {
  /// What people call the figure.
  var label: String {
    switch self {
    case .wall: "wall time"
    case .cpu: "CPU time"
    case .user: "  in user mode"
    case .system: "  in the kernel"
    case .voluntarySwitches: "switches: waited"
    case .involuntarySwitches: "switches: CPU taken away"
    case .minorFaults: "page faults"
    case .majorFaults: "page faults from disk"
    case .instructions: "instructions"
    case .cycles: "cycles"
    }
  }

  /// A value of the figure as text.
  ///
  /// - Parameter value: the value.
  /// - Returns: the text, empty for 0.
  func text(_ value: Double) -> String {
    switch self {
    case .wall, .cpu, .user, .system: FigureText.duration(value)
    case .voluntarySwitches, .involuntarySwitches, .minorFaults, .majorFaults, .instructions,
      .cycles:
      FigureText.count(value)
    }
  }
}
