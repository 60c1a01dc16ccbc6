/// A way to run a number of workers.
public enum ExecutionModel: String, Codable, Sendable, CaseIterable, Hashable {
  /// The same work, one item after the other, in one thread.
  case serial
  /// A task group of structured concurrency.
  case swiftTasks = "swift-tasks"
  /// One operating-system thread a worker.
  case swiftThreads = "swift-threads"
  /// Threads that share one lock with CPython's protocol: handed over on request every 5 ms, released around blocking I/O.
  case swiftThreadsGlobalLock = "swift-threads-global-lock"
  /// A pool of threads, which take the items as they get free.
  case swiftThreadPool = "swift-thread-pool"
  /// One process a worker, forked from the fork server.
  case swiftProcesses = "swift-processes"
  /// One process a worker, each a fresh exec.
  case swiftProcessesSpawn = "swift-processes-spawn"
  /// A pool of worker processes, which take the items as they get free.
  case swiftProcessPool = "swift-process-pool"
  /// A Python loop in one thread.
  case pythonSerial = "python-serial"
  /// One `threading.Thread` a worker.
  case pythonThreads = "python-threads"
  /// One `multiprocessing.Process` a worker, start method `fork`.
  case pythonProcessesFork = "python-processes-fork"
  /// One `multiprocessing.Process` a worker, start method `forkserver`.
  case pythonProcessesForkserver = "python-processes-forkserver"
  /// One `multiprocessing.Process` a worker, start method `spawn`.
  case pythonProcessesSpawn = "python-processes-spawn"

  /// Whether the work runs in a Python interpreter.
  public var isPython: Bool {
    switch self {
    case .pythonSerial, .pythonThreads, .pythonProcessesFork, .pythonProcessesForkserver,
      .pythonProcessesSpawn:
      true
    default: false
    }
  }

  /// What runs a worker.
  public var workerKind: WorkerKind {
    switch self {
    case .serial, .pythonSerial: .none
    case .swiftTasks: .task
    case .swiftThreads, .swiftThreadsGlobalLock, .swiftThreadPool, .pythonThreads: .thread
    case .swiftProcesses, .swiftProcessesSpawn, .swiftProcessPool, .pythonProcessesFork,
      .pythonProcessesForkserver, .pythonProcessesSpawn:
      .process
    }
  }
}

/// What runs a worker.
public enum WorkerKind: String, Codable, Sendable, Hashable {
  /// No worker: the caller itself.
  case none
  /// A task of structured concurrency.
  case task
  /// A thread.
  case thread
  /// A process.
  case process
}
