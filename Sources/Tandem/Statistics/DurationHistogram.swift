/// How often durations of each size were seen, to within an eighth.
public struct DurationHistogram: Sendable, Hashable {
  /// So many buckets for each power of two have equal widths; the first ones have a nanosecond each.
  private static let perPower = 1 << bitsOfPart
  private static let bitsOfPart = 3
  /// For the durations below `perPower`, and for each power of two that a UInt64 has above them.
  private static let count = perPower * (1 + UInt64.bitWidth - bitsOfPart)

  private var buckets: [UInt64]
  /// How many durations were seen.
  public private(set) var count: UInt64 = 0
  /// Their sum, in nanoseconds.
  public private(set) var nanoseconds: UInt64 = 0
  /// The longest, in nanoseconds.
  public private(set) var longest: UInt64 = 0

  /// An empty histogram.
  public init() { buckets = Array(repeating: 0, count: Self.count) }

  /// Adds a duration.
  ///
  /// - Parameters:
  ///   - duration: in nanoseconds.
  ///   - times: how often it was seen.
  mutating func add(_ duration: UInt64, times: Int = 1) {
    buckets[Self.bucket(of: duration)] += UInt64(times)
    count += UInt64(times)
    nanoseconds &+= duration &* UInt64(times)
    longest = max(longest, duration)
  }

  /// The mean, in nanoseconds; nil when nothing was seen.
  public var mean: Double? { count == 0 ? nil : Double(nanoseconds) / Double(count) }

  /// The duration below which a share of all lie, in nanoseconds, to within an eighth.
  ///
  /// - Parameter share: from 0 to 1.
  /// - Returns: the duration; nil when nothing was seen, or the share is not a number.
  public func quantile(_ share: Double) -> Double? {
    guard count > 0, !share.isNaN else { return nil }
    let wanted = UInt64((Double(count) * min(max(share, 0), 1)).rounded(.up))
    var seen: UInt64 = 0
    for (index, number) in buckets.enumerated() {
      seen += number
      if seen >= max(wanted, 1) { return min(Self.middle(of: index), Double(longest)) }
    }
    return Double(longest)
  }

  /// Durations that stand for those that were seen since an earlier state of this histogram: evenly many
  /// of them, from the shortest to the longest, each to within an eighth.
  ///
  /// - Parameters:
  ///   - earlier: the earlier state.
  ///   - limit: how many at most.
  /// - Returns: the durations in nanoseconds; one each if there are no more than the limit.
  package func samples(since earlier: DurationHistogram, atMost limit: Int) -> [UInt64] {
    let new = Int(clamping: count &- min(earlier.count, count))
    let wanted = min(new, limit)
    var samples: [UInt64] = []
    var seen = 0
    for (index, number) in buckets.enumerated() where samples.count < wanted {
      seen += Int(clamping: number &- min(earlier.buckets[index], number))
      // The middle of each of `wanted` equal parts.
      while samples.count < wanted, (2 * samples.count + 1) * new < 2 * wanted * seen {
        samples.append(min(UInt64(Self.middle(of: index)), longest))
      }
    }
    return samples
  }

  static func bucket(of duration: UInt64) -> Int {
    guard duration >= perPower else { return Int(duration) }
    let exponent = UInt64.bitWidth - 1 - duration.leadingZeroBitCount
    let part = Int(truncatingIfNeeded: duration >> UInt64(exponent - bitsOfPart)) & (perPower - 1)
    return (exponent - bitsOfPart + 1) * perPower + part
  }

  static func middle(of bucket: Int) -> Double {
    guard bucket >= perPower else { return Double(bucket) }
    let exponent = bucket / perPower - 1 + bitsOfPart
    let width = Double(UInt64(1) << UInt64(exponent - bitsOfPart))
    return Double(UInt64(1) << UInt64(exponent)) + (Double(bucket % perPower) + 0.5) * width
  }
}
