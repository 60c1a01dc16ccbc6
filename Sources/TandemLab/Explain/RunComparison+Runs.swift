import TandemModel
import TandemSystem

extension TimedRuns {
  /// Lists the figures of some runs.
  ///
  /// - Parameter runs: The runs, in order of running.
  init(_ runs: [RepeatedMeasurement.Run]) {
    let counts = runs.compactMap(\.counts)
    let areCounted = !runs.isEmpty && counts.count == runs.count
    self.init(
      wallSeconds: runs.map(\.wallSeconds),
      userSeconds: runs.map { Double($0.usage.userNS) / 1e9 },
      systemSeconds: runs.map { Double($0.usage.systemNS) / 1e9 },
      voluntarySwitches: runs.map { Double($0.usage.voluntarySwitches) },
      involuntarySwitches: runs.map { Double($0.usage.involuntarySwitches) },
      minorFaults: runs.map { Double($0.usage.minorFaults) },
      majorFaults: runs.map { Double($0.usage.majorFaults) },
      instructions: areCounted ? counts.map(\.instructions) : nil,
      cycles: areCounted ? counts.map(\.cycles) : nil)
  }
}

extension RunComparison {
  /// Compares every figure of two commands' runs.
  ///
  /// - Parameters:
  ///   - runs: The runs of one command.
  ///   - base: Those of the command that it is compared with, in the same blocks.
  ///   - arePaired: Whether runs at the same place are neighbours in time; otherwise there is no ratio.
  ///   - use: What the comparison is of, for the bootstrap's random numbers.
  /// - Returns: A comparison for each figure that both have.
  static func all(
    of runs: TimedRuns, with base: TimedRuns, arePaired: Bool, use: String
  ) -> [RunComparison] {
    RunFigure.allCases.compactMap { figure in
      guard let values = runs[figure], let others = base[figure],
        let value = Statistics.median(values), let other = Statistics.median(others)
      else { return nil }
      var result = RunComparison(
        figure: figure, base: other, value: value,
        pairs: arePaired ? min(values.count, others.count) : 0)
      // Where a figure is 0 in a run, its pair would be missing from the others.
      guard arePaired, (values + others).allSatisfy({ $0 > 0 }) else { return result }
      var generator = SplitMix64(seed: 0, use: "\(use)/\(figure.rawValue)")
      guard let paired = PairedRatio(values, over: others, using: &generator) else { return result }
      result.ratio = paired.ratio
      result.ratioCI95 = paired.interval
      result.shown = paired.shown(beyond: PairedRatio.margin)
      return result
    }
  }
}

extension PairedRatio {
  /// What the runs of two programs show, more strictly than runs of `compare` are judged.
  ///
  /// A user compares two programs once, and takes a false difference home. So an
  /// interval is stretched by half before it is held against the margin, below six pairs all of them must be
  /// a quarter beyond it, two must be twice beyond it, and one shows nothing.
  ///
  /// - Parameter margin: A ratio above 1 that counts as the same.
  /// - Returns: Whether first over second is shown to be larger, smaller or the same.
  func shown(beyond margin: Double) -> RunComparison.Shown {
    guard n >= 2 else { return .undecided }
    guard let stretched else {
      let slack = n < 3 ? 2 : 1.25
      let (least, most) = (ratios.min() ?? 1, ratios.max() ?? 1)
      if least > margin * slack { return .larger }
      if most < 1 / (margin * slack) { return .smaller }
      return .undecided
    }
    if stretched.low > margin { return .larger }
    if stretched.high < 1 / margin { return .smaller }
    return stretched.low > 1 / margin && stretched.high < margin ? .same : .undecided
  }

  /// The interval, half as far again from the ratio; nil without an interval.
  private var stretched: Interval? {
    interval.map {
      Interval(
        low: $0.low * ($0.low / ratio).squareRoot(), high: $0.high * ($0.high / ratio).squareRoot())
    }
  }
}
