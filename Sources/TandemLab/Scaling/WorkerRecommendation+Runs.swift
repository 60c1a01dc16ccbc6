package import TandemModel
import TandemText

extension WorkerRecommendation {
  /// Recommends a number of workers, from what was measured alone.
  ///
  /// It is the smallest number that surely takes no longer than any other number by more than five per cent:
  /// each pair is judged by its paired ratio, as models are. Where the runs don't tell whether a smaller number
  /// is good enough, or whether a larger one is better, neither does this.
  ///
  /// - Parameters:
  ///   - cells: the cells of one model, one a number of workers; those that failed are passed over.
  ///   - seed: the report's seed, for the bootstrap.
  package init(among cells: [AnalysedCell], seed: UInt64) {
    let ran = cells.filter(\.ran).sorted { $0.result.workers < $1.result.workers }
    guard let best = ran.fastest, let most = ran.last?.result.workers else {
      self.init(workers: nil, reason: "Nothing was measured.")
      return
    }
    guard ran.count > 1 else {
      self.init(
        workers: nil,
        reason: "Only \(Self.workers(best)) could be measured: there is nothing to compare with.")
      return
    }
    var open: [(cell: AnalysedCell, rival: AnalysedCell, moreRuns: Int?)] = []
    var enough: AnalysedCell?
    for cell in ran where cell.result.workers <= best.result.workers && enough == nil {
      let isBest = cell.result.workers == best.result.workers
      let rivals = ran.filter { $0.result.workers != cell.result.workers }.compactMap { rival in
        PairedRuns(cell, rival, seed: seed).map { (rival: rival, ratio: $0.ratio) }
      }
      let positions = rivals.map { $0.ratio.position(of: PairedRatio.margin) }
      if positions.contains(.above), !isBest { continue }
      let unclear = zip(rivals, positions).filter { $0.1 != .below }.map(\.0)
      guard let worst = unclear.max(by: { $0.ratio.ratio < $1.ratio.ratio }) else {
        enough = cell
        continue
      }
      open.append(
        (cell, worst.rival, worst.ratio.moreRuns(toTellFrom: [PairedRatio.margin])))
    }
    guard open.isEmpty else {
      self.init(open: open, enough: enough, best: best)
      return
    }
    if let enough, enough.result.workers != best.result.workers,
      let pairs = PairedRuns(enough, best, seed: seed)
    {
      self.init(
        workers: enough.result.workers,
        reason: """
          \(Self.workers(enough)) took \(Self.wall(enough)), within 5 % of the least that \
          was measured, \(Self.wall(best)) with \(Self.workers(best)) (\(pairs.ratio.phrase)): more \
          workers gain nothing that matters.
          """)
      return
    }
    var reason = "\(Self.workers(best)) took \(Self.wall(best)), the least that was measured"
    if best.result.workers == most {
      reason += ", and were the most that were tried: more may take even less"
    } else if let smaller = ran.last(where: { $0.result.workers < best.result.workers }) {
      reason += ", and \(Self.workers(smaller)) took \(Self.wall(smaller)), longer by more than 5 %"
    } else if let larger = ran.first(where: { $0.result.workers > best.result.workers }) {
      reason += ", and \(Self.workers(larger)) took \(Self.wall(larger))"
    }
    self.init(workers: best.result.workers, reason: reason + ".")
  }

  /// What the runs don't tell.
  private init(
    open: [(cell: AnalysedCell, rival: AnalysedCell, moreRuns: Int?)], enough: AnalysedCell?,
    best: AnalysedCell
  ) {
    let smaller = open.filter { $0.cell.result.workers != best.result.workers }
    var reason: String
    var candidates: [AnalysedCell]
    if let larger = open.first, smaller.isEmpty {
      candidates = [best, larger.rival]
      reason = """
        Whether \(Self.workers(larger.rival)) \(larger.rival.result.workers == 1 ? "takes" : "take") less than \(Self.workers(best)) by more than 5 % is open (\
        \(FigureText.list(candidates.map { "\(Self.workers($0)): \(Self.wall($0))" })))
        """
    } else {
      candidates = smaller.map(\.cell) + [enough ?? best]
      let isOne = smaller.count == 1 && smaller[0].cell.result.workers == 1
      reason = """
        Whether \(FigureText.list(smaller.map { Self.workers($0.cell) }, "or")) \(isOne ? "is" : "are") \
        within 5 % of the best, \(Self.workers(best)), is open (\
        \(FigureText.list((smaller.map(\.cell) + [best]).map { "\(Self.workers($0)): \(Self.wall($0))" })))
        """
    }
    let known = open.compactMap(\.moreRuns)
    if known.count == open.count, let most = known.max() {
      reason += "; about \(FigureText.count(most, "more run")) would decide"
    } else {
      reason += "; the runs vary too much to say how many more would decide"
    }
    self.init(
      workers: nil, undecidedBetween: candidates.map(\.result.workers), reason: reason + ".")
  }

  private static func workers(_ cell: AnalysedCell) -> String {
    FigureText.count(cell.result.workers, "worker")
  }

  private static func wall(_ cell: AnalysedCell) -> String {
    FigureText.duration(cell.result.medianSeconds ?? 0)
  }
}

extension PairedRatio {
  /// The ratio with its interval, or with all its values when there is none.
  package var phrase: String {
    let median = "\(FigureText.ratio(ratio)) times"
    if let interval {
      return """
        \(median), 95 % interval \(FigureText.range(interval.low, interval.high)) from \(n) pairs
        """
    }
    let values = ratios.map { FigureText.ratio($0) }
    return values.count == 1
      ? "\(median), from one pair" : "\(median), the median of \(FigureText.list(values))"
  }
}
