import TandemModel
import TandemText

/// A cgroup's quota stopped the program although CPUs were there.
package struct QuotaThrottled: ObservedRule {
  package let name = "quota-throttled"

  package func evaluate(_ program: ExplainReport) -> Finding? {
    guard let throttled = program.sources.throttledSeconds, program.wallSeconds > 0,
      throttled >= 0.05 * program.wallSeconds, let quota = program.machine.cpuQuota
    else { return nil }
    return finding(
      """
      The cgroup's quota of \(FigureText.cpus(quota)) stopped workers for \
      \(FigureText.duration(throttled)) in all, within \(FigureText.duration(program.wallSeconds)) of wall time.
      """,
      evidence: ["throttled_s": throttled, "cpu_quota": quota, "wall_s": program.wallSeconds],
      advice: """
        Start no more workers that compute than the quota allows (\(program.machine.effectiveCPUs)), or \
        raise the quota: all beyond it is stopped for the rest of each period.
        """)
  }
}
