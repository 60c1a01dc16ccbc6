internal import CTandemShims
internal import TandemSystem

/// Which CPUs workers may run on.
public enum CPUPinning: Sendable, Hashable {
  /// Those that the program may run on.
  case none
  /// One each, in turn, of those that the program may run on.
  case oneEach
  /// These, all workers alike.
  case list([Int])
}

extension CPUPinning {
  /// The numbers that a CPU can have.
  private static let numbers = 0..<8 * Int(TANDEM_CPU_BYTES)

  /// Checks the CPUs, each by binding a thread to it.
  ///
  /// - Throws: `invalidArgument`.
  func check() throws(PoolError) {
    guard case .list(let cpus) = self else { return }
    guard !cpus.isEmpty else {
      throw OptionCheck.refusal("pinning", is: "an empty list", mustBe: "one CPU or more")
    }
    for cpu in cpus where !Self.numbers.contains(cpu) { throw Self.unusable(cpu, nil) }
    let failed = try OptionCheck.onThread { CPUs.firstUnusable(of: cpus) }
    if let failed { throw Self.unusable(failed.cpu, failed.error) }
  }

  private static func unusable(_ cpu: Int, _ error: Errno?) -> PoolError {
    OptionCheck.refusal(
      "a CPU in pinning", is: "\(cpu)", mustBe: "one that this program may use", cause: error)
  }
}
