package import TandemModel
package import TandemSystem

/// The machine, as far as it bounds parallelism.
package enum Machine {
  /// Reads the machine as this process can use it.
  ///
  /// - Returns: the numbers of CPUs and the kernel's release.
  package static func summary() -> MachineSummary {
    summary(cpus: CPUs.read(), kernel: KernelInfo.current())
  }

  /// Makes the report's summary of what was read.
  ///
  /// - Parameters:
  ///   - cpus: the numbers of CPUs.
  ///   - kernel: the kernel.
  /// - Returns: the summary.
  package static func summary(cpus: CPUs, kernel: KernelInfo) -> MachineSummary {
    MachineSummary(
      cpusOnline: cpus.online, cpusAllowed: cpus.allowed, cpuQuota: cpus.quota?.cpus,
      effectiveCPUs: cpus.effective, kernel: kernel.release)
  }
}

extension ResourceUsage {
  /// Converts the kernel's account to the report's units.
  ///
  /// - Parameter usage: what getrusage(2) or wait4(2) said.
  package init(_ usage: RUsage) {
    self.init(
      userSeconds: Double(usage.userNS) / 1e9, systemSeconds: Double(usage.systemNS) / 1e9,
      switches: ContextSwitches(
        voluntary: Double(usage.voluntarySwitches), involuntary: Double(usage.involuntarySwitches)),
      maxResidentKiB: Int(clamping: usage.maxResidentKiB))
  }
}
