internal import Synchronization

/// Numbers for workers without a name.
enum WorkerNumbers {
  private static let threads = Atomic(0)
  private static let processes = Atomic(0)
  private static let pools = Atomic(0)

  static func nextThread() -> Int { threads.add(1, ordering: .relaxed).newValue }
  static func nextPool() -> Int { pools.add(1, ordering: .relaxed).newValue }
  static func nextProcess() -> Int { processes.add(1, ordering: .relaxed).newValue }
}
