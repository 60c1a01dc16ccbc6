internal import Glibc
internal import Synchronization

/// Waiting, when the program exits, for the workers that are not daemons.
///
/// That is what the modules do that this library follows: a program ends when its work has ended. A
/// program that is killed, or calls `_exit`, waits for nothing.
enum ExitWait {
  private struct Registry: ~Copyable {
    var installed = false
    /// Each keeps its key, so that no other object gets the same identity.
    var waits: [ObjectIdentifier: (key: any AnyObject & Sendable, wait: @Sendable () -> Void)] = [:]
  }

  private static let registry = Mutex(Registry())

  /// Remembers a worker that has been started.
  ///
  /// - Parameters:
  ///   - key: what stands for it: the worker, or what its end completes.
  ///   - wait: blocks until it has ended.
  static func add(_ key: any AnyObject & Sendable, wait: @escaping @Sendable () -> Void) {
    let isFirst = registry.withLock { registry in
      registry.waits[ObjectIdentifier(key)] = (key, wait)
      defer { registry.installed = true }
      return !registry.installed
    }
    // atexit(3) runs it in the thread that calls exit(3), or returns from main.
    if isFirst { atexit { ExitWait.waitForWorkers() } }
  }

  /// Forgets a worker that has ended.
  static func remove(_ key: AnyObject) {
    // What is removed may be the last reference; it is dropped after the lock.
    _ = registry.withLock { $0.waits.removeValue(forKey: ObjectIdentifier(key)) }
  }

  /// Blocks until every worker that is no daemon has ended.
  static func waitForWorkers() {
    while let wait = registry.withLock({ registry -> (@Sendable () -> Void)? in
      guard let (identity, entry) = registry.waits.first else { return nil }
      registry.waits[identity] = nil
      return entry.wait
    }) {
      wait()
    }
  }
}
