import Dispatch
import Glibc

/// What Ctrl-C does while something runs.
enum Interrupt {
  /// Runs work that SIGINT and SIGTERM cancel; a second one ends the program at once.
  ///
  /// - Parameter work: what to run; it ends soon after it is cancelled, and gives what it has.
  /// - Returns: what the work gave.
  static func cancelling<Result: Sendable>(
    _ work: @escaping @Sendable () async -> Result
  ) async -> Result {
    let task = Task { await work() }
    let sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        if task.isCancelled { _exit(128 + number) }
        task.cancel()
      }
      source.resume()
      return source
    }
    defer {
      for source in sources { source.cancel() }
      signal(SIGINT, SIG_DFL)
      signal(SIGTERM, SIG_DFL)
    }
    return await task.value
  }
}
