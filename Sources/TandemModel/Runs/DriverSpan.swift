/// A span of the driver's own time.
public struct DriverSpan: Codable, Sendable, Equatable {
  /// What the driver was doing.
  public enum Activity: String, Codable, Sendable {
    /// Making what the workers need: arguments, closures, shared objects.
    case preparing
    /// Moving data to or from workers.
    case movingData = "moving_data"
    /// Starting the server that workers are forked from.
    case startingServer = "starting_server"

    /// The state that this time is counted under while no worker is in progress.
    public var state: WorkerState {
      switch self {
      case .preparing: .preparing
      case .movingData: .movingData
      case .startingServer: .startingServer
      }
    }
  }

  /// What it was doing.
  public var activity: Activity
  /// When it began, in nanoseconds of `CLOCK_MONOTONIC`.
  public var fromNS: UInt64
  /// When it ended, in nanoseconds of `CLOCK_MONOTONIC`.
  public var toNS: UInt64

  /// Makes a span.
  public init(activity: Activity, fromNS: UInt64, toNS: UInt64) {
    self.activity = activity
    self.fromNS = fromNS
    self.toNS = toNS
  }

  enum CodingKeys: String, CodingKey {
    case activity
    case fromNS = "from_ns"
    case toNS = "to_ns"
  }
}
