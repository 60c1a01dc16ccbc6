import Glibc
import Logging
import Synchronization

/// What each worker of the demos does.
enum LessonWork {
  /// How many squares the lesson computes.
  private static let squares = 1000

  /// Logs, computes, waits, logs.
  ///
  /// - Parameters:
  ///   - number: the worker's number.
  ///   - pause: how long it waits, blocking its thread.
  /// - Returns: the last square.
  @discardableResult
  static func run(number: Int, pause: Duration) -> Int {
    // "Thread" whatever the worker is: the lesson's second program differs from its first by one
    // word of code, and its messages by none.
    LessonLog.logger.info("Thread \(number): starting")
    let last = compute()
    wait(pause)
    LessonLog.logger.info("Thread \(number): finishing")
    return last
  }

  private static func compute() -> Int {
    // Stored where another thread could look, so that the compiler keeps every square.
    let square = Atomic(0)
    for i in 0..<squares { square.store(i * i, ordering: .relaxed) }
    return square.load(ordering: .relaxed)
  }

  private static func wait(_ pause: Duration) {
    let (seconds, attoseconds) = pause.components
    var rest = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    var asked: timespec
    repeat {
      asked = rest
      // A signal cuts nanosleep(2) short and leaves the rest.
    } while nanosleep(&asked, &rest) != 0 && errno == EINTR
  }
}
