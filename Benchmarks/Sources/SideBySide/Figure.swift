import Foundation

/// Figures for people: three digits.
enum Figure {
  /// A figure with a prefix for thousands: `812 k`, `31.4 M`, `6.79`.
  static func text(_ value: Double?) -> String {
    guard let value else { return "–" }
    let scale: (factor: Double, prefix: String) =
      switch value.magnitude {
      case 999.5e6...: (1e9, " G")
      case 999.5e3...: (1e6, " M")
      case 9_995...: (1e3, " k")
      default: (1, "")
      }
    let scaled = value / scale.factor
    let digits =
      switch scaled.magnitude {
      case 0: 0
      case ..<0.995: 3
      case ..<9.995: 2
      case ..<99.95: 1
      default: 0
      }
    return String(format: "%.\(digits)f", scaled) + scale.prefix
  }

  /// A ratio: `1.31×`.
  static func ratio(_ value: Double?) -> String {
    value.map { text($0) + "×" } ?? "–"
  }
}
