package import TandemModel
import TandemText

/// A sweep went beyond the number of workers from which on more gain nothing.
package struct MoreWorkersNoLongerHelp: Rule {
  package let name = "more-workers-no-longer-help"

  package func evaluate(_ context: RuleContext) -> [Finding] {
    context.sweep?.series.compactMap { evaluate($0, context) } ?? []
  }

  private func evaluate(_ series: SweepSeries, _ context: RuleContext) -> Finding? {
    let ran = series.points.filter { $0.error == nil && $0.medianSeconds != nil }
    guard let enough = series.recommendation.workers,
      let point = ran.first(where: { $0.workers == enough }), let wall = point.medianSeconds,
      let most = ran.last, most.workers > enough, let mostWall = most.medianSeconds
    else { return nil }
    let others = ran.filter { $0.workers > enough }
      .map { "\($0.workers): \(FigureText.duration($0.medianSeconds ?? 0))" }
    var claim = """
      \(label(series, context)): more than \(FigureText.count(enough, "worker")) don't help: the same \
      \(context.sweep?.items ?? 0) items took \(FigureText.duration(wall)) with \(enough), and with more \
      of them \(FigureText.list(others))
      """
    if let peak = series.fit?.peakWorkers {
      claim += "; by the curve through them, \(FigureText.count(peak, "worker")) are fastest"
    }
    return finding(
      claim + ".",
      evidence: [
        "enough_workers": Double(enough), "wall_s": wall, "most_workers": Double(most.workers),
        "most_wall_s": mostWall, "serial_share": series.fit?.serialShare,
        "karp_flatt_at_enough": point.karpFlatt, "karp_flatt_at_most": most.karpFlatt,
      ],
      advice: advice(enough, series, context))
  }

  private func label(_ series: SweepSeries, _ context: RuleContext) -> String {
    context.results.first {
      $0.model == series.model && $0.interpreter?.path == series.interpreter
    }?.label ?? series.model.rawValue
  }

  private func advice(_ enough: Int, _ series: SweepSeries, _ context: RuleContext) -> String {
    let cpus = context.machine.effectiveCPUs
    let start = "Use \(FigureText.count(enough, "worker"))"
    let interpreter = context.results.first {
      $0.model == series.model && $0.interpreter?.path == series.interpreter
    }?.interpreter
    if enough >= cpus, context.profile(under: interpreter).nature == .cpuBound {
      return """
        \(start): the work computes, and \(FigureText.count(cpus, "CPU")) can do no more at a time.
        """
    }
    if let interpreter, interpreter.hasGlobalLock, series.model == .pythonThreads {
      return "\(start): the GIL lets one thread compute at a time, however many there are."
    }
    return "\(start): each more takes memory and a start, and gains nothing that matters."
  }
}
