internal import Glibc
internal import Synchronization

/// Waiting, when the program exits, for the workers that are not daemons.
///
/// That is what the modules do that this library follows: a program ends when its work has ended. A
/// program that is killed, or calls `_exit`, waits for nothing.
enum ExitWait {
  private struct Registry: ~Copyable {
    var installed = false
    var waits: [ObjectIdentifier: @Sendable () -> Void] = [:]
  }

  private static let registry = Mutex(Registry())

  /// Remembers a worker that has been started.
  ///
  /// - Parameters:
  ///   - worker: the worker.
  ///   - wait: blocks until it has ended.
  static func add(_ worker: AnyObject, wait: @escaping @Sendable () -> Void) {
    let isFirst = registry.withLock { registry in
      registry.waits[ObjectIdentifier(worker)] = wait
      defer { registry.installed = true }
      return !registry.installed
    }
    // atexit(3) runs it in the thread that calls exit(3), or returns from main.
    if isFirst { atexit { ExitWait.waitForWorkers() } }
  }

  /// Forgets a worker that has ended.
  static func remove(_ worker: AnyObject) {
    registry.withLock { $0.waits[ObjectIdentifier(worker)] = nil }
  }

  /// Blocks until every worker that is no daemon has ended.
  static func waitForWorkers() {
    while let wait = registry.withLock({ registry -> (@Sendable () -> Void)? in
      guard let (key, wait) = registry.waits.first else { return nil }
      registry.waits[key] = nil
      return wait
    }) {
      wait()
    }
  }
}
