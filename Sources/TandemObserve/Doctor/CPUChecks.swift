import TandemModel
import TandemSystem
import TandemText

/// How many workers can run at once, and what limits that.
extension DoctorChecks {
  var cpuChecks: [DoctorCheck] {
    [
      DoctorCheck(
        "cpus_online", .cpus, "CPUs online", value: "\(found.cpus.online)", problem: nil),
      DoctorCheck(
        "cpus_allowed", .cpus, "CPUs allowed", value: "\(found.cpus.allowed)",
        problem: affinityProblem, otherwise: .partly),
      DoctorCheck(
        "cpu_quota", .cpus, "CPU quota", value: quotaValue, problem: quotaProblem,
        otherwise: .partly),
      DoctorCheck(
        "cpus_effective", .cpus, "workers on a CPU at once",
        value: "\(found.cpus.effective)\(bound)",
        problem: nil),
    ]
  }

  private var bound: String {
    switch found.cpus.bound {
    case .online: ", as many as there are CPUs"
    case .allowed: ", limited by the CPUs allowed"
    case .quota: ", limited by the quota"
    }
  }

  private var affinityProblem: Problem? {
    let (online, allowed) = (found.cpus.online, found.cpus.allowed)
    guard allowed < online else { return nil }
    return Problem(
      cause: "An affinity mask or a cpuset limits this process to \(allowed) of \(online) CPUs.",
      remedy: "taskset -c 0-\(online - 1) tandem …, or widen the cpuset")
  }

  private var quotaValue: String {
    guard let quota = found.cpus.quota else { return "none" }
    let stopped = found.throttling.map {
      ", used up in \($0.throttledPeriods) of \($0.periods) periods"
    }
    return FigureText.cpus(quota.cpus) + (stopped ?? "")
  }

  private var quotaProblem: Problem? {
    let cpus = found.cpus
    guard let quota = cpus.quota, quota.cpus < Double(min(cpus.online, cpus.allowed)) else {
      return nil
    }
    let remedy =
      switch quota.version {
      case .v1: "echo -1 | sudo tee \(quota.directory)/cpu.cfs_quota_us"
      case .v2: "echo max | sudo tee \(quota.directory)/cpu.max"
      }
    return Problem(
      cause: "The cgroup \(quota.directory) limits its processes to the CPU time of"
        + " \(FigureText.cpus(quota.cpus)).",
      remedy: "\(remedy), or a larger --cpus for the container")
  }
}
