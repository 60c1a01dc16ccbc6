import TandemModel
import TandemText

/// Where the figures come from, and what it cost to have them.
struct SourceSection: Section {
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
      parts.append("every context switch recorded")
      let around =
        sources.lostSeconds > 0
        ? " (in \(FigureText.duration(sources.lostSeconds)) of the wall time)" : ""
      parts.append("\(FigureText.count(sources.lostRecords)) records lost\(around)")
    case .sampled:
      parts.append("sampled from /proc, no switches recorded")
    }
    var samples = FigureText.count(sources.samples, "sample")
    if let efficiency = sources.samplingEfficiency {
      samples += ", \(FigureText.percent(efficiency)) informative"
    }
    parts.append(samples)
    if let share = sources.attributedShare {
      parts.append("\(FigureText.percent(share)) of the waits sampled")
    }
    if let accounted = sources.accountedCPUSeconds {
      let scale = DurationScale(for: max(accounted, report.totals[.onCPU]))
      parts.append(
        "CPU time observed \(scale.number(report.totals[.onCPU])) \(scale.unit), counted by the kernel"
          + " \(scale.number(accounted)) \(scale.unit)")
    }
    if let stolen = sources.stolenSeconds, stolen >= 0.02,
      stolen >= 0.01 * report.totals[.onCPU]
    {
      // Between two records a worker was on its CPU, whoever had that; the kernel's account leaves it out.
      let counted =
        sources.switches == .exact
        ? ", which counts as time on a CPU where it hit the program" : ""
      parts.append("the host took \(FigureText.duration(stolen)) of CPU time meanwhile\(counted)")
    }
    parts.append(
      "observing took \(FigureText.duration(report.observer.cpuSeconds)) of CPU time,"
        + " \(FigureText.percent(report.observer.share)) of the wall time")
    return parts
  }
}
