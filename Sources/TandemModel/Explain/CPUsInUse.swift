/// For how long a program used a number of CPUs at once.
public struct CPUsInUse: Codable, Sendable, Equatable {
  /// The number of its workers on a CPU.
  public var cpus: Int
  /// Wall seconds in which there were so many.
  public var seconds: Double

  /// Makes one.
  public init(cpus: Int, seconds: Double) {
    self.cpus = cpus
    self.seconds = seconds
  }
}
