/// A unit and a number of decimals that several durations share, so that they can be compared.
package struct DurationScale: Sendable, Equatable {
  /// The unit's symbol: ns, µs, ms or s.
  package let unit: String
  /// How many of the unit make a second.
  package let perSecond: Double
  /// How many decimals are shown.
  package let decimals: Int

  /// Chooses the unit and decimals that show a duration with three significant digits.
  ///
  /// - Parameter seconds: a finite duration in seconds; 0 gives whole seconds.
  package init(for seconds: Double) {
    let units = [("ns", 1e9), ("µs", 1e6), ("ms", 1e3)]
    for (unit, perSecond) in units where seconds != 0 {
      let value = abs(seconds) * perSecond
      guard value < 1001 else { continue }
      let decimals = FigureText.decimals(for: value)
      if Decimals(value, places: decimals).value < 1000 {
        self.unit = unit
        self.perSecond = perSecond
        self.decimals = decimals
        return
      }
    }
    self.unit = "s"
    self.perSecond = 1
    self.decimals = seconds == 0 ? 0 : FigureText.decimals(for: abs(seconds))
  }

  /// A duration as a number of this scale's unit, without the unit.
  ///
  /// - Parameter seconds: a finite duration in seconds.
  /// - Returns: the number; `<0.01` for what is positive but would round to nothing.
  package func number(_ seconds: Double) -> String {
    let value = seconds * perSecond
    if value > 0, decimals > 0, value < 1, Decimals(value, places: decimals).units == 0 {
      return "<" + FigureText.number(unitOfLastPlace, decimals: decimals)
    }
    return FigureText.number(value, decimals: decimals)
  }

  /// Two durations as a range of this scale's unit, without the unit.
  ///
  /// - Parameters:
  ///   - low: the shorter one, in seconds; finite.
  ///   - high: the longer one, in seconds; finite.
  /// - Returns: such as `1.75–2.24`.
  package func range(_ low: Double, _ high: Double) -> String {
    "\(number(low))–\(number(high))"
  }

  /// One step of the last decimal shown, in the scale's unit.
  package var unitOfLastPlace: Double { (0..<decimals).reduce(1.0) { step, _ in step / 10 } }
}

extension FigureText {
  /// A duration, such as `3.02 ms`; from 1000 s up in whole seconds.
  ///
  /// - Parameter seconds: the duration in seconds; nil when it was not measured.
  /// - Returns: three significant digits with ns, µs, ms or s.
  package static func duration(_ seconds: Double?) -> String {
    guard let seconds, seconds.isFinite else { return notMeasured }
    if seconds == 0 { return "0 s" }
    let scale = DurationScale(for: seconds)
    return "\(scale.number(seconds)) \(scale.unit)"
  }

  /// The decimals that leave three significant digits of a number of 1 or more; two below 1.
  static func decimals(for value: Double) -> Int {
    // The rounded number decides, so that 9.996 becomes `10.0` and not `10.00`.
    for (decimals, limit) in [(2, 10.0), (1, 100.0)]
    where abs(value) < limit && Decimals(abs(value), places: decimals).value < limit {
      return decimals
    }
    return 0
  }
}
