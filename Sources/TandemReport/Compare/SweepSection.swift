import TandemModel
import TandemText

/// The same work over several numbers of workers: a table a model, the curve, and what to use.
struct SweepSection: Section {
  /// The report.
  var report: CompareReport
  /// What its interpreters are called.
  var interpreters: InterpreterNames

  /// The section's lines; none when there was one number of workers.
  func lines(width: Int) -> [StyledLine] {
    guard let sweep = report.sweep else { return [] }
    let counts = sweep.counts.map { FigureText.count($0) }.joined(separator: ", ")
    var lines = StyledLine.wrapped(
      "· the same \(FigureText.count(sweep.items)) items over \(counts) workers",
      after: "More workers ", .heading, ink: .faint, width: width)
    lines += StyledLine.wrapped(
      "Speed-up: wall time with one worker, divided by this wall time; median over paired runs. Of"
        + " ideal: speed-up, divided by the number of workers. Serial share: the share of the work that,"
        + " running alone, explains this speed-up (Karp–Flatt). If it stays the same with more workers,"
        + " part of the work is serial; if it rises, more workers cost more.",
      after: "  ", ink: .faint, width: width)
    for series in sweep.series {
      lines.append(StyledLine())
      lines += self.lines(of: series, width: width)
    }
    return lines
  }

  private func lines(of series: SweepSeries, width: Int) -> [StyledLine] {
    let name = series.model.rawValue + interpreters.suffix(forPath: series.interpreter)
    let over =
      series.baseline == .serial ? "speed-up compared with the same work without workers" : ""
    var lines = [StyledLine("  " + name, series.model.ink)]
    if !over.isEmpty { lines += StyledLine.wrapped(over, after: "  ", ink: .faint, width: width) }
    lines += table(of: series).lines(width: width)
    for point in series.points {
      guard let reason = point.notInFit, point.error == nil, series.fit != nil else { continue }
      lines += StyledLine.wrapped(
        "The curve leaves out \(FigureText.count(point.workers, "worker")): \(reason)",
        after: "    ", ink: .faint, width: width)
    }
    if let fit = series.fit {
      lines += StyledLine.wrapped(text(of: fit), after: "    ", width: width)
    }
    if let note = series.fitNote {
      lines += StyledLine.wrapped(note, after: "    ", ink: .faint, width: width)
    }
    let advice = series.recommendation
    let isOpen = advice.workers == nil
    lines += StyledLine.wrapped(
      (isOpen ? "Undecided. " : "") + advice.reason, after: "    → ", isOpen ? .notice : .good,
      width: width)
    return lines
  }

  // MARK: The table

  private func table(of series: SweepSeries) -> TextTable {
    let best = series.points.compactMap(\.speedup).filter(\.isFinite).max()
    var columns = [
      TextTable.Column(heading: ["median", "wall"], group: 0),
      TextTable.Column(heading: ["95 %", "interval"], group: 0),
      TextTable.Column(heading: ["", "speed-up"], group: 0),
      TextTable.Column(heading: ["of", "ideal"], group: 0),
      TextTable.Column(heading: ["serial", "share"], group: 0),
    ]
    if series.fit != nil {
      columns.append(TextTable.Column(heading: ["", "curve"], group: 0))
    }
    columns.append(TextTable.Column(heading: [], group: 0, isBar: true))
    let rows = series.points.map { point in
      let label = FigureText.count(point.workers)
      if let error = point.error {
        let text = TextWidth.sanitized(error, keepsLines: true)
        return TextTable.Row(label: label, ink: .bad, content: .message("failed: \(text)", .bad))
      }
      let isAdvised = point.workers == series.recommendation.workers
      var cells: [TextTable.Cell] = [
        .text(FigureText.duration(point.medianSeconds), isAdvised ? .good : .plain),
        .text(interval(of: point), .faint),
        .text(times(point.speedup), .strong),
        .text(share(point.speedup.map { $0 / Double(point.workers) }), .plain),
        .text(point.workers == 1 ? "" : share(point.karpFlatt), .plain),
      ]
      if series.fit != nil {
        cells.append(.text(point.fittedSeconds.map { FigureText.duration($0) } ?? "", .faint))
      }
      cells.append(
        .bar(best.flatMap { most in point.speedup.map { $0 / most } }, series.model.ink))
      return TextTable.Row(
        label: label, ink: isAdvised ? .good : .plain, content: .cells(cells))
    }
    return TextTable(labelHeading: "workers", columns: columns, rows: rows)
  }

  private func interval(of point: SweepPoint) -> String {
    guard let interval = point.ci95Seconds, interval.low.isFinite, interval.high.isFinite else {
      return point.n == 0 ? FigureText.notMeasured : "n=\(point.n)"
    }
    let scale = DurationScale(for: point.medianSeconds ?? interval.high)
    return scale.range(interval.low, interval.high)
  }

  private func times(_ ratio: Double?) -> String {
    guard let ratio, ratio.isFinite else { return FigureText.notMeasured }
    return FigureText.ratio(ratio) + "×"
  }

  private func share(_ share: Double?) -> String {
    FigureText.percent(share)
  }

  // MARK: The curve

  private func text(of fit: ScalingFit) -> String {
    let law = fit.law == .usl ? "Universal Scalability Law" : "Amdahl's law"
    var text =
      "Curve (\(law), \(fit.points) points): \(FigureText.duration(fit.oneWorkerSeconds)) with one worker,"
      + " serial share \(FigureText.percent(fit.serialShare))\(Self.range(fit.serialShareCI90))"
    if let cost = fit.pairCost {
      text += ", cost of each pair \(FigureText.percent(cost))\(Self.range(fit.pairCostCI90))"
    }
    if let peak = fit.peakWorkers {
      text += "; fastest at about \(FigureText.count(peak)) workers"
      if let interval = fit.peakCI90 {
        text += " (90 % interval \(FigureText.count(interval.low.rounded(.down)))"
        text += "–\(FigureText.count(interval.high.rounded(.down))))"
      }
    } else if let limit = fit.speedupLimit, limit < 1000 {
      text += "; never more than \(FigureText.ratio(limit)) times as fast"
    }
    return text + ". Every point is within \(FigureText.percent(fit.largestError)) of the curve."
  }

  private static func range(_ interval: Interval?) -> String {
    guard let interval else { return "" }
    return " (90 % interval \(FigureText.percentRange(interval.low, interval.high)))"
  }
}
