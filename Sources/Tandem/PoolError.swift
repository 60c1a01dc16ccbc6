/// What went wrong with a worker or a pool: a code, a sentence, and what caused it.
public struct PoolError: Error, Sendable {
  /// What kind of failure it is; more may be added in a minor release.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    enum Storage: String {
      case noEntryHook, tooDeep, executableChanged, cannotStart, serverLost
      case alreadyStarted, notStarted, joinsItself
      case refusedClosure, unresolvableType, encodingFailed, decodingFailed
      case taskFailed, workerCrashed, workerExited
      case invalidArgument, timedOut, poolShutDown, poolBroken, restartBudgetSpent
      case resultTooLarge, setupFailed, wouldDeadlock
    }

    let storage: Storage

    init(_ storage: Storage) { self.storage = storage }

    /// The code that a worker named.
    init?(named name: String) {
      guard let storage = Storage(rawValue: name) else { return nil }
      self.storage = storage
    }

    /// The hook that makes a process a worker is inert in this build; see `WorkerEntry`.
    public static let noEntryHook = Code(.noEntryHook)
    /// Worker processes that start worker processes are nested too deeply.
    public static let tooDeep = Code(.tooDeep)
    /// The executable or a library of it changed on disk since the program began.
    public static let executableChanged = Code(.executableChanged)
    /// The system refused a thread, a process, memory or a descriptor.
    public static let cannotStart = Code(.cannotStart)
    /// The fork server ended, and its workers with it.
    public static let serverLost = Code(.serverLost)
    /// A worker can be started once.
    public static let alreadyStarted = Code(.alreadyStarted)
    /// Only a started worker can be joined.
    public static let notStarted = Code(.notStarted)
    /// A worker waited for its own end.
    public static let joinsItself = Code(.joinsItself)
    /// A closure captures something, or reads variables that a worker does not have.
    public static let refusedClosure = Code(.refusedClosure)
    /// A type can't be named to a worker.
    public static let unresolvableType = Code(.unresolvableType)
    /// An input or a result could not be encoded.
    public static let encodingFailed = Code(.encodingFailed)
    /// An input or a result could not be decoded.
    public static let decodingFailed = Code(.decodingFailed)
    /// The task threw an error in its worker.
    public static let taskFailed = Code(.taskFailed)
    /// A signal ended the worker.
    public static let workerCrashed = Code(.workerCrashed)
    /// The worker exited before it gave a result.
    public static let workerExited = Code(.workerExited)
    /// An argument that can't be, such as a pool without workers.
    public static let invalidArgument = Code(.invalidArgument)
    /// The work took longer than its timeout, and was stopped.
    public static let timedOut = Code(.timedOut)
    /// The pool was shut down.
    public static let poolShutDown = Code(.poolShutDown)
    /// A worker died in a pool whose policy is to break then.
    public static let poolBroken = Code(.poolBroken)
    /// Workers died again and again, faster than the pool may replace them.
    public static let restartBudgetSpent = Code(.restartBudgetSpent)
    /// A result was larger than the pool's limit.
    public static let resultTooLarge = Code(.resultTooLarge)
    /// A worker's setup failed or took too long.
    public static let setupFailed = Code(.setupFailed)
    /// A thread that a pool needs would have waited for that pool.
    public static let wouldDeadlock = Code(.wouldDeadlock)

    /// The code's name.
    public var description: String { storage.rawValue }
  }

  /// What kind of failure it is.
  public var code: Code
  /// What happened and what to do, in a sentence or two.
  public var message: String
  /// The error that led to this one, where there is one.
  public var cause: (any Error)?
  /// How the worker ended, for `workerCrashed` and `workerExited`.
  public var crash: WorkerCrash?

  /// Makes an error.
  ///
  /// - Parameters:
  ///   - code: what kind of failure it is.
  ///   - message: what happened and what to do.
  ///   - cause: the error that led to it.
  ///   - crash: how the worker ended.
  public init(
    _ code: Code, _ message: String, cause: (any Error)? = nil, crash: WorkerCrash? = nil
  ) {
    self.code = code
    self.message = message
    self.cause = cause
    self.crash = crash
  }
}

extension PoolError: Codable {
  private enum CodingKeys: CodingKey {
    case code, message, poolCause, otherCause, crash
  }

  /// Reads what `encode(to:)` has written.
  ///
  /// - Parameter decoder: the decoder.
  /// - Throws: what the decoder throws.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let name = try container.decode(String.self, forKey: .code)
    let poolCause = try container.decodeIfPresent(PoolError.self, forKey: .poolCause)
    self.init(
      Code(named: name) ?? .taskFailed, try container.decode(String.self, forKey: .message),
      cause: try poolCause ?? container.decodeIfPresent(RemoteError.self, forKey: .otherCause),
      crash: try container.decodeIfPresent(WorkerCrash.self, forKey: .crash))
  }

  /// Writes the code's name, the sentence, the cause and the crash; a cause that is no `PoolError` is
  /// described, as a `RemoteError`.
  ///
  /// - Parameter encoder: the encoder.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(code.description, forKey: .code)
    try container.encode(message, forKey: .message)
    if let cause = cause as? PoolError {
      try container.encode(cause, forKey: .poolCause)
    } else if let cause {
      try container.encode(
        cause as? RemoteError ?? RemoteError(describing: cause), forKey: .otherCause)
    }
    try container.encodeIfPresent(crash, forKey: .crash)
  }
}

extension PoolError: CustomStringConvertible {
  /// The sentence, then how the worker ended and what caused it, as a tree.
  public var description: String {
    var lines = ["\(message) [\(code)]"]
    var branches: [String] = []
    if let crash {
      branches += crash.functions.prefix(6).enumerated().map { index, name in
        (index == 0 ? "in " : "from ") + name
      }
      branches += crash.lastLines.map { "stderr: " + $0 }
    }
    if let cause { branches.append("because: \(cause)") }
    if let remote = cause as? RemoteError {
      branches += remote.thrownIn.prefix(6).enumerated().map { index, name in
        (index == 0 ? "thrown in " : "from ") + name
      }
    }
    for (index, branch) in branches.enumerated() {
      lines.append((index == branches.count - 1 ? "└─ " : "├─ ") + branch)
    }
    return lines.joined(separator: "\n")
  }
}

/// How a worker process ended without a result.
public struct WorkerCrash: Sendable, Hashable, Codable {
  /// The process's number.
  public var processIdentifier: Int32
  /// The exit code; nil when a signal ended it.
  public var exitCode: Int32?
  /// The signal that ended it; nil when it exited.
  public var signal: Signal?
  /// The address that could not be accessed, for signals that have one.
  public var faultAddress: UInt?
  /// The functions that were running, innermost first; empty when it isn't known.
  public var functions: [String]
  /// The last lines that it wrote to standard error, at most 20; release builds trap without a word.
  public var lastLines: [String]
}

/// An error that a task threw in a worker process, described: one that is not `Codable`, or whose type
/// can't be named to another process.
public struct RemoteError: Error, Sendable {
  /// The name of the error's own type.
  public var typeName: String
  /// The error's own description.
  public var message: String
  private let site: ThrowSite

  /// The functions that it was thrown in, innermost first; empty when that isn't known.
  ///
  /// Where it was thrown anew (`catch { throw error }`), that place counts. Functions that the compiler
  /// inlined are missing, and so are those that only handed the error on without a call of their own.
  ///
  /// - Complexity: reads symbol tables: milliseconds for a large program.
  public var thrownIn: [String] { site.functions }

  init(typeName: String, message: String, site: ThrowSite) {
    self.typeName = typeName
    self.message = message
    self.site = site
  }

  /// Describes an error of which it isn't known where it was thrown.
  init(describing error: any Error) {
    self.init(
      typeName: String(reflecting: type(of: error)), message: "\(error)",
      site: ThrowSite(names: []))
  }
}

extension RemoteError: Hashable {
  /// Whether two describe the same error; where it was thrown doesn't count.
  ///
  /// - Parameters:
  ///   - left: one.
  ///   - right: the other.
  /// - Returns: whether type and description are the same.
  public static func == (left: Self, right: Self) -> Bool {
    left.typeName == right.typeName && left.message == right.message
  }

  /// Hashes type and description.
  ///
  /// - Parameter hasher: the hasher.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(typeName)
    hasher.combine(message)
  }
}

extension RemoteError: Codable {
  private enum CodingKeys: CodingKey {
    case typeName, message, thrownIn
  }

  /// Reads what `encode(to:)` has written.
  ///
  /// - Parameter decoder: the decoder.
  /// - Throws: what the decoder throws.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      typeName: try container.decode(String.self, forKey: .typeName),
      message: try container.decode(String.self, forKey: .message),
      site: ThrowSite(names: try container.decode([String].self, forKey: .thrownIn)))
  }

  /// Writes the type's name, the description, and the names of the functions.
  ///
  /// - Parameter encoder: the encoder.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(typeName, forKey: .typeName)
    try container.encode(message, forKey: .message)
    try container.encode(thrownIn, forKey: .thrownIn)
  }
}

extension RemoteError: CustomStringConvertible {

  /// The type's name and the description.
  public var description: String { "\(typeName): \(message)" }
}
