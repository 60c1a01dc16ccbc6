import TandemModel
import TandemText

/// What observing the program cost it.
struct CostSection: Section {
  /// The report.
  var report: ExplainReport

  /// Following starts is named from this share of the wall time on.
  private static let leastShare = 0.01

  /// The section's lines; none when nothing was asked for and starts were few.
  func lines(width: Int) -> [StyledLine] {
    let texts = [startsText] + (report.observer.cost.map { runsTexts($0) } ?? [])
    let lines = texts.compactMap(\.self).flatMap {
      StyledLine.wrapped($0, after: "  ", width: width)
    }
    return lines.isEmpty ? [] : [.heading("What observing cost the program")] + lines
  }

  /// What following the starts took, as a clause; nil where that doesn't matter.
  var briefStarts: String? {
    guard report.observer.cost == nil, let starts = report.observer.starts,
      starts.share >= Self.leastShare
    else { return nil }
    return """
      following \(FigureText.count(starts.started)) short-lived \(startedNoun) took at least \
      \(FigureText.percent(starts.share)) of the time
      """
  }

  private var startedNoun: String {
    switch (report.starts.threads, report.starts.processes) {
    case (_, 0): "threads"
    case (0, _): "processes"
    default: "threads and processes"
    }
  }

  private var startsText: String? {
    guard let starts = report.observer.starts, starts.share >= Self.leastShare else { return nil }
    let more =
      report.observer.cost == nil ? "; --cost-runs measures what observing adds to its time" : ""
    return """
      The program started \(FigureText.count(starts.started)) short-lived \(startedNoun), \
      \(FigureText.count(starts.perSecond.rounded())) a second. Observing the start and the end of one takes \
      \(FigureText.duration(starts.cpuSecondsPerStart)) of CPU time here, \(FigureText.duration(starts.cpuSeconds)) for all: \
      at least \(FigureText.percent(starts.share)) of the wall time\(more).
      """
  }

  /// Whether being observed changed the pace, where the interval tells.
  private static func pace(_ cost: CostRuns) -> String {
    guard let interval = cost.wallRatioCI95 else { return "" }
    if interval.high < 1 {
      return """
         The program ran faster while it was observed: its times in this report are shorter than without \
        Tandem.
        """
    }
    return interval.low > 1 ? " The program ran slower while it was observed." : ""
  }

  private func runsTexts(_ cost: CostRuns) -> [String?] {
    let count = cost.plainWallSeconds.count
    let reason = cost.reason.map { " \($0)" } ?? ""
    guard let ratio = cost.wallRatio else { return ["Not measured.\(reason)"] }
    let interval =
      cost.wallRatioCI95.map {
        "95 % interval \(FigureText.number($0.low, decimals: 3))–\(FigureText.number($0.high, decimals: 3))"
      } ?? "no interval with fewer than six pairs"
    let pairs = FigureText.count(count, "pair")
    let fewer = count < cost.pairsAsked ? " of \(FigureText.count(cost.pairsAsked))" : ""
    let wall = """
      Wall time when observed, divided by wall time otherwise: \(FigureText.number(ratio, decimals: 3)) (\(interval); \
      \(pairs)\(fewer) of runs).\(Self.pace(cost))\(reason)
      """
    var parts: [String] = []
    if let plain = cost.plainCPUSeconds, let observed = cost.observedCPUSeconds {
      parts.append(
        "CPU time of the program: \(FigureText.duration(observed)) when observed,"
          + " \(FigureText.duration(plain)) otherwise")
    }
    if let switches = cost.switchesPerSecond {
      parts.append("\(FigureText.count(switches.rounded())) switches a second when not observed")
    }
    return [wall, parts.isEmpty ? nil : parts.joined(separator: " · ")]
  }
}
