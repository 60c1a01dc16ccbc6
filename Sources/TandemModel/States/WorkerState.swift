/// What a worker, or the driver that starts workers, is doing at a moment.
///
/// This is the one vocabulary for the states of workers: `tandem explain` and `tandem compare` write the
/// same names. `tandem explain` sees a program from outside and knows the states in ``observed``.
/// `tandem compare` also knows when a worker is being started and when it ends, and what the driver
/// does while no worker is in progress.
public enum WorkerState: String, Codable, Sendable, CaseIterable, Hashable {
  /// The worker is being started: from the call of `start` to the first moment in its body. Only
  /// `tandem compare` knows this state.
  case starting
  /// On a CPU.
  case onCPU = "on_cpu"
  /// Ready to run, and waiting for a CPU.
  case runnable
  /// Waiting for a global interpreter lock, or for the lock that models one.
  case gil
  /// Waiting for another lock, which another worker holds.
  case lock
  /// Waiting for a file, a disk, or a descriptor whose other end is outside the program.
  case io
  /// Asleep for a time that the worker chose.
  case sleep
  /// Waiting for a child process to end.
  case child
  /// Waiting until another worker of the program has something for it: the next task of a pool, a
  /// queue, a condition, a pipe inside the program, an event loop, a join.
  case waitingForWork = "waiting_for_work"
  /// Off the CPU in waits of less than ten milliseconds each, of which too few could be looked into to
  /// know what they were for.
  case tooShort = "too_short"
  /// Off the CPU for a reason that was not seen or not measured. A stopped thread, and one that waits
  /// for a page of memory, count here too.
  case other
  /// The worker has left its body and its end has not been observed yet. Only `tandem compare` knows
  /// this state.
  case ending
  /// No worker is in progress: the driver makes what the workers need. Only `tandem compare` knows this
  /// state.
  case preparing
  /// The driver moves data to or from workers while none is in progress, or a pool's worker encodes and
  /// decodes. Only `tandem compare` knows this state.
  case movingData = "moving_data"
  /// No worker is in progress: the driver starts the server that workers are forked from. Only
  /// `tandem compare` knows this state.
  case startingServer = "starting_server"
  /// No worker is in progress, and the driver does nothing that has a name of its own. Only
  /// `tandem compare` knows this state.
  case idle

  /// The states that can be observed from outside, in the order of `allCases`: those of
  /// `tandem.explain/1`.
  public static let observed: [WorkerState] = [
    .onCPU, .runnable, .gil, .lock, .io, .sleep, .child, .waitingForWork, .tooShort, .other,
  ]

  /// Whether wall time is shared among the workers in this state: those in progress, and those held up by
  /// a lock.
  package var takesWallTime: Bool { isInProgress || self == .lock }

  /// Whether a worker in this state has a task in hand, which counts toward the concurrency.
  ///
  /// From outside, a worker that waits for a lock or for another worker looks like one that waits for
  /// work, so neither counts.
  public var isInProgress: Bool {
    switch self {
    case .onCPU, .runnable, .gil, .io, .sleep: true
    case .lock, .child, .waitingForWork, .tooShort, .other, .starting, .ending, .preparing,
      .movingData, .startingServer, .idle:
      false
    }
  }

  /// Whether a worker in this state wants a CPU: it runs, could run, or waits for the global lock that
  /// lets it run.
  public var wantsCPU: Bool {
    switch self {
    case .onCPU, .runnable, .gil: true
    case .lock, .io, .sleep, .child, .waitingForWork, .tooShort, .other, .starting, .ending,
      .preparing, .movingData, .startingServer, .idle:
      false
    }
  }
}
