import TandemModel

/// A row of bars, one for each value.
enum Sparkline {
  private static let signs: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// The bars.
  ///
  /// - Parameters:
  ///   - values: The values; what is more than 0 shows.
  ///   - most: What a full bar stands for.
  /// - Returns: One column a value.
  static func text(_ values: [Double], most: Double) -> String {
    String(
      values.map { value -> Character in
        guard value > 0, value.isFinite, most > 0 else { return " " }
        let eighths = Int((min(1, value / most) * Double(signs.count)).rounded())
        return signs[max(1, eighths) - 1]
      })
  }
}

/// A bar that is divided by state.
enum StateBar {
  /// The bar's pieces.
  ///
  /// - Parameters:
  ///   - shares: The share of each state, in the order of `WorkerState.observed`.
  ///   - width: The columns of the whole.
  /// - Returns: A piece a state, at most `width` columns together.
  static func pieces(of shares: [Double], width: Int) -> [StyledLine.Piece] {
    var pieces: [StyledLine.Piece] = []
    var (sum, used) = (0.0, 0)
    for (state, share) in zip(WorkerState.observed, shares) where share > 0 {
      sum += share
      // Ends are rounded, so that the pieces together are as long as the sum.
      let end = min(width, Int((sum * Double(width)).rounded()))
      guard end > used else { continue }
      pieces.append(
        StyledLine.Piece(
          text: String(repeating: state.sign, count: end - used), ink: state.ink))
      used = end
    }
    return pieces
  }
}
