import TandemModel
import TandemText

/// Two models that the runs don't tell apart, and what would.
struct OpenPair {
  /// The pair, with its figures.
  let question: Verdict.OpenQuestion

  /// Describes a pair.
  ///
  /// - Parameters:
  ///   - first: a model.
  ///   - second: the other.
  ///   - ratio: the first over the second.
  ///   - serial: the same work without workers, where both are faster than that; nil otherwise.
  ///   - moreRuns: about how many more runs would tell; nil where that can't be told.
  init(
    _ first: AnalysedCell, _ second: AnalysedCell, _ ratio: PairedRatio,
    serial: AnalysedCell? = nil, moreRuns: Int?
  ) {
    let models = [first, second].map(\.result.model.rawValue).joined(separator: ",")
    question = Verdict.OpenQuestion(
      between: [first.side, second.side], n: ratio.n, ratio: ratio.ratio, ratioCI95: ratio.interval,
      moreRuns: moreRuns,
      options: moreRuns.map { "--models \(models) --runs \(ratio.n + $0)" },
      timesSerial: serial.flatMap { Self.gain(of: [first, second], over: $0) })
  }

  /// From this factor on, few runs leave no doubt that workers help.
  private static let muchFaster = 2.0

  /// How many times as fast as without workers the slowest is; nil where that isn't much.
  private static func gain(of cells: [AnalysedCell], over serial: AnalysedCell) -> Double? {
    let walls = cells.compactMap(\.result.medianSeconds)
    guard walls.count == cells.count, let longest = walls.max(), longest > 0,
      let whole = serial.result.medianSeconds, whole >= muchFaster * longest
    else { return nil }
    return whole / longest
  }

  /// What would decide, a clause.
  var whatWouldDecide: String {
    if let moreRuns = question.moreRuns {
      let options = question.options.map { " (\($0))" } ?? ""
      return "about \(FigureText.count(moreRuns, "more run")) of each would decide\(options)"
    }
    if let interval = question.ratioCI95, interval.high / interval.low < 1.2 {
      return """
        more than \(PairedRatio.mostRunsWorthNaming) runs would be needed, so it makes no \
        difference that matters
        """
    }
    return "the runs vary too much to say how many more would decide"
  }
}
