import TandemModel

/// Threads that a language's runtime keeps for itself, by their names: what they do is no progress of the
/// program, and no wait of it either.
///
/// They are Java's (HotSpot).
enum RuntimeHelpers {
  /// The processes that have a Java virtual machine: no other program names a thread like its own.
  static func javas(in nodes: [StandstillGraph.Node]) -> Set<Int32> {
    Set(nodes.filter { $0.worker.name == ObservedRuntime.virtualMachineThread }.map(\.worker.pid))
  }

  /// Whether a worker is such a thread.
  ///
  /// - Parameters:
  ///   - worker: the worker.
  ///   - javas: the processes that have a Java virtual machine.
  /// - Returns: whether it is.
  static func contains(_ worker: StillWorker, javas: Set<Int32>) -> Bool {
    guard worker.tid != worker.pid, javas.contains(worker.pid) else { return false }
    return RuntimeThreadNames.contains(worker.name, of: .java)
  }
}
