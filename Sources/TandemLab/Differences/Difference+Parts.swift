package import TandemModel

extension Difference {
  /// Tells two cells apart; nil when no block holds runs of both.
  ///
  /// Which one is slower is decided by the median ratio over paired blocks; the seconds are means over
  /// the same blocks, so that the parts add up, and may be negative.
  ///
  /// - Parameters:
  ///   - first: a cell.
  ///   - second: another.
  ///   - schedule: the schedule that the difference is reported under.
  ///   - machine: the machine, for its number of CPUs.
  ///   - seed: the report's seed, for the bootstrap.
  package init?(
    between first: AnalysedCell, and second: AnalysedCell, schedule: Schedule,
    machine: MachineSummary, seed: UInt64
  ) {
    guard var pairs = PairedRuns(first, second, seed: seed) else { return nil }
    let firstIsSlower = pairs.ratio.ratio >= 1
    let slower = firstIsSlower ? first : second
    let faster = firstIsSlower ? second : first
    if !firstIsSlower { pairs = pairs.swapped }

    let parts = CauseTable.mean(
      of: zip(pairs.first, pairs.second).map { slow, fast in
        var difference = slow.decomposition.seconds
        difference.add(fast.decomposition.seconds, times: -1)
        return difference
      })
    let timed = zip(pairs.first, pairs.second).map { $0.run.wallS - $1.run.wallS }
    let wallDifference = Statistics.mean(timed) ?? 0
    self.init(
      slower: slower.side, faster: faster.side, schedule: schedule, n: pairs.ratio.n,
      ratio: pairs.ratio.ratio, ratioCI95: pairs.ratio.interval, wallDifferenceS: wallDifference,
      parts: parts.shares,
      // The parts come from the timed runs themselves, so this is what rounding leaves; it becomes
      // the cost of observing once runs are observed apart.
      residualS: wallDifference - parts.sum,
      sentence: DifferenceSentence(
        pairs: pairs, slower: slower.result, faster: faster.result, machine: machine
      ).text)
  }
}
