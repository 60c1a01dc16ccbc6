/// Numbers of context switches.
public struct ContextSwitches: Codable, Sendable, Equatable {
  /// Switches because the thread blocked.
  public var voluntary: Double
  /// Switches because the kernel took the CPU away.
  public var involuntary: Double

  /// Makes a pair of numbers.
  public init(voluntary: Double, involuntary: Double) {
    self.voluntary = voluntary
    self.involuntary = involuntary
  }
}
