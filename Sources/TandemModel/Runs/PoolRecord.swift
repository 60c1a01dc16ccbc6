/// What a pool counted in one run, beyond its workers' totals.
public struct PoolRecord: Codable, Sendable, Equatable {
  /// Workers that were started.
  public var started: Int
  /// Workers that died without being told to.
  public var deaths: Int
  /// The median of the nanoseconds that a task waited for a worker; nil when not measured.
  public var waitingP50NS: Double?
  /// The 99th percentile of them; nil when not measured.
  public var waitingP99NS: Double?

  /// Makes a record.
  public init(started: Int, deaths: Int, waitingP50NS: Double?, waitingP99NS: Double?) {
    self.started = started
    self.deaths = deaths
    self.waitingP50NS = waitingP50NS
    self.waitingP99NS = waitingP99NS
  }

  enum CodingKeys: String, CodingKey {
    case started, deaths
    case waitingP50NS = "waiting_p50_ns"
    case waitingP99NS = "waiting_p99_ns"
  }
}
