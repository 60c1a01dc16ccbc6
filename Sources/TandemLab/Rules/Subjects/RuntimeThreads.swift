import TandemModel

/// The threads that a language's runtime keeps for itself, by their names: their number isn't the
/// program's choice.
///
/// They are Java's (HotSpot), which has twenty of them; names are as the kernel cuts them, to 15 bytes.
struct RuntimeThreads {
  /// The processes that have a Java virtual machine: no other program names a thread like its own.
  private let machines: Set<Int32>

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

  /// Looks for processes with such threads.
  ///
  /// - Parameter program: what was seen of it.
  init(_ program: ExplainReport) {
    machines = Set(program.workers.filter { $0.name == Self.sign }.map(\.pid))
  }

  /// Whether a worker is one of them.
  ///
  /// - Parameter worker: a worker.
  /// - Returns: whether it is.
  func contains(_ worker: ObservedWorker) -> Bool {
    guard worker.kind == .thread, machines.contains(worker.pid) else { return false }
    return Self.names.contains(worker.name)
      || Self.beginnings.contains { worker.name.hasPrefix($0) }
  }
}
