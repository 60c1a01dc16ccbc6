/// Means over equal windows of numbers that change at any time, such as the workers on a CPU.
struct LevelMeans {
  /// The values of one moment, or the means of a window.
  struct Levels: Equatable {
    /// Workers on a CPU.
    var parallelism: Double
    /// Workers that want a CPU.
    var demand: Double
  }

  /// The length of a window: a second has a thousand, however often anything changes.
  static let windowNS: UInt64 = 1_000_000

  private var windowFromNS: UInt64?
  private var parallelism = 0.0
  private var demand = 0.0
  private var given: Levels?

  /// Adds a time in which nothing changed.
  ///
  /// - Parameters:
  ///   - levels: the values.
  ///   - fromNS: when it began; not before the last one's end.
  ///   - toNS: when it ended.
  /// - Returns: the beginning of each window that is complete and whose means differ from the last ones given, and
  ///   these means.
  mutating func add(
    _ levels: Levels, fromNS: UInt64, toNS: UInt64
  ) -> [(atNS: UInt64, levels: Levels)] {
    var result: [(atNS: UInt64, levels: Levels)] = []
    func offer(_ levels: Levels, atNS timeNS: UInt64) {
      guard levels != given else { return }
      given = levels
      result.append((timeNS, levels))
    }
    var from = fromNS
    var window = windowFromNS ?? fromNS
    while from < toNS {
      if from == window, (toNS - from) / Self.windowNS > 0 {
        // Whole windows, of which the first says it.
        offer(levels, atNS: window)
        let whole = (toNS - from) / Self.windowNS * Self.windowNS
        from += whole
        window += whole
        continue
      }
      let end = min(toNS, window + Self.windowNS)
      guard end > from else {
        // Nothing is known of the time before.
        (window, parallelism, demand) = (from, 0, 0)
        continue
      }
      let share = Double(end - from) / Double(Self.windowNS)
      parallelism += share * levels.parallelism
      demand += share * levels.demand
      from = end
      guard end == window + Self.windowNS else { continue }
      offer(Levels(parallelism: parallelism, demand: demand), atNS: window)
      (window, parallelism, demand) = (end, 0, 0)
    }
    windowFromNS = window
    return result
  }
}
