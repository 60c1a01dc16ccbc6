package import TandemModel
import TandemText

/// A cgroup's quota gives the program less than the CPUs that it sees.
package enum QuotaLimitsCPUs {
  private static func advice(workers: Int) -> String {
    """
    Start no more computing workers than the quota allows (\(workers)), or raise the quota (cpu.max of \
    the cgroup): the kernel stops what exceeds it until the next period.
    """
  }

  /// A quota below the CPUs of the machine that models were compared on.
  package struct InComparison: Rule {
    package let claim = Claim.quotaLimitsCPUs

    package init() {}

    package func conclusions(from comparison: Comparison) -> [Conclusion] {
      let machine = comparison.machine
      guard let quota = machine.cpuQuota, quota < Double(machine.cpusAllowed) else { return [] }
      return [
        conclusion(
          """
          This process may run on \(FigureText.count(machine.cpusAllowed, "CPU")), but its cgroup's \
          quota allows only the time of \(FigureText.cpus(quota)).
          """,
          evidence: [
            "cpu_quota": quota, "cpus_allowed": Double(machine.cpusAllowed),
            "cpus_online": Double(machine.cpusOnline),
            "effective_cpus": Double(machine.effectiveCPUs),
          ],
          potentialGain: nil,
          advice: advice(workers: machine.effectiveCPUs))
      ]
    }
  }

  /// A quota that stopped a program although CPUs were there.
  package struct InProgram: Rule {
    package let claim = Claim.quotaLimitsCPUs

    package init() {}

    package func conclusions(from program: ExplainReport) -> [Conclusion] {
      guard let throttled = program.sources.throttledSeconds, program.wallSeconds > 0,
        throttled >= 0.05 * program.wallSeconds, let quota = program.machine.cpuQuota
      else { return [] }
      return [
        conclusion(
          """
          The cgroup's quota of \(FigureText.cpus(quota)) stopped workers for \
          \(FigureText.duration(throttled)) in all, during \(FigureText.duration(program.wallSeconds)) \
          of wall time.
          """,
          evidence: ["throttled_s": throttled, "cpu_quota": quota, "wall_s": program.wallSeconds],
          potentialGain: program.gainOfCPUTimeToo(
            atMost: throttled, "the time that the quota stopped workers"),
          advice: advice(workers: program.machine.effectiveCPUs))
      ]
    }
  }
}
