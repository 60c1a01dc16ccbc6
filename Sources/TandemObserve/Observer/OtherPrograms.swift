package import TandemModel
import TandemSystem

/// What other programs used of this process's CPUs since a moment.
///
/// This process and what it started don't count. Where the other processes can't be seen, as in a container,
/// nothing is known of them.
package struct OtherPrograms: Sendable {
  private let use = MachineUse()
  private let cpus = (try? CPUs.allowedNumbers()) ?? []

  /// Begins to count.
  package init() {}

  /// The share of the CPUs' time that others used until now.
  ///
  /// - Returns: the share, at least, and who used the most; nil where that isn't known, or not more than the
  ///   error of the figures.
  package func untilNow() -> (share: Double, who: [OtherProgram])? {
    let now = MachineUse.Moment()
    // What the runs used needn't be known: the accounts of the others themselves must show as much.
    let runs = MachineUse.Program(
      cpus: cpus, pids: [ServerLaunch.ownPID], cpuNS: 0, isComplete: false)
    let all = Double(now.timeNS &- use.before.timeNS) * Double(cpus.count)
    guard let taken = use.until(now, runs).taken, let others = taken.othersSeconds, others > 0,
      all > 0
    else { return nil }
    return (others * 1e9 / all, taken.others)
  }
}
