import Glibc
import Logging

/// Logging as the lesson has it: `HH:MM:SS: message`, a line each, on standard output.
///
/// The logger is made with its handler and not through `LoggingSystem.bootstrap`, because `main`, which
/// would call that, does not run in a worker process.
enum LessonLog {
  /// The one logger; a worker process makes its own at its first use.
  static let logger = Logger(label: "tandem.demo") { _ in LessonLogHandler() }
}

/// Writes what Python's `logging` writes with `"%(asctime)s: %(message)s"` and `"%H:%M:%S"`.
struct LessonLogHandler: LogHandler {
  var logLevel = Logger.Level.info
  var metadata = Logger.Metadata()

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let line = "\(Self.clock(time(nil))): \(event.message)\n"
    // One call of write(2) a line: threads and processes that share the output can't mix theirs.
    // Nobody is there to be told of a failure.
    try? StandardStream.output.write(line)
  }

  /// The time of day where the user is, as `HH:MM:SS`.
  ///
  /// - Parameter seconds: seconds since the epoch.
  /// - Returns: the time of day.
  static func clock(_ seconds: time_t) -> String {
    var seconds = seconds
    var local = tm()
    // localtime_r(3) is the one that threads may call at the same time.
    guard localtime_r(&seconds, &local) != nil else { return "--:--:--" }
    return [local.tm_hour, local.tm_min, local.tm_sec].map { $0 < 10 ? "0\($0)" : "\($0)" }
      .joined(separator: ":")
  }
}
