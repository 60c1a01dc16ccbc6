import TandemModel
import TandemText

/// Which value of a sweep is fastest, if the runs show it, and where CPU time grew in proportion.
struct SweepAnswer {
  /// The first value whose wall time is surely within five per cent of the least; nil when none is shown to
  /// be faster than the first.
  let best: String?
  /// What is said of it.
  let sentence: String

  /// Judges a sweep.
  ///
  /// - Parameter sweep: The sweep, with its points.
  init(_ sweep: ExplainSweep) {
    let name = sweep.variable
    guard sweep.repeated.areUnobserved, let first = sweep.points.first,
      let least = sweep.points.min(by: { $0.medianSeconds < $1.medianSeconds }),
      sweep.points.count > 1
    else {
      best = nil
      sentence = "One run of each value is not a difference."
      return
    }
    let notes = Self.proportion(in: sweep) + Self.taken(in: sweep)
    guard let wall = least.comparisons[.wall], wall.shown == .smaller else {
      best = nil
      sentence = Self.noneIsFaster(least, first, in: sweep) + notes
      return
    }
    let enough = sweep.points.first { Self.isAsFast($0, as: least) } ?? least
    best = enough.value
    let gain = enough.comparisons[.wall].map(\.inverted)
    sentence = """
      \(name)=\(enough.value) suffices: \(FigureText.duration(enough.medianSeconds)) instead of \
      \(FigureText.duration(first.medianSeconds)) with \(name)=\(first.value), \
      \(FigureText.ratio(gain?.ratio)) times as fast\(gain.map { " (\($0.intervalText))" } ?? "")\
      \(enough.value == least.value ? ", the least of all" : "; no other value is shown to be faster").\(notes)
      """
  }

  private static func noneIsFaster(
    _ least: ExplainSweepPoint, _ first: ExplainSweepPoint, in sweep: ExplainSweep
  ) -> String {
    let name = sweep.variable
    if first.runs.count == 1 {
      return """
        One run of each value is not a difference; the least took \
        \(FigureText.duration(least.medianSeconds)), with \(name)=\(least.value). More --runs tell more.
        """
    }
    let smallest =
      least.value == first.value
      ? ""
      : """
      ; the least median, \(FigureText.duration(least.medianSeconds)), is that of \(name)=\(least.value)
      """
    let slower = sweep.points.last { $0.comparisons[.wall]?.shown == .larger }
    let more =
      slower.map { point in
        """
         With \(name)=\(point.value) it takes \(FigureText.duration(point.medianSeconds)), \
        \(FigureText.ratio(point.comparisons[.wall]?.ratio)) times as long.
        """
      } ?? (first.runs.count < Bootstrap.leastCount ? " More --runs tell more." : "")
    return """
      No value is shown to be faster than \(name)=\(first.value), which takes \
      \(FigureText.duration(first.medianSeconds))\(smallest).\(more)
      """
  }

  /// Where workers wanted CPUs and didn't get them, what they cost each other can't show.
  private static func taken(in sweep: ExplainSweep) -> String {
    let short = sweep.points.filter {
      let wanted = min($0.report.demand, Double($0.report.machine.effectiveCPUs))
      return wanted >= 1.5 && $0.parallelism < 0.75 * wanted && $0.report.totals.gilSeconds == 0
    }
    guard let point = short.last else { return "" }
    return """
       With \(sweep.variable)=\(point.value), \(FigureText.ratio(point.report.demand)) workers wanted a CPU and \
      \(FigureText.ratio(point.parallelism)) had one: what workers cost each other on several CPUs at once \
      shows only in part.
      """
  }

  /// Whether a value's wall time is surely within the margin of the least.
  private static func isAsFast(_ point: ExplainSweepPoint, as least: ExplainSweepPoint) -> Bool {
    if point.value == least.value { return true }
    let comparison = RunComparison.all(
      of: point.runs, with: least.runs, arePaired: true, use: "explain-sweep/best/\(point.value)")
    return comparison[.wall]?.shown == .same
  }

  /// Where CPU time grew as the variable did, which has two readings.
  private static func proportion(in sweep: ExplainSweep) -> String {
    let grown = sweep.points.dropFirst().compactMap { SweptGrowth($0, in: sweep) }
    guard let last = grown.last(where: \.isInProportion) else { return "" }
    return """
       CPU time grew in proportion to \(sweep.variable), \(FigureText.ratio(last.growth.factor)) times with \
      \(sweep.variable)=\(last.value): either each worker brings work of its own, or the same work costs that \
      much more.
      """
  }
}
