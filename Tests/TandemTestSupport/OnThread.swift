internal import TandemSystem

/// Does what blocks on a thread of its own: tests share as many threads as there are CPUs, and those must
/// not be blocked.
///
/// - Parameters:
///   - name: the thread's name, of 15 bytes at most.
///   - body: what blocks.
/// - Returns: what it returned.
nonisolated(nonsending) package func onThread<Value: Sendable>(
  _ name: String = "test-wait", _ body: @escaping @Sendable () -> Value
) async -> Value {
  await withCheckedContinuation { continuation in
    do throws(Errno) {
      try OSThread.start(name: name) { continuation.resume(returning: body()) }
    } catch {
      preconditionFailure("no thread: \(error)")
    }
  }
}
