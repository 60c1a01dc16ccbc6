import TandemText

/// A report of at most 40 lines at 100 columns, read from the top: what was run, the answer, what shows it,
/// why, what was found, how sure that is, and how to see more.
struct ShortReport: Section {
  /// What stands above the findings.
  var above: [any Section]
  /// The findings.
  var findings: ShortFindings
  /// What stands below them.
  var below: [any Section]

  /// The most lines at `fullWidth` columns or more.
  static let mostLines = 40
  /// The width for which the number of lines is promised.
  static let fullWidth = 100

  /// The lines, with an empty one between two sections.
  func lines(width: Int) -> [StyledLine] {
    let head = joined(above, width: width)
    let tail = joined(below, width: width)
    var findings = findings
    // Narrower lines are more lines: the findings get room in proportion.
    let most = Self.mostLines * max(Self.fullWidth, width) / max(width, 1)
    findings.room = max(0, most - head.count - tail.count - 2)
    let middle = findings.lines(width: width)
    return [head, middle, tail].filter { !$0.isEmpty }.joined(separator: [StyledLine()]).map { $0 }
  }

  private func joined(_ sections: [any Section], width: Int) -> [StyledLine] {
    sections.map { $0.lines(width: width) }.filter { !$0.isEmpty }
      .joined(separator: [StyledLine()]).map { $0 }
  }
}

/// The answer, in one sentence, and what has to be said beside it.
struct AnswerSection: Section {
  /// The sentence.
  var answer: String
  /// Whether it is one: undecided and unknown ask for attention.
  var isDecided = true
  /// What stands below it; empty for nothing.
  var aside = ""
  /// The most lines of what stands below it.
  var mostAsideLines = 3

  /// The section's lines.
  func lines(width: Int) -> [StyledLine] {
    let ink: Ink = isDecided ? .good : .notice
    return StyledLine.wrapped(answer, after: "▶ ", ink, ink: ink, width: width)
      + (aside.isEmpty
        ? []
        : StyledLine.wrapped(
          FittedText.text(
            aside, lines: max(mostAsideLines, mostAsideLines * ShortReport.fullWidth / width),
            width: width - 2), after: "  ",
          width: width))
  }
}

/// How sure the figures are, and how to see more.
struct SureSection: Section {
  /// Where the figures come from.
  var parts: [String]
  /// What was not seen; empty for nothing.
  var unseen: [String]
  /// How to see more.
  var more: String
  /// What the things that were not seen are called together.
  var unseenTitle = "Not seen"

  /// The most things that are named.
  private static let mostUnseen = 2

  /// A sentence as one of the parts: without its capital and its full stop.
  static func clause(_ sentence: String) -> String {
    let text = sentence.hasSuffix(".") ? sentence.dropLast() : sentence[...]
    return text.prefix(1).lowercased() + text.dropFirst()
  }

  /// The section's lines.
  func lines(width: Int) -> [StyledLine] {
    var lines = StyledLine.wrapped(
      parts.joined(separator: "; "), after: "How sure  ", .strong, ink: .faint, width: width)
    if !unseen.isEmpty {
      lines += StyledLine.wrapped(
        unseenText(width: width - 10), after: unseenTitle.padding(to: 10), .strong, ink: .faint,
        width: width)
    }
    return lines
      + StyledLine.wrapped(more, after: "More      ", .strong, ink: .faint, width: width)
  }

  /// The first things that were not seen, in two lines if more than one of them fits, and how many others
  /// there are.
  private func unseenText(width: Int) -> String {
    func text(_ shown: Int) -> String {
      let rest = unseen.count - shown
      return TextWidth.sanitized(
        (unseen.prefix(shown) + (rest > 0 ? ["\(rest) more"] : [])).joined(separator: "; "))
    }
    let most = text(min(Self.mostUnseen, unseen.count))
    return TextWidth.wrapped(most, to: max(10, width)).count <= 2 ? most : text(1)
  }

  /// Why a ratio isn't the quotient of the two medians beside it.
  static let pairedRatios = "ratios are medians over paired runs"

  /// How to see more of a report.
  ///
  /// - Parameter source: Where it comes from.
  /// - Returns: The sentence.
  static func more(_ source: TextOptions.Source) -> String {
    switch source {
    case .command:
      "--details prints everything; --json FILE saves it, and tandem show FILE prints it again"
    case .file: "tandem show --details FILE prints everything"
    case .pythonModule: "tandem.watch(details=True) prints everything; .to_json() has it too"
    }
  }
}
