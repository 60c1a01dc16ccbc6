import TandemModel
import TandemText

/// Where the figures come from, and what it cost to have them.
struct SourceSection {
  /// The report.
  var report: ExplainReport

  /// One line, wrapped; under a rule.
  func lines(width: Int) -> [StyledLine] {
    [StyledLine(String(repeating: "─", count: width), .faint)]
      + StyledLine.joined(parts, ink: .faint, width: width)
  }

  private var parts: [String] {
    let sources = report.sources
    var parts: [String] = []
    switch sources.switches {
    case .exact:
      parts.append("exact switch records")
      let around =
        sources.lostSeconds > 0
        ? " (\(FigureText.duration(sources.lostSeconds)) count as sampled)" : ""
      parts.append("\(FigureText.count(sources.lostRecords)) lost\(around)")
    case .sampled:
      parts.append("sampled from /proc, without switch records")
    }
    var looks = FigureText.count(sources.samples, "look")
    if let efficiency = sources.samplingEfficiency {
      looks += ", \(FigureText.percent(efficiency)) told something"
    }
    parts.append(looks)
    if let share = sources.attributedShare {
      parts.append("\(FigureText.percent(share)) of the waits looked into")
    }
    if let accounted = sources.accountedCPUSeconds {
      let scale = DurationScale(for: max(accounted, report.totals[.onCPU]))
      parts.append(
        "CPU time seen \(scale.number(report.totals[.onCPU])) \(scale.unit), accounted by the kernel"
          + " \(scale.number(accounted)) \(scale.unit)")
    }
    if let stolen = sources.stolenSeconds, stolen >= 0.02,
      stolen >= 0.01 * report.totals[.onCPU]
    {
      // Between two records a worker was on its CPU, whoever had that; the kernel's account leaves it out.
      let counted =
        sources.switches == .exact
        ? ", which looks like time on a CPU where it hit the program" : ""
      parts.append("the host took \(FigureText.duration(stolen)) of the CPUs meanwhile\(counted)")
    }
    parts.append(
      "observing took \(FigureText.duration(report.observer.cpuSeconds)) of CPU,"
        + " \(FigureText.percent(report.observer.share)) of the wall time")
    return parts
  }
}
