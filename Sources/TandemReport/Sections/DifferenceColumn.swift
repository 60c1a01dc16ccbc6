import TandemModel
import TandemText

/// The parts of a difference as they are printed: rounded so that the printed column adds up.
struct DifferenceColumn {
  /// A line of the column.
  struct Entry: Equatable {
    /// What the seconds are of.
    var label: String
    /// The signed number in the column's unit, such as `+48.1`.
    var number: String
    /// The seconds before rounding.
    var seconds: Double
    /// Whether the number is a printed zero, which has no sign.
    var isZero: Bool { !number.hasPrefix("+") && !number.hasPrefix(FigureText.minus) }
  }

  /// Parts below this share of the difference are folded into one line.
  static let foldedShare = 0.02

  /// The unit and decimals of every line.
  let scale: DurationScale
  /// The lines: parts from the largest to the smallest, the folded rest, the residual.
  let entries: [Entry]
  /// The difference as it is printed in the column's unit, the sum of the lines' numbers.
  let total: String

  /// Lays out a difference of two models; nil when one of its numbers isn't finite.
  ///
  /// - Parameters:
  ///   - difference: The difference.
  ///   - unknown: What waits for unknown reasons are called.
  ///   - most: The most lines; the smallest parts are folded into one.
  init?(
    _ difference: Difference, unknown: String = WorkerState.other.label, most: Int = .max
  ) {
    self.init(
      whole: difference.wallDifferenceSeconds, parts: difference.parts,
      residual: difference.residualSeconds, most: most, unknown: unknown)
  }

  /// Lays out a difference; nil when one of its numbers isn't finite.
  ///
  /// - Parameters:
  ///   - whole: The difference in seconds.
  ///   - parts: Its parts.
  ///   - residual: What the parts don't tell.
  ///   - most: The most lines; the smallest parts are folded into one.
  ///   - unknown: What waits for unknown reasons are called.
  init?(
    whole: Double, parts: [StateShare], residual: Double, most: Int = .max,
    unknown: String = WorkerState.other.label
  ) {
    let parts = parts.filter { $0.seconds != 0 }
    let known = parts.reduce(residual) { $0 + $1.seconds }
    guard whole.isFinite, known.isFinite else { return nil }

    let sizes = parts.sorted { abs($0.seconds) > abs($1.seconds) }
    let threshold = Self.foldedShare * abs(whole)
    var folded = sizes.filter { abs($0.seconds) < threshold }
    // One small part takes one line either way: it keeps its name.
    if folded.count == 1 { folded = [] }
    // Besides the largest there are two lines: the folded ones and the residual.
    if sizes.count - folded.count + (folded.isEmpty ? 1 : 2) > most {
      folded = Array(sizes.dropFirst(max(1, most - 2)))
    }
    var lines = sizes.prefix(sizes.count - folded.count).map {
      ($0.state == .other ? unknown : $0.state.label, $0.seconds)
    }
    if !folded.isEmpty {
      lines.append(("other", folded.reduce(0) { $0 + $1.seconds }))
    }
    lines.append(("residual", residual))
    // By definition parts and residual make up the difference. If they don't, that is shown too.
    let missing = whole - known
    let largest = lines.map { abs($0.1) }.max() ?? 0
    if abs(missing) > 1e-6 * max(abs(whole), largest) {
      lines.append(("not accounted for", missing))
    }

    let scale = Self.scale(whole: whole, largest: largest)
    let rounded = Self.apportioned(lines.map { $0.1 / Self.step(scale) })
    self.scale = scale
    self.entries = zip(lines, rounded).map { line, steps in
      Entry(
        label: line.0, number: Self.signed(steps * Self.step(scale), scale), seconds: line.1)
    }
    self.total = Self.signed(rounded.reduce(0, +) * Self.step(scale), scale)
  }

  /// The difference's own scale, unless its parts cancel so far that it would show nothing of them.
  private static func scale(whole: Double, largest: Double) -> DurationScale {
    let own = DurationScale(for: whole)
    return whole == 0 || largest / step(own) > 1e6 ? DurationScale(for: largest) : own
  }

  /// The seconds of one step of the last decimal.
  private static func step(_ scale: DurationScale) -> Double {
    scale.unitOfLastPlace / scale.perSecond
  }

  private static func signed(_ seconds: Double, _ scale: DurationScale) -> String {
    let number = FigureText.number(abs(seconds) * scale.perSecond, decimals: scale.decimals)
    let isZero = number.allSatisfy { $0 == "0" || $0 == "." }
    return isZero ? number : (seconds < 0 ? FigureText.minus : "+") + number
  }

  /// Whole numbers that add up to the rounded sum, each less than 1 from its own value.
  ///
  /// The largest-remainder method, as it is used to apportion seats.
  static func apportioned(_ values: [Double]) -> [Double] {
    var whole = values.map { $0.rounded(.down) }
    let sum = values.reduce(0, +).rounded()
    let missing = Int(max(0, min(Double(values.count), sum - whole.reduce(0, +))))
    let byRemainder = values.indices.sorted { values[$0] - whole[$0] > values[$1] - whole[$1] }
    for index in byRemainder.prefix(missing) { whole[index] += 1 }
    return whole
  }
}

extension CompareReport {
  /// What waits for unknown reasons are called: the clocks of the workers themselves can't see the GIL.
  func unknownLabel(of difference: Difference) -> String {
    let slower = runs.first {
      $0.model == difference.slower.model && $0.interpreter?.path == difference.slower.interpreter
    }
    guard difference.partsFrom == .reported, let slower, slower.model.isPythonThreads,
      slower.interpreter?.gilEnabled != false, (slower.workThreadSeconds ?? 0) == 0
    else { return WorkerState.other.label }
    return "blocked, perhaps on the GIL"
  }
}
