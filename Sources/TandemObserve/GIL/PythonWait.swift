/// What a thread of Python waits for that sleeps on a lock of its interpreter's, by the functions that it is in.
///
/// Up to 3.12 everything waits on the same kind of lock: `threading.Lock`, conditions, joins, and the queues of
/// thread pools. Which of them it is, the functions of the interpreter's library tell (Lib/threading.py,
/// Lib/queue.py).
package enum PythonWait: Sendable, Hashable {
  /// A lock that one thread at a time has.
  case lock
  /// A condition, or what is made of one: an event, a barrier, a semaphore.
  case condition
  /// A condition of a `queue.Queue`: an entry, or room for one.
  case queue
  /// An entry in a `queue.SimpleQueue`, on which all readers wait as for one lock.
  case simpleQueue
  /// The end of a thread.
  case threadEnd

  /// From this minor version on, a `SimpleQueue` isn't made of such a lock any more (Modules/_queuemodule.c), so
  /// a thread that waits for one in a function of any other file waits for a lock.
  private static let minorWithOwnQueues = 13

  /// Tells the wait by the functions; nil where they don't tell.
  ///
  /// - Parameters:
  ///   - stack: the places in which the thread is, the innermost first.
  ///   - minor: the minor version of Python.
  package init?(in stack: [PythonPlace], minor: Int) {
    guard let innermost = stack.first?.function else { return nil }
    if Self.isThreading(innermost) {
      switch innermost.lastName {
      case "wait":
        let caller = stack.first { !Self.isThreading($0.function) }?.function
        self = caller?.isOf("queue.py") == true ? .queue : .condition
      case "join", "_wait_for_tstate_lock", "_shutdown": self = .threadEnd
      case "__enter__": self = .lock
      default: return nil
      }
    } else if Self.readsSimpleQueue(innermost) {
      self = .simpleQueue
    } else if minor >= Self.minorWithOwnQueues || innermost.isOf("queue.py") {
      self = .lock
    } else {
      return nil
    }
  }

  private static func isThreading(_ function: PythonFunction) -> Bool {
    function.isOf("threading.py")
  }

  /// The functions of the library in which a pool's threads wait for work (Lib/concurrent/futures/thread.py,
  /// Lib/multiprocessing/pool.py).
  private static func readsSimpleQueue(_ function: PythonFunction) -> Bool {
    switch function.lastName {
    case "_worker": function.isOf("futures/thread.py")
    case "_handle_tasks": function.isOf("multiprocessing/pool.py")
    default: false
    }
  }
}

extension PythonFunction {
  /// Its name without those of what it is in.
  fileprivate var lastName: Substring { name.split(separator: ".").last ?? "" }

  /// Whether it is in a file of the interpreter's library.
  fileprivate func isOf(_ file: String) -> Bool {
    isOfLibrary && (self.file == file || self.file.hasSuffix("/" + file))
  }
}

/// Where a thread of Python is, and what that tells of what it waits for.
struct PythonStack: Sendable {
  /// The places, the innermost first; none where they can't be read.
  var places: [PythonPlace] = []
  /// The minor version of its interpreter.
  var minor = 0

  /// The place that says most about a thread that waits.
  var telling: PythonPlace? { PythonPlace.telling(of: places) }

  /// What it waits for, if it sleeps on a lock of its interpreter's.
  var wait: PythonWait? { PythonWait(in: places, minor: minor) }
}
