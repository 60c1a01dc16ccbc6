/// Figures of one kind.
struct Samples {
  private let sorted: [Double]

  init(_ values: [Double]) {
    sorted = values.filter(\.isFinite).sorted()
  }

  var count: Int { sorted.count }

  /// The median; nil when there are no figures.
  var median: Double? {
    guard let last = sorted.indices.last else { return nil }
    return (sorted[last / 2] + sorted[(last + 1) / 2]) / 2
  }

  /// The smallest figure that at least 99 of 100 don't exceed; nil below a hundred figures, of which
  /// no hundredth can be told.
  var p99: Double? {
    guard count >= 100 else { return nil }
    return sorted[(99 * count + 99) / 100 - 1]
  }

  /// The smallest and the largest.
  var range: (low: Double, high: Double)? {
    guard let low = sorted.first, let high = sorted.last else { return nil }
    return (low, high)
  }
}

/// A generator whose seed repeats its numbers (Steele, Lea, Flood: SplitMix64, OOPSLA 2014).
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
