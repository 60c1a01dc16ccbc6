/// What a worker of a pool did, beyond being a worker.
public struct TaskTotals: Codable, Sendable, Equatable {
  /// How many tasks it did.
  public var count: Int
  /// Nanoseconds of wall time inside of the tasks.
  public var runningNS: UInt64
  /// Nanoseconds of wall time from the beginning of the first task to the end of the last.
  public var spanNS: UInt64
  /// Nanoseconds in which it encoded and decoded; nil when not measured.
  public var codingNS: UInt64?
  /// Bytes of input that it was sent; nil when not measured.
  public var bytesIn: UInt64?
  /// Bytes of output that it sent; nil when not measured.
  public var bytesOut: UInt64?

  /// Makes totals.
  public init(
    count: Int, runningNS: UInt64, spanNS: UInt64, codingNS: UInt64? = nil, bytesIn: UInt64? = nil,
    bytesOut: UInt64? = nil
  ) {
    self.count = count
    self.runningNS = runningNS
    self.spanNS = spanNS
    self.codingNS = codingNS
    self.bytesIn = bytesIn
    self.bytesOut = bytesOut
  }

  enum CodingKeys: String, CodingKey {
    case count
    case runningNS = "running_ns"
    case spanNS = "span_ns"
    case codingNS = "coding_ns"
    case bytesIn = "bytes_in"
    case bytesOut = "bytes_out"
  }
}
