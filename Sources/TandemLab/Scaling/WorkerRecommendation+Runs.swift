package import TandemModel
import TandemText

extension WorkerRecommendation {
  /// Recommends a number of workers, from what was measured alone.
  ///
  /// It is the smallest number whose time is surely within five per cent of the least median. Where the
  /// runs don't tell whether a smaller number is, neither does this.
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
    var open: [AnalysedCell] = []
    var moreRuns: [Int?] = []
    var enough: (cell: AnalysedCell, ratio: PairedRatio)?
    for cell in ran where cell.result.workers < best.result.workers && enough == nil {
      guard let pairs = PairedRuns(cell, best, seed: seed) else { continue }
      switch pairs.ratio.position(of: PairedRatio.margin) {
      case .above: continue
      case .unclear:
        open.append(cell)
        moreRuns.append(pairs.ratio.moreRuns(toTellFrom: [PairedRatio.margin]))
      case .below: enough = (cell, pairs.ratio)
      }
    }
    guard open.isEmpty else {
      let candidates = open + [enough?.cell ?? best]
      let isOne = open.count == 1 && open[0].result.workers == 1
      var reason = """
        Whether \(FigureText.list(open.map { Self.workers($0) }, "or")) \(isOne ? "is" : "are") within \
        5 % of the best, \(Self.workers(best)), is open (\
        \(FigureText.list((open + [best]).map { "\(Self.workers($0)): \(Self.wall($0))" })))
        """
      let known = moreRuns.compactMap { $0 }
      if known.count == moreRuns.count, let most = known.max() {
        reason += "; about \(FigureText.count(most, "more run")) would decide"
      } else {
        reason += "; the runs vary too much to say how many more would decide"
      }
      self.init(
        workers: nil, undecidedBetween: candidates.map(\.result.workers), reason: reason + ".")
      return
    }
    if let enough {
      self.init(
        workers: enough.cell.result.workers,
        reason: """
          \(Self.workers(enough.cell)) took \(Self.wall(enough.cell)), within 5 % of the least that \
          was measured, \(Self.wall(best)) with \(Self.workers(best)) (\(enough.ratio.phrase)): more \
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
