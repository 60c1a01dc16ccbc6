package import TandemSystem

/// How long the two ends of a pool look for each other before they sleep.
package enum SpinTime {
  /// The time, in nanoseconds, where there are CPUs to spare.
  private static let usual: UInt64 = 20_000

  /// The time for a pool.
  ///
  /// Who looks keeps its CPU. Where both ends share one, that keeps the other from running until the
  /// scheduler takes the CPU away, which takes milliseconds; so there nobody looks, whatever was asked for.
  ///
  /// - Parameters:
  ///   - asked: what the pool's options say.
  ///   - workers: how many workers there may be.
  ///   - pinned: the CPUs that workers are bound to; nil for those of the program.
  ///   - cpus: the CPUs of the machine, and the program's share of them.
  ///   - allowed: those that the calling thread may run on, by number.
  /// - Returns: how long, in nanoseconds.
  package static func nanoseconds(
    asked: Duration?, workers: Int, pinned: [Int]?, cpus: CPUs, allowed: [Int]
  ) -> UInt64 {
    var reached = cpus
    // Workers may be where the program is not.
    if let pinned { reached.allowed = Set(allowed).union(pinned).count }
    guard reached.effective > 1 else { return 0 }
    return asked?.saturatedNanoseconds ?? (workers + 1 <= cpus.effective ? usual : 0)
  }

  /// The time for a pool that the calling thread makes.
  static func nanoseconds(_ options: ProcessPoolOptions, workers: Int) -> UInt64 {
    var pinned: [Int]?
    if case .list(let numbers) = options.pinning { pinned = numbers }
    return nanoseconds(
      asked: options.spin, workers: workers, pinned: pinned, cpus: CPUs.read(),
      allowed: (try? CPUs.allowedNumbers()) ?? [])
  }
}
