internal import CTandemShims
internal import Synchronization

/// The stack of the calling thread.
package enum ThreadStack {
  /// How many bytes are left of it; nil when that isn't known.
  ///
  /// - Complexity: some microseconds; for the first thread it reads /proc/self/maps
  ///   (pthread_getattr_np(3)).
  package static var bytesLeft: Int? {
    let left = tandem_stack_left()
    return left < 0 ? nil : Int(left)
  }

  /// Runs a closure on a thread of its own, and blocks until it is done.
  ///
  /// - Parameters:
  ///   - bytes: the size of that thread's stack, of which only what is used takes memory.
  ///   - body: the closure.
  /// - Throws: as `OSThread.start(name:stackBytes:_:)`; nothing has run then.
  package static func run(bytes: Int, _ body: () -> Void) throws(Errno) {
    let done = Latch()
    let failure: Errno? = withoutActuallyEscaping(body) { body in
      // SAFETY: this thread does nothing else until the closure has returned.
      let call = Call(unsafe unsafeBitCast(body, to: (@Sendable () -> Void).self))
      do throws(Errno) {
        try OSThread.start(name: "deep", stackBytes: bytes) {
          call.run()
          done.open()
        }
      } catch {
        call.drop()
        return error
      }
      _ = done.wait(timeout: nil)
      return nil
    }
    if let failure { throw failure }
  }

  /// A closure that is given up before the other thread is waited for no more.
  private final class Call: Sendable {
    private let body: Mutex<(@Sendable () -> Void)?>

    init(_ body: @escaping @Sendable () -> Void) { self.body = Mutex(body) }

    private func take() -> (@Sendable () -> Void)? {
      body.withLock { body in
        defer { body = nil }
        return body
      }
    }

    func run() { take()?() }
    func drop() { _ = take() }
  }
}
