/// The part of a time that went to one state.
public struct StateShare: Codable, Sendable, Equatable {
  /// The state.
  public var state: WorkerState
  /// Wall seconds, CPU seconds or seconds of workers: the property that holds the share says which.
  public var seconds: Double

  /// Makes a share.
  public init(state: WorkerState, seconds: Double) {
    self.state = state
    self.seconds = seconds
  }
}

extension Sequence where Element == StateShare {
  /// The seconds that went to a state; 0 when it has no share.
  package func seconds(_ state: WorkerState) -> Double {
    reduce(0) { $1.state == state ? $0 + $1.seconds : $0 }
  }
}
