/// The workers that the program started.
public struct WorkerStarts: Codable, Sendable, Equatable {
  /// Threads, other than the first ones of processes.
  public var threads: Int
  /// Processes, other than the program's own first.
  public var processes: Int
  /// Threads and processes that were started on the whole machine meanwhile, the program's among them; null when that isn't known.
  @ExplicitNull public var onMachine: Int?
  /// The median of a thread's seconds from its creation to its first moment on a CPU; null when none was measured.
  @ExplicitNull public var threadStartSeconds: Double?
  /// The same for a process.
  @ExplicitNull public var processStartSeconds: Double?

  /// Threads that forked their process several times, and what that took them; empty where switches are sampled.
  public var forks: [ForkCost]

  /// Makes the counts, with start-up times in wall seconds.
  public init(
    threads: Int, processes: Int, threadStartSeconds: Double? = nil,
    processStartSeconds: Double? = nil, onMachine: Int? = nil, forks: [ForkCost] = []
  ) {
    self.threads = threads
    self.processes = processes
    self.onMachine = onMachine
    self.threadStartSeconds = threadStartSeconds
    self.processStartSeconds = processStartSeconds
    self.forks = forks
  }

  enum CodingKeys: String, CodingKey {
    case threads, processes
    case onMachine = "on_machine"
    case threadStartSeconds = "thread_start_s"
    case processStartSeconds = "process_start_s"
    case forks
  }
}
