/// What crosses between a Python program and the processes of its pool, found out before anything was timed.
public struct PythonCrossing: Codable, Sendable, Equatable {
  /// What one kind of data costs on its way to another process or back.
  public struct Part: Codable, Sendable, Equatable {
    /// The type of the largest, such as `dict` or `numpy.ndarray`.
    public var type: String
    /// Bytes of its pickle, a mean over those that were tried.
    public var bytes: Double
    /// Seconds for pickling it, a mean.
    public var pickleSeconds: Double
    /// Seconds for unpickling it at the other end, a mean.
    public var unpickleSeconds: Double
    /// What makes up most of a large pickle; null when nothing does, or it is small.
    @ExplicitNull public var dragged: Dragged?

    /// Makes a part.
    public init(
      type: String, bytes: Double, pickleSeconds: Double, unpickleSeconds: Double,
      dragged: Dragged? = nil
    ) {
      self.type = type
      self.bytes = bytes
      self.pickleSeconds = pickleSeconds
      self.unpickleSeconds = unpickleSeconds
      self.dragged = dragged
    }

    enum CodingKeys: String, CodingKey {
      case type, bytes
      case pickleSeconds = "pickle_s"
      case unpickleSeconds = "unpickle_s"
      case dragged
    }
  }

  /// An attribute or element that makes up most of a pickle.
  public struct Dragged: Codable, Sendable, Equatable {
    /// Its name, such as `self.table`.
    public var path: String
    /// Its type.
    public var type: String
    /// Bytes of its pickle.
    public var bytes: Int

    /// Makes one.
    public init(path: String, type: String, bytes: Int) {
      self.path = path
      self.type = type
      self.bytes = bytes
    }
  }

  /// The same items through one pool that was up, one in a message and several.
  public struct Trial: Codable, Sendable, Equatable {
    /// How many items.
    public var items: Int
    /// How many in a message.
    public var chunksize: Int
    /// Seconds with one in a message.
    public var oneSeconds: Double
    /// Seconds with `chunksize` in a message.
    public var chunkSeconds: Double

    /// Makes a trial.
    public init(items: Int, chunksize: Int, oneSeconds: Double, chunkSeconds: Double) {
      self.items = items
      self.chunksize = chunksize
      self.oneSeconds = oneSeconds
      self.chunkSeconds = chunkSeconds
    }

    enum CodingKeys: String, CodingKey {
      case items, chunksize
      case oneSeconds = "one_s"
      case chunkSeconds = "chunk_s"
    }
  }

  /// The interpreter's path.
  @ExplicitNull public var interpreter: String?
  /// Seconds for importing the module with the function.
  public var importSeconds: Double
  /// Seconds of one call, in one thread, a mean over the calls that were tried.
  public var itemSeconds: Double
  /// Calls that were tried.
  public var calls: Int
  /// The share of their time in which the process was on a CPU.
  public var onCPUShare: Double
  /// The function, which is sent with every message; null for an `async def`, and where it can't be pickled.
  @ExplicitNull public var function: Part?
  /// An argument; null as for the function.
  @ExplicitNull public var argument: Part?
  /// A result; null as for the function.
  @ExplicitNull public var result: Part?
  /// Why nothing can cross, a sentence; null when everything can.
  @ExplicitNull public var refused: String?
  /// Seconds for a message through a pool and back, with next to nothing in it; null when not measured.
  @ExplicitNull public var messageSeconds: Double?
  /// Seconds that a MiB takes from one process to the other; null when not measured.
  @ExplicitNull public var sendMiBSeconds: Double?
  /// Seconds of one call through the slowest of the pools, the wall time over the calls; null when not
  /// measured.
  @ExplicitNull public var poolCallSeconds: Double?
  /// Items in a message from which on messages take a twentieth of the work; null when not measured.
  @ExplicitNull public var chunkWanted: Int?
  /// What several items in a message brought; null where one does, and where it was not tried.
  @ExplicitNull public var trial: Trial?
  /// The environment variables that set the threads of the libraries that the calls loaded, such as
  /// `OPENBLAS_NUM_THREADS`.
  public var threadVariables: [String]

  /// Makes a description.
  public init(
    interpreter: String?, importSeconds: Double, itemSeconds: Double, calls: Int,
    onCPUShare: Double, function: Part? = nil, argument: Part? = nil, result: Part? = nil,
    refused: String? = nil, messageSeconds: Double? = nil, sendMiBSeconds: Double? = nil,
    poolCallSeconds: Double? = nil, chunkWanted: Int? = nil, trial: Trial? = nil,
    threadVariables: [String] = []
  ) {
    self.interpreter = interpreter
    self.importSeconds = importSeconds
    self.itemSeconds = itemSeconds
    self.calls = calls
    self.onCPUShare = onCPUShare
    self.function = function
    self.argument = argument
    self.result = result
    self.refused = refused
    self.messageSeconds = messageSeconds
    self.sendMiBSeconds = sendMiBSeconds
    self.poolCallSeconds = poolCallSeconds
    self.chunkWanted = chunkWanted
    self.trial = trial
    self.threadVariables = threadVariables
  }

  enum CodingKeys: String, CodingKey {
    case interpreter
    case importSeconds = "import_s"
    case itemSeconds = "item_s"
    case calls
    case onCPUShare = "on_cpu_share"
    case function, argument, result, refused
    case messageSeconds = "message_s"
    case sendMiBSeconds = "send_mib_s"
    case poolCallSeconds = "pool_call_s"
    case chunkWanted = "chunk_wanted"
    case trial
    case threadVariables = "thread_variables"
  }
}
