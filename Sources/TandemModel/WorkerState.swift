/// What a thread was doing at a moment, seen from outside.
public enum WorkerState: String, Codable, Sendable, CaseIterable {
  /// On a CPU.
  case onCPU = "on_cpu"
  /// Ready, but waiting for a CPU.
  case runnable
  /// Waiting for a global interpreter lock.
  case gil
  /// Waiting for another lock that somebody holds.
  case lock
  /// Waiting for a file, a disk, or a descriptor whose other end is outside the program.
  case io
  /// Asleep by its own wish.
  case sleep
  /// Waiting for a child process to end.
  case child
  /// Waiting until another worker of the program has something for it: a queue, a condition, a pipe
  /// inside the program, an event loop, a join.
  case waitingForWork = "waiting_for_work"
  /// Off the CPU for a reason that was not seen: stopped, or waiting for a page of memory.
  case other

  /// Whether a thread in this state has a task in hand, which counts into the concurrency.
  ///
  /// Who waits for a lock or for another worker can't be told apart from who waits for work, so
  /// neither counts.
  public var isInProgress: Bool {
    switch self {
    case .onCPU, .runnable, .gil, .io, .sleep: true
    case .lock, .child, .waitingForWork, .other: false
    }
  }

  /// Whether a thread in this state wants a CPU: it runs, could run, or waits for the lock that lets it.
  public var wantsCPU: Bool {
    switch self {
    case .onCPU, .runnable, .gil: true
    case .lock, .io, .sleep, .child, .waitingForWork, .other: false
    }
  }
}
