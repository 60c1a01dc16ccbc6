package import TandemModel
import TandemSystem
import TandemText

extension Difference {
  /// The largest share of a difference that the parts may leave unexplained.
  ///
  /// Where watched runs leave more, they differ in another way than the timed ones, and explain nothing.
  static let mostResidual = 0.5

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

    let timed = zip(pairs.first, pairs.second).map { $0.run.wallSeconds - $1.run.wallSeconds }
    let wallDifference = Statistics.mean(timed) ?? 0
    let watched = PairedRuns(slower, faster, seed: seed, of: \.watched)
    let explaining = ExplainedRuns(
      timed: pairs, watched: watched, differenceSeconds: wallDifference)
    let parts = explaining.parts
    self.init(
      slower: slower.side, faster: faster.side, schedule: schedule, n: pairs.ratio.n,
      ratio: pairs.ratio.ratio, ratioCI95: pairs.ratio.interval,
      wallDifferenceSeconds: wallDifference,
      parts: parts.shares, partsFrom: explaining.source,
      residualSeconds: wallDifference - parts.sum,
      sentence: DifferenceSentence(
        pairs: explaining.pairs, slower: slower.result, faster: faster.result, machine: machine
      ).text + explaining.note)
  }
}

/// Which runs explain a difference.
///
/// The watched ones tell more, but they are others than the timed ones: where their difference is
/// another one, what it is made of would not explain the timed one.
private struct ExplainedRuns {
  /// The runs.
  var pairs: PairedRuns
  /// What the difference between them is made of.
  var parts: StateTable
  /// Which runs they are.
  var source: TimeSource
  /// A sentence, with a space before it, when the watched runs tell of another difference.
  var note = ""

  /// A difference below this share of the faster one's wall time isn't explained anyway.
  private static let least = 0.02

  init(timed: PairedRuns, watched: PairedRuns?, differenceSeconds: Double) {
    if let watched {
      let parts = Self.parts(of: watched)
      let residual = differenceSeconds - parts.sum
      if abs(residual) <= Difference.mostResidual * abs(differenceSeconds) {
        self.pairs = watched
        self.parts = parts
        self.source = .observed
        return
      }
      let usual = Statistics.mean(timed.second.map(\.run.wallSeconds)) ?? 0
      if abs(differenceSeconds) >= Self.least * usual {
        note = """
           The observed runs differ by \(FigureText.duration(parts.sum)) instead, so these parts are those \
          that the workers report.
          """
      }
    }
    self.pairs = timed
    self.parts = Self.parts(of: timed)
    self.source = .reported
  }

  private static func parts(of pairs: PairedRuns) -> StateTable {
    StateTable.mean(
      of: zip(pairs.first, pairs.second).map { slow, fast in
        var difference = slow.decomposition.seconds
        difference.add(fast.decomposition.seconds, times: -1)
        return difference
      })
  }
}
