import TandemText

/// The scale below a timeline: round times at the columns in which they are.
enum TimeAxis {
  /// The scale.
  ///
  /// - Parameters:
  ///   - wallSeconds: The seconds that the columns cover.
  ///   - columns: The number of columns.
  /// - Returns: At most `columns` columns: a mark and a time where they fit.
  static func text(wallSeconds: Double, columns: Int) -> String {
    guard wallSeconds > 0, wallSeconds <= longest, columns > 0 else { return "" }
    let scale = DurationScale(for: wallSeconds)
    let step = step(wallSeconds: wallSeconds * scale.perSecond, columns: columns)
    var text = ""
    var tick = 0
    while true {
      let value = Double(tick) * step
      let column = Int(value / (wallSeconds * scale.perSecond) * Double(columns))
      let label = "╵\(FigureText.setting(value)) \(scale.unit)"
      if column + TextWidth.columns(of: label) > columns { return text }
      text = text.padding(to: column) + label
      tick += 1
    }
  }

  /// Longer than any program runs, in seconds: only a file that isn't a report of Tandem's has more.
  private static let longest = 1e12

  /// A step of 1, 2 or 5 times a power of ten that leaves each mark at least ten columns.
  private static func step(wallSeconds: Double, columns: Int) -> Double {
    let least = wallSeconds * 10 / Double(columns)
    var power = 1e-3
    while true {
      for factor in [1.0, 2, 5] where factor * power >= least { return factor * power }
      power *= 10
    }
  }
}
