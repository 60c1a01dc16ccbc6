/// What is to be started.
struct LaunchPlan: Sendable {
  /// The worker's name.
  var name: String
  /// How it begins.
  var begin: WorkerBegin
  /// The encoded task, or the configuration of a pool's worker.
  var task: [UInt8]
  /// What becomes of its standard error.
  var standardError: OutputRelay.Policy = .passedOn
  /// What becomes of its standard output; nil for this process's own standard output.
  var standardOutput: OutputRelay.Policy?
  /// What it has of its own.
  var settings = WorkerSettings()
  /// For a pool's worker: the capacity of its rings, and the descriptor of the pool's bell.
  var pool: (ringCapacity: Int, bell: CInt)?
  /// Called by the monitor's thread when the worker has ended; it must not wait.
  var whenEnded: (@Sendable (WorkerEnd) -> Void)?
}
