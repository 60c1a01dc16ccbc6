import TandemModel
import TandemText

/// A sweep went beyond the number of workers from which on more gain nothing.
package struct MoreWorkersNoLongerHelp: Rule {
  package let claim = Claim.moreWorkersNoLongerHelp

  package init() {}

  package func conclusions(from comparison: Comparison) -> [Conclusion] {
    comparison.sweep?.series.compactMap { conclusion(from: $0, comparison) } ?? []
  }

  private func conclusion(from series: SweepSeries, _ comparison: Comparison) -> Conclusion? {
    let ran = series.points.filter { $0.error == nil && $0.medianSeconds != nil }
    guard let enough = series.recommendation.workers,
      let point = ran.first(where: { $0.workers == enough }), let wall = point.medianSeconds,
      let most = ran.last, most.workers > enough, let mostWall = most.medianSeconds
    else { return nil }
    let result = comparison.results.first {
      $0.model == series.model && $0.interpreter?.path == series.interpreter
    }
    let times = ran.filter { $0.workers >= enough }
      .map { "\(FigureText.duration($0.medianSeconds ?? 0)) with \($0.workers)" }
    var sentence = """
      \(result?.label ?? series.model.rawValue): more than \(FigureText.count(enough, "worker")) don't \
      help: the same \(FigureText.count(comparison.sweep?.items ?? 0, "item")) took \(FigureText.list(times))
      """
    if let peak = series.fit?.peakWorkers {
      sentence += "; on the fitted curve, \(FigureText.count(peak, "worker")) are fastest"
    }
    return conclusion(
      sentence + ".", about: result.map { [$0] } ?? [],
      evidence: [
        "enough_workers": Double(enough), "wall_s": wall, "most_workers": Double(most.workers),
        "most_wall_s": mostWall, "serial_share": series.fit?.serialShare,
        "karp_flatt_at_enough": point.karpFlatt, "karp_flatt_at_most": most.karpFlatt,
      ],
      potentialGain: .measured(
        wall, insteadOf: mostWall, "measured with \(FigureText.count(enough, "worker"))"),
      advice: advice(enough, series, result?.interpreter, comparison))
  }

  private func advice(
    _ enough: Int, _ series: SweepSeries, _ interpreter: InterpreterSummary?,
    _ comparison: Comparison
  ) -> String {
    let cpus = comparison.machine.effectiveCPUs
    let start = "Use \(FigureText.count(enough, "worker"))"
    if enough >= cpus, comparison.profile(under: interpreter).nature == .cpuBound {
      return """
        \(start): the work computes, and \(FigureText.count(cpus, "CPU")) can do no more at once.
        """
    }
    if let interpreter, interpreter.hasGlobalLock, series.model.isPythonThreads {
      return "\(start): the GIL lets one thread compute at a time, however many threads there are."
    }
    return "\(start): each further one costs memory and a start, and gains nothing that matters."
  }
}
