import TandemModel

/// The threads that a language's runtime keeps for itself, by their names: their number isn't the
/// program's choice.
///
/// Names are as the kernel cuts them, to 15 bytes.
enum RuntimeThreadNames {
  /// Whether a thread of this name is the runtime's own.
  static func contains(_ name: String, of runtime: ObservedRuntime.Name) -> Bool {
    switch runtime {
    case .java:
      hotSpot.contains(name) || hotSpotBeginnings.contains { name.hasPrefix($0) }
    case .dotNet: name.hasPrefix(".NET ") && name != ".NET TP Worker" || name == "dotnet-ust"
    // Erlang's processes and Go's goroutines have no threads of their own.
    case .beam, .go: true
    // Its timer's; the program's own threads have its name.
    case .ruby: name.hasSuffix("timer_thr") || name == "timer_thread"
    case .node, .pyPy: false
    }
  }

  private static let hotSpot: Set<String> = [
    ObservedRuntime.virtualMachineThread, "Reference Handl", "Finalizer", "Signal Dispatch",
    "Service Thread",
    "Monitor Deflati", "C1 CompilerThre", "C2 CompilerThre", "Notification Th", "VM Periodic Tas",
    "Common-Cleaner", "Sweeper thread", "Attach Listener", "Cleaner-0", "Concurrent Mark",
    "JVMCI-native Co", "StringDedupProc", "Reference Proce",
  ]
  /// Collectors number theirs.
  private static let hotSpotBeginnings = [
    "GC Thread#", "G1 ", "ZDirector", "ZDriver", "ZWorker", "ZStat", "Shenandoah", "ParGC Thread",
  ]
}
