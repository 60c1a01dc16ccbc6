/// Why work can't be compared: a code and a sentence.
public struct CompareError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of failure it is; a minor release may add more.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    private enum Storage: String {
      case invalidArgument, notFound
    }

    private let storage: Storage

    private init(_ storage: Storage) { self.storage = storage }

    /// An option or argument is out of bounds, or a Python function can't be called.
    public static let invalidArgument = Code(.invalidArgument)
    /// A file or a Python interpreter is missing or can't be used.
    public static let notFound = Code(.notFound)

    /// The code's name.
    public var description: String { storage.rawValue }
  }

  /// What kind of failure it is.
  public let code: Code
  /// What is wrong and how to put it right, a phrase without a full stop.
  public let message: String
  /// The traceback of a Python module that could not be imported; nil otherwise.
  public let traceback: String?

  /// Makes an error.
  init(_ code: Code, _ message: String, traceback: String? = nil) {
    self.code = code
    self.message = message
    self.traceback = traceback
  }

  /// Makes an error of Python's.
  init(_ error: PythonError) {
    let isMissing = error.code == .noSuchFile || error.code == .noSuchInterpreter
    self.init(
      isMissing ? .notFound : .invalidArgument, error.message, traceback: error.traceback)
  }

  /// The message and the code.
  public var description: String { "\(message) [\(code)]" }
}
