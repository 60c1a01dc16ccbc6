import TandemModel

/// How many workers and calls a comparison of a Python function has when nobody says how many.
///
/// All models get the same number of workers, so that they can be compared.
struct UsualCalls {
  /// What was found out about the function, an entry an interpreter.
  var crossings: [PythonCrossing]
  /// The CPUs.
  var cpus: Int

  /// Seconds that all calls should take in one thread.
  private static let seconds = 0.4
  /// Seconds that all calls may take through the slowest pool, so that several runs of it fit the budget: a
  /// trial has few calls, and many take up to twice as long each.
  private static let mostPoolSeconds = 0.5
  /// With longer calls, each worker gets fewer of them.
  private static let mostSeconds = 4.0
  private static let mostItems = 100_000

  /// One worker a CPU for work that computes, as `ProcessPoolExecutor` has; for work that waits as many as
  /// `ThreadPoolExecutor` has.
  var workers: Int {
    let share = crossings.map(\.onCPUShare).max() ?? 1
    return share >= 0.8 ? max(2, cpus) : min(32, cpus + 4)
  }

  /// So many calls that the runs last, and that each worker gets four or more of them where calls are short,
  /// or two where what crosses takes long.
  ///
  /// - Parameter workers: How many workers there are.
  /// - Returns: A multiple of the workers.
  func items(workers: Int) -> Int {
    let each = max(crossings.map(\.itemSeconds).max() ?? 0, 1e-9)
    let inPool = crossings.compactMap(\.poolCallSeconds).max() ?? 0
    let mostInPool = inPool > 0 ? Self.mostPoolSeconds / inPool : Double(Self.mostItems)
    let wanted = min(Double(Self.mostItems), Self.seconds / each, mostInPool)
    let perWorker = Int((wanted / Double(workers)).rounded(.up))
    let affordable = Int(Self.mostSeconds / each) / workers
    let sendable = max(2, Int(min(mostInPool, Double(Self.mostItems))) / workers)
    return workers * max(perWorker, min(4, sendable, max(1, affordable)))
  }
}
