/// CPU seconds that the program could have used and didn't.
public struct LostCPU: Codable, Sendable, Equatable {
  /// CPUs that the program could use, a time average over the wall time.
  public var cpus: Double
  /// CPU seconds by what the workers that could have used them waited for; states without any are left out.
  public var parts: [StateShare]
  /// CPU seconds for which no worker had anything to do.
  public var noWorkerSeconds: Double

  /// Who used these CPUs besides the program; null when the kernel doesn't tell.
  @ExplicitNull public var taken: TakenCPU?

  /// The CPUs to which the program bound workers of its own, fewer than it was given; one entry each set of CPUs.
  public var narrowed: [NarrowedCPUs]

  /// Makes the lost CPU time of one program.
  public init(
    cpus: Double, parts: [StateShare], noWorkerSeconds: Double, taken: TakenCPU? = nil,
    narrowed: [NarrowedCPUs] = []
  ) {
    self.cpus = cpus
    self.parts = parts
    self.noWorkerSeconds = noWorkerSeconds
    self.taken = taken
    self.narrowed = narrowed
  }

  /// The CPU seconds lost to a state.
  public subscript(state: WorkerState) -> Double {
    parts.seconds(state)
  }

  enum CodingKeys: String, CodingKey {
    case cpus, parts
    case noWorkerSeconds = "no_worker_s"
    case taken, narrowed
  }
}
