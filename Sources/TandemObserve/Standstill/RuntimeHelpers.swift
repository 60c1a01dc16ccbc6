/// Threads that a language's runtime keeps for itself, by their names: what they do is no progress of the
/// program, and no wait of it either.
///
/// They are Java's (HotSpot); names are as the kernel cuts them, to 15 bytes.
enum RuntimeHelpers {
  private static let sign = "VM Thread"
  private static let names: Set<String> = [
    sign, "Reference Handl", "Finalizer", "Signal Dispatch", "Service Thread", "Monitor Deflati",
    "C1 CompilerThre", "C2 CompilerThre", "Notification Th", "VM Periodic Tas", "Common-Cleaner",
    "Sweeper thread", "Attach Listener", "Cleaner-0", "Concurrent Mark", "JVMCI-native Co",
  ]
  /// Collectors number theirs.
  private static let beginnings = [
    "GC Thread#", "G1 ", "ZDirector", "ZDriver", "ZWorker", "ZStat", "Shenandoah",
  ]

  /// The processes that have a Java virtual machine: no other program names a thread like its own.
  static func javas(in nodes: [StandstillGraph.Node]) -> Set<Int32> {
    Set(nodes.filter { $0.worker.name == sign }.map(\.worker.pid))
  }

  /// Whether a worker is such a thread.
  ///
  /// - Parameters:
  ///   - worker: the worker.
  ///   - javas: the processes that have a Java virtual machine.
  /// - Returns: whether it is.
  static func contains(_ worker: StillWorker, javas: Set<Int32>) -> Bool {
    guard worker.tid != worker.pid, javas.contains(worker.pid) else { return false }
    return names.contains(worker.name) || beginnings.contains { worker.name.hasPrefix($0) }
  }
}
