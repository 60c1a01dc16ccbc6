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
  /// `concurrent.futures.ThreadPoolExecutor`.
  case pythonThreadPool = "python-thread-pool"
  /// `concurrent.futures.ProcessPoolExecutor`, with the interpreter's own start method.
  case pythonProcessPool = "python-process-pool"
  /// `concurrent.futures.ProcessPoolExecutor`, start method `fork`.
  case pythonProcessPoolFork = "python-process-pool-fork"
  /// `concurrent.futures.ProcessPoolExecutor`, start method `forkserver`.
  case pythonProcessPoolForkserver = "python-process-pool-forkserver"
  /// `concurrent.futures.ProcessPoolExecutor`, start method `spawn`.
  case pythonProcessPoolSpawn = "python-process-pool-spawn"
  /// `multiprocessing.Pool` and its `map`, with the interpreter's own start method.
  case pythonMultiprocessingPool = "python-multiprocessing-pool"
  /// `concurrent.futures.InterpreterPoolExecutor`, of Python 3.14 and later.
  case pythonInterpreterPool = "python-interpreter-pool"
  /// `joblib.Parallel`, whose workers are processes of loky.
  case pythonJoblib = "python-joblib"
  /// All calls of an `async def` gathered in one event loop.
  case pythonAsyncio = "python-asyncio"
  /// Threads that each run an event loop with a share of the calls.
  case pythonAsyncioThreads = "python-asyncio-threads"
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
    rawValue.hasPrefix("python-")
  }

  /// Whether it is one of the pools of Python's programs.
  public var isPythonPool: Bool {
    switch self {
    case .pythonThreadPool, .pythonProcessPool, .pythonProcessPoolFork,
      .pythonProcessPoolForkserver, .pythonProcessPoolSpawn, .pythonMultiprocessingPool,
      .pythonInterpreterPool, .pythonJoblib:
      true
    default: false
    }
  }

  /// Whether it runs the calls of an `async def`, and nothing else.
  public var isAsyncio: Bool { self == .pythonAsyncio || self == .pythonAsyncioThreads }

  /// Whether its workers are threads of one Python interpreter, which share its lock if it has one.
  public var isPythonThreads: Bool {
    self == .pythonThreads || self == .pythonThreadPool || self == .pythonAsyncioThreads
  }

  /// What runs a worker.
  public var workerKind: WorkerKind {
    switch self {
    case .serial, .pythonSerial: .none
    case .swiftTasks, .pythonAsyncio: .task
    case .swiftThreads, .swiftThreadsGlobalLock, .swiftThreadPool, .pythonThreads,
      .pythonThreadPool, .pythonInterpreterPool, .pythonAsyncioThreads:
      .thread
    case .swiftProcesses, .swiftProcessesSpawn, .swiftProcessPool, .pythonProcessesFork,
      .pythonProcessesForkserver, .pythonProcessesSpawn, .pythonProcessPool,
      .pythonProcessPoolFork, .pythonProcessPoolForkserver, .pythonProcessPoolSpawn,
      .pythonMultiprocessingPool, .pythonJoblib:
      .process
    }
  }
}

/// What runs a worker.
public enum WorkerKind: String, Codable, Sendable, Hashable {
  /// No worker: the caller itself.
  case none
  /// A task of structured concurrency, or of an event loop.
  case task
  /// A thread.
  case thread
  /// A process.
  case process
}
