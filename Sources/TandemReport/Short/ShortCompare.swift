import TandemModel
import TandemText

/// The short form of a comparison.
struct ShortCompare {
  /// The report.
  var report: CompareReport
  /// Where it comes from.
  var source: TextOptions.Source

  /// The most lines of code beside which the bars have room.
  private static let longestCodeBesideBars = 9

  /// The sections.
  var section: ShortReport {
    let ranking = ModelRanking(report)
    return ShortReport(
      above: [
        WorkSection(report: report, ranking: ranking), answer(ranking),
        code, ranking, why(ranking),
      ],
      findings: ShortFindings(findings: report.findings),
      below: [
        SureSection(
          parts: sure, unseen: leftOut,
          more: SureSection.more(source),
          unseenTitle: "Left out")
      ])
  }

  /// What was left out, the first with its reason.
  static func unseen(_ omitted: [Omission]) -> [String] {
    omitted.enumerated().map { $0 == 0 ? "\($1.what): \($1.why)" : $1.what }
  }

  /// The longest reason that stands beside each thing, rather than beside the first only.
  private static let shortReason = 50

  /// What was left out and is missed: Swift's models can't call a Python function.
  var leftOut: [String] {
    let missed = report.omitted.filter {
      report.work.kind != .pythonFunction || $0.what != "Swift's models"
    }
    return missed.enumerated().map {
      $0 == 0 || $1.why.count <= Self.shortReason ? "\($1.what): \($1.why)" : $1.what
    }
  }

  // MARK: The answer

  private func answer(_ ranking: ModelRanking) -> any Section {
    let verdict = report.verdict
    return verdict.choice == .undecided
      ? AnswerSection(answer: answerText(ranking), isDecided: false, aside: verdict.reason)
      : AnswerSection(
        answer: answerText(ranking), aside: verdict.reason,
        mostAsideLines: report.code == nil ? 3 : 2)
  }

  /// The answer, one sentence.
  func answerText(_ ranking: ModelRanking) -> String {
    let verdict = report.verdict
    var answer = verdict.answer
    if let model = verdict.model {
      answer += ": \(model.rawValue)\(ranking.interpreters.suffix(forPath: verdict.interpreter))"
      if let workers = verdict.workers { answer += " with \(FigureText.count(workers, "worker"))" }
    }
    return answer + (verdict.choice == .undecided ? eitherGain : gain(ranking)) + "."
  }

  /// The code to paste, without the empty line above it.
  private var code: any Section {
    LineSection(
      lines: CodeSection(code: report.code).lines(width: .max).filter { !$0.pieces.isEmpty })
  }

  /// How much faster those that the runs don't tell apart are than the same work without workers.
  private var eitherGain: String {
    report.verdict.open?.timesSerial.map {
      "; either is about \(FigureText.ratio($0)) times as fast as without workers"
    } ?? ""
  }

  /// How much faster the winner is than the same work without workers.
  private func gain(_ ranking: ModelRanking) -> String {
    guard let winner = ranking.winner, winner.model.workerKind != .none,
      let serial = ranking.serial, let whole = serial.medianSeconds,
      let wall = winner.medianSeconds, wall > 0
    else { return "" }
    let paired = report.differences.first {
      $0.schedule == winner.schedule && $0.slower.model == serial.model
        && $0.faster.model == winner.model && $0.faster.interpreter == winner.interpreter?.path
    }
    let ratio = paired?.ratio ?? whole / wall
    let interval = paired?.ratioCI95.map {
      " (95 %: \(FigureText.ratio($0.low)) to \(FigureText.ratio($0.high)))"
    }
    return ", \(FigureText.ratio(ratio)) times as fast as without workers\(interval ?? "")"
  }

  // MARK: Why

  /// The parts of the difference between the winner and the next, or how the winner scales.
  private func why(_ ranking: ModelRanking) -> any Section {
    // Long code leaves no room for it.
    if let code = report.code, code.lines.count > Self.longestCodeBesideBars {
      return LineSection(lines: [])
    }
    if let series = ranking.winner.flatMap({
      report.sweep?.series(of: $0.model, interpreter: $0.interpreter?.path)
    }) {
      return ScalingTable(series: series)
    }
    guard let difference = ranking.difference(in: report.differences) else {
      return LineSection(lines: [])
    }
    return WhySection(
      title: DifferenceSection(report: report, interpreters: ranking.interpreters)
        .headline(of: difference),
      column: DifferenceColumn(
        difference, unknown: report.unknownLabel(of: difference), most: ShareBars.most))
  }

  // MARK: How sure

  /// How many runs there were, and what follows from that.
  var sure: [String] {
    let counts = report.runs.filter { $0.error == nil }.map(\.n)
    guard let least = counts.min(), let most = counts.max() else { return ["nothing was timed"] }
    let number =
      least == most
      ? FigureText.count(most, "timed run")
      : "\(FigureText.count(least)) to \(FigureText.count(most, "timed run"))"
    var parts = ["\(number) of each, in shuffled order"]
    if let ending = report.ending {
      parts.append(EndingText.why(ending))
      if let busy = EndingText.busy(ending) { parts.append(busy) }
    }
    if report.differences.contains(where: { $0.n > 1 }) || (report.verdict.open?.n ?? 0) > 1 {
      parts.append(SureSection.pairedRatios)
    }
    if report.runs.contains(where: { $0.error == nil && $0.ci95Seconds == nil }) {
      parts.append("an interval of 95 % needs six runs")
    }
    if report.runs.contains(where: { $0.observedRuns?.switches == .sampled }) {
      parts.append("where the time went is sampled")
    }
    return parts
  }
}

/// What was run, and on what.
struct WorkSection: Section {
  /// The report.
  var report: CompareReport
  /// Its models.
  var ranking: ModelRanking

  /// The work in a few words.
  var workText: String { HeaderSection(report: report, interpreters: ranking.interpreters).work }

  /// On what it was run, and how.
  var facts: [String] {
    let machine = report.machine
    let cpus =
      machine.cpuQuota.map { FigureText.cpus($0) + " (quota)" }
      ?? FigureText.count(machine.effectiveCPUs, "CPU")
    return ["on \(cpus)"]
      + ranking.interpreters.all.prefix(2).map { ranking.interpreters.name(of: $0) }
      + [ranking.schedule?.explanation].compactMap(\.self)
  }

  /// The section's lines.
  func lines(width: Int) -> [StyledLine] {
    StyledLine.wrapped(workText, after: "tandem compare  ", .heading, ink: .strong, width: width)
      + StyledLine.joined(facts, after: "  ", ink: .faint, width: width)
  }
}

/// Why one is slower than another: a heading, and at most five bars that add up.
struct WhySection: Section {
  /// What the bars are of.
  var title: String
  /// The bars; nil when they can't be drawn.
  var column: DifferenceColumn?

  /// The section's lines; none without bars.
  func lines(width: Int) -> [StyledLine] {
    guard let column else { return [] }
    return StyledLine.wrapped(title, after: "", ink: .heading, width: width)
      + DifferenceBars(column: column).lines(width: width)
  }
}
