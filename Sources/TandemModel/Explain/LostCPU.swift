/// CPU seconds that were there and not used.
public struct LostCPU: Codable, Sendable, Equatable {
  /// CPUs that the program could use.
  public var cpus: Double
  /// By what the workers waited for that could have used them; states in which nothing was lost are left out.
  public var parts: [StateShare]
  /// CPU seconds for which there was no worker that had anything to do.
  public var noWorkerSeconds: Double

  /// Makes a value.
  public init(cpus: Double, parts: [StateShare], noWorkerSeconds: Double) {
    self.cpus = cpus
    self.parts = parts
    self.noWorkerSeconds = noWorkerSeconds
  }

  /// The CPU seconds lost to a state.
  public subscript(state: WorkerState) -> Double {
    parts.seconds(state)
  }

  enum CodingKeys: String, CodingKey {
    case cpus, parts
    case noWorkerSeconds = "no_worker_s"
  }
}
