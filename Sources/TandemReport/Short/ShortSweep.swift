import TandemModel
import TandemText

/// The short form of one program with several values.
struct ShortSweep {
  /// The sweep.
  var sweep: ExplainSweep
  /// Where it comes from.
  var source: TextOptions.Source

  /// The most rows.
  private static let mostRows = 8

  /// The sections.
  var section: ShortReport {
    let sentence = FirstSentence(sweep.sentence)
    return ShortReport(
      above: [
        header,
        AnswerSection(
          answer: sentence.first, isDecided: sweep.best != nil, aside: sentence.rest),
        TableSection(table: table), why,
      ],
      findings: ShortFindings(findings: sweep.findings),
      below: [
        SureSection(
          parts: sure, unseen: ShortCompare.unseen(sweep.points.first?.report.omitted ?? []),
          more: SureSection.more(source))
      ])
  }

  private var header: any Section {
    let failed = sweep.points.filter { $0.report.exit != .code(0) }
    return SweepHeader(
      command: sweep.briefCommand,
      about: TextWidth.sanitized(
        """
        \(sweep.variable) = \(sweep.points.map(\.value).joined(separator: ", ")), \(sweep.placeText)
        """),
      failures: failed.prefix(2).map {
        "with \(sweep.variable)=\($0.value): \($0.report.endText)"
      } + (failed.count > 2 ? ["\(FigureText.count(failed.count - 2)) more failed"] : []))
  }

  /// The values as a table, at most eight.
  var table: TextTable {
    let shown = ScalingTable.spread(sweep.points, most: Self.mostRows) { $0.value == sweep.best }
    let slowest = sweep.points.map(\.medianSeconds).max() ?? 0
    let isTold = sweep.points.contains { $0.ci95Seconds != nil }
    let spread = isTold ? "95 % interval" : "runs"
    let headings = ["wall", spread, "speed-up", "", "CPU time", "CPUs used"]
    let columns = headings.map {
      TextTable.Column(heading: $0.isEmpty ? [] : [$0], group: 0, isBar: $0.isEmpty)
    }
    let rows = shown.map { point in
      let isBest = point.value == sweep.best
      let interval = point.ci95Seconds.map {
        DurationScale(for: point.medianSeconds).range($0.low, $0.high)
      }
      let growth = point.comparisons[.cpu]
      return TextTable.Row(
        label: (isBest ? "▶ " : "  ") + TextWidth.sanitized(point.value),
        ink: isBest ? .good : .plain,
        content: .cells([
          .text(FigureText.duration(point.medianSeconds), .strong),
          .text(
            interval
              ?? (isTold
                ? FigureText.count(point.runs.count, "run") : FigureText.count(point.runs.count)),
            .faint),
          .text(Self.times(point.comparisons[.wall]?.inverseRatio), .plain),
          .bar(slowest > 0 ? point.medianSeconds / slowest : nil, isBest ? .good : .plain),
          .text(Self.times(growth?.ratio), growth?.shown == .larger ? .bad : .plain),
          .text(FigureText.ratio(point.parallelism), .plain),
        ]))
    }
    return TextTable(
      labelHeading: TextWidth.sanitized(sweep.variable), columns: columns, rows: rows)
  }

  private var why: any Section {
    guard let point = sweep.points.first(where: { $0.value == sweep.best }) ?? sweep.points.last
    else { return LineSection(lines: []) }
    let value = "\(TextWidth.sanitized(sweep.variable))=\(TextWidth.sanitized(point.value))"
    return ShareBars(
      title:
        "Where \(FigureText.duration(point.report.wallSeconds)) of the observed run with \(value) went",
      shares: point.report.wallShares)
  }

  /// How many runs there were, and what follows from that.
  var sure: [String] {
    guard let first = sweep.points.first else { return ["nothing was run"] }
    var parts = [
      sweep.repeated.areUnobserved
        ? "\(FigureText.count(first.runs.count, "timed run")) with each value, in turns"
        : "one observed run with each value"
    ]
    if sweep.repeated.areUnobserved, first.runs.count > 1 { parts.append(SureSection.pairedRatios) }
    if let reason = sweep.repeated.reason { parts.append(SureSection.clause(reason)) }
    return parts + ShortExplain.sure(first.report).prefix(1)
  }

  private static func times(_ ratio: Double?) -> String {
    ratio.map { FigureText.ratio($0) + "×" } ?? ""
  }
}

/// The command, its values and those that failed.
struct SweepHeader: Section {
  /// The command.
  var command: String
  /// The values.
  var about: String
  /// Which failed.
  var failures: [String]

  /// The section's lines.
  func lines(width: Int) -> [StyledLine] {
    StyledLine.wrapped(
      TextWidth.truncated(command, to: 2 * width - 40), after: "tandem explain --sweep  ", .heading,
      ink: .strong, width: width)
      + StyledLine.wrapped(
        TextWidth.shortened(about, to: 2 * width - 8), after: "  ", ink: .faint, width: width)
      + failures.flatMap {
        StyledLine.wrapped(TextWidth.sanitized($0), after: "  ", ink: .bad, width: width)
      }
  }
}

/// A table by itself.
struct TableSection: Section {
  /// The table.
  var table: TextTable

  /// The table's lines.
  func lines(width: Int) -> [StyledLine] { table.lines(width: width) }
}
