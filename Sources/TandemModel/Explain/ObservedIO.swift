/// What workers waited for outside of the program: a server, a file, a terminal.
public struct ObservedIO: Codable, Sendable, Equatable {
  /// What it is: a connection's other end such as `TCP 10.0.0.1:443`, or a path.
  public var with: String
  /// Seconds that workers waited for it.
  public var waitSeconds: Double

  /// Makes an entry.
  public init(with: String, waitSeconds: Double) {
    self.with = with
    self.waitSeconds = waitSeconds
  }

  enum CodingKeys: String, CodingKey {
    case with
    case waitSeconds = "wait_s"
  }
}
