internal import Synchronization

extension OSThread {
  /// Runs something in a thread of its own, and blocks the calling thread until it has ended.
  ///
  /// For what changes the thread that it runs in.
  ///
  /// - Parameters:
  ///   - name: what the kernel and its tools show; at most 15 bytes are kept.
  ///   - body: what it runs.
  /// - Returns: what `body` returns.
  /// - Throws: `EAGAIN` when there are too many threads.
  package static func run<Result: Sendable>(
    name: String, _ body: @escaping @Sendable () -> Result
  ) throws(Errno) -> Result {
    let box = Box<Result>()
    try start(name: name) {
      let result = body()
      box.result.withLock { $0 = result }
      box.isDone.open()
    }
    _ = box.isDone.wait()
    guard let result = box.result.withLock({ $0 }) else { throw .tryAgain }
    return result
  }

  private final class Box<Result: Sendable>: Sendable {
    let result = Mutex<Result?>(nil)
    let isDone = Latch()
  }
}
