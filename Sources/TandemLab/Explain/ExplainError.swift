/// Why a program can't be run or watched: a code, a sentence, what to do, and the cause.
public struct ExplainError: Error, Sendable {
  /// What kind of failure it is; a minor release may add more.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    private enum Storage: String {
      case invalidArgument, notFound, notExecutable, cannotStart
      case noSuchProcess, notPermitted, switchRecordsUnavailable, outOfResources
    }

    private let storage: Storage

    private init(_ storage: Storage) { self.storage = storage }

    /// An option or argument is out of bounds, such as an empty command.
    public static let invalidArgument = Code(.invalidArgument)
    /// There is no such command.
    public static let notFound = Code(.notFound)
    /// The command's file can't be executed.
    public static let notExecutable = Code(.notExecutable)
    /// The system refused a process or a thread.
    public static let cannotStart = Code(.cannotStart)
    /// There is no process with this number.
    public static let noSuchProcess = Code(.noSuchProcess)
    /// The process belongs to another user, or is protected.
    public static let notPermitted = Code(.notPermitted)
    /// Exact switches were asked for, and the kernel gives no records of them.
    public static let switchRecordsUnavailable = Code(.switchRecordsUnavailable)
    /// The system has no descriptor or memory left for watching.
    public static let outOfResources = Code(.outOfResources)

    /// The code's name.
    public var description: String { storage.rawValue }
  }

  /// What kind of failure it is.
  public let code: Code
  /// What happened, a phrase without a full stop.
  public let message: String
  /// What to do about it, a phrase; nil when there is no advice.
  public let remedy: String?
  /// The error that led to this one, where there is one.
  public let cause: (any Error)?

  /// Makes an error.
  init(_ code: Code, _ message: String, remedy: String? = nil, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.remedy = remedy
    self.cause = cause
  }

  /// The message and the remedy, for one line.
  package var sentence: String { remedy.map { "\(message): \($0)" } ?? message }
}

extension ExplainError: CustomStringConvertible {
  /// The message, the remedy and the code.
  public var description: String { "\(sentence) [\(code)]" }
}
