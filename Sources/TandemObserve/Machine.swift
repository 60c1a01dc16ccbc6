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
