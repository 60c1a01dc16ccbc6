/// Why a Python run has no result.
package struct PythonError: Error, Sendable, Equatable {
  /// What went wrong; the list is closed.
  package enum Code: String, Codable, Sendable, CaseIterable {
    /// The interpreter does not exist or can't be executed.
    case noSuchInterpreter = "no-such-interpreter"
    /// The interpreter is older than 3.6.
    case tooOld = "too-old"
    /// A file that was named can't be read: the user's module, or the list of arguments.
    case noSuchFile = "no-such-file"
    /// The module has no such function.
    case noSuchFunction = "no-such-function"
    /// What was named is no function, or calling it would run nothing (generators).
    case notCallable = "not-callable"
    /// The function can't be called with exactly one argument.
    case wrongArguments = "wrong-arguments"
    /// The file of arguments is not a JSON array, or has fewer elements than calls were asked for.
    case badArguments = "bad-arguments"
    /// The user's module raised while it was imported, or is not Python.
    case importFailed = "import-failed"
    /// The function raised.
    case raised
    /// A worker process ended before its work was done.
    case workerDied = "worker-died"
    /// A worker could not be started.
    case startFailed = "start-failed"
    /// This Python lacks what the model needs.
    case noSuchModel = "no-such-model"
    /// This Python lacks the start method.
    case noSuchStartMethod = "no-such-start-method"
    /// The interpreter itself ended without an answer: the work crashed it, or it is no Python.
    case driverDied = "driver-died"
    /// The time was over.
    case timedOut = "timed-out"
    /// The driver did not understand its request.
    case badRequest = "bad-request"
    /// The driver itself raised, or there is no place for it.
    case driverFailed = "driver-failed"
    /// The driver's answer is not what was agreed.
    case badAnswer = "bad-answer"
  }

  /// What of the user's was running.
  package struct Stage: Sendable, Equatable {
    /// What the driver does with the user's code; the names are the driver's.
    package enum Kind: String, Sendable {
      /// It imports a file.
      case importing = "import"
      /// It takes the arguments that a generator gives.
      case arguments
      /// It calls the function to see what crosses.
      case calls
    }

    /// What it does.
    package var kind: Kind
    /// The file, the generator or the function.
    package var name: String
  }

  /// What went wrong.
  package var code: Code
  /// What went wrong, one sentence.
  package var message: String
  /// Python's traceback, the user's own frames only; nil where nothing was raised.
  package var traceback: String?
  /// What the user's code was doing when the time was over; nil where none had begun, and for other errors.
  package var stage: Stage?
  /// The index of the worker that failed first; nil where it was none.
  package var worker: Int?
  /// The exit code of the process that died, if it exited.
  package var exitCode: Int32?
  /// The signal that ended the process that died, if one did.
  package var signal: Int32?
  /// The last lines of standard error, for a process that died; empty otherwise.
  package var standardErrorTail = ""

  /// Makes an error.
  package init(
    _ code: Code, _ message: String, traceback: String? = nil, worker: Int? = nil,
    exitCode: Int32? = nil, signal: Int32? = nil, standardErrorTail: String = ""
  ) {
    self.code = code
    self.message = message
    self.traceback = traceback
    self.worker = worker
    self.exitCode = exitCode
    self.signal = signal
    self.standardErrorTail = standardErrorTail
  }
}

extension PythonError: Decodable {
  enum CodingKeys: String, CodingKey {
    case code, message, traceback, worker
    case exitCode = "exit_code"
    case signal
  }
}

extension PythonError: CustomStringConvertible {
  /// The sentence, then the traceback or what was last written to standard error.
  package var description: String {
    let detail = traceback ?? standardErrorTail
    return detail.isEmpty ? message : "\(message)\n\(detail)"
  }
}
