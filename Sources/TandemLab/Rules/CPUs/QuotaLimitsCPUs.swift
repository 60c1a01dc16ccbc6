package import TandemModel
import TandemText

/// A cgroup's CPU quota allows less than the CPUs that programs see.
package struct QuotaBelowCPUs: Rule {
  package let name = "quota-below-cpus"

  package func evaluate(_ context: RuleContext) -> [Finding] {
    let machine = context.machine
    guard let quota = machine.cpuQuota, quota < Double(machine.cpusAllowed) else { return [] }
    let claim = """
      This process may run on \(FigureText.count(machine.cpusAllowed, "CPU")), but its cgroup's quota \
      lets it use only \(FigureText.setting(quota)) CPUs' worth of time: what is more gets stopped \
      until the next period.
      """
    return [
      finding(
        claim,
        evidence: [
          "cpu_quota": quota, "cpus_allowed": Double(machine.cpusAllowed),
          "cpus_online": Double(machine.cpusOnline),
          "effective_cpus": Double(machine.effectiveCPUs),
        ],
        advice: """
          Use \(FigureText.count(machine.effectiveCPUs, "worker")) for work that computes, not one \
          for each CPU that programs count, or raise the quota (cpu.max of the cgroup).
          """)
    ]
  }
}
