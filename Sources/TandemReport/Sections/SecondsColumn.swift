import TandemText

/// Durations in one unit and with the same decimals, rounded so that they add up to the printed sum.
struct SecondsColumn {
  /// The durations with their unit; empty for zero.
  let texts: [String]
  /// The sum.
  let total: String

  /// Lays out durations in the unit of their sum.
  ///
  /// - Parameter seconds: the durations, in seconds.
  init(_ seconds: [Double]) {
    let sum = seconds.reduce(0, +)
    guard sum.isFinite, sum > 0 else {
      texts = seconds.map { $0.isFinite ? "" : FigureText.notMeasured }
      total = FigureText.duration(sum)
      return
    }
    let scale = DurationScale(for: sum)
    // Small parts need a digit more than the sum alone.
    let decimals = min(2, scale.decimals + 1)
    let perUnit = decimals == 2 ? 100.0 : 10
    let steps = DifferenceColumn.apportioned(seconds.map { $0 * scale.perSecond * perUnit })
    func text(_ steps: Double) -> String {
      "\(FigureText.number(steps / perUnit, decimals: decimals)) \(scale.unit)"
    }
    texts = zip(seconds, steps).map { value, steps in
      value == 0 ? "" : steps == 0 ? "<" + text(1) : text(steps)
    }
    total = text((sum * scale.perSecond * perUnit).rounded())
  }
}
