internal import TandemModel

/// What the driver is asked for; see `tandem_driver.py`.
struct DriverRequest: Encodable {
  /// What the driver shall do.
  enum Mode: String, Encodable {
    /// Tell about the interpreter and the work.
    case describe
    /// Run, timed.
    case run
    /// Run at most four workers, untimed, and read their memory.
    case memory
    /// Tell what would cross between processes, and what that costs.
    case cross
  }

  /// What to do.
  var mode: Mode
  /// A folder that exists and is the request's own.
  var directory: String
  /// The file to write the answer to.
  var answer: String
  /// What to run; nil to describe the interpreter alone.
  var work: PythonWork?
  /// The model, without the prefix `python-`.
  var model: String?
  /// When workers are started and joined.
  var schedule: Schedule?
  /// How many workers.
  var workers: Int?
  /// How many items all workers do together; nil for one each.
  var items: Int?
  /// How many items a message of a process pool should hold at least; nil for one.
  var chunkWanted: Int?
  /// Where the standard output of the work goes.
  var stdout = PythonModel.Output.nowhere
  /// What a run waits for before it begins; nil when it isn't watched.
  var watch: RunGate.Paths?

  enum CodingKeys: String, CodingKey {
    case mode, directory, answer, work, model, schedule, workers, items
    case chunkWanted = "chunk_wanted"
    case stdout, watch
  }
}

/// What the driver answers: an error, or what the mode asks for.
struct DriverAnswer: Decodable {
  /// Whether there is no error.
  var ok: Bool
  /// Why there is nothing else.
  var error: PythonError?
  /// The record of a timed run.
  var record: RunRecord?
  /// The memory of the workers.
  var memory: MemorySummary?
  /// The interpreter, as it describes itself.
  var interpreter: Interpreter?
  /// What crosses between processes.
  var crossing: PythonCrossing?
  /// Whether the function is an `async def`.
  var isAsync: Bool?
  /// The number of arguments in the file or of the generator; 0 without either.
  var items: Int?
  /// The iterations that take the time that was asked for; nil for work without a loop.
  var iterations: Int?

  enum CodingKeys: String, CodingKey {
    case ok, error, record, memory, crossing, items, iterations, interpreter
    case isAsync = "is_async"
  }

  /// The interpreter, as it describes itself.
  struct Interpreter: Decodable {
    /// `sys.executable`, which may be empty.
    var executable: String
    /// `sys.prefix`: the environment that packages are taken from.
    var prefix: String
    /// The version, such as `3.13.0`.
    var version: String
    /// The implementation, such as `CPython`.
    var implementation: String
    /// Whether it was built so that its GIL can be off.
    var gilCanBeOff: Bool
    /// Whether its GIL is on now; nil when it can't tell.
    var gilEnabled: Bool?
    /// The start methods of `multiprocessing`.
    var startMethods: [String]
    /// The start method that it takes when nobody says which.
    var startMethod: String
    /// Whether it has an `InterpreterPoolExecutor`.
    var hasInterpreterPool: Bool
    /// Whether joblib can be imported.
    var hasJoblib: Bool

    enum CodingKeys: String, CodingKey {
      case executable, prefix, version, implementation
      case gilCanBeOff = "gil_can_be_off"
      case gilEnabled = "gil_enabled"
      case startMethods = "start_methods"
      case startMethod = "start_method"
      case hasInterpreterPool = "has_interpreter_pool"
      case hasJoblib = "has_joblib"
    }
  }
}
