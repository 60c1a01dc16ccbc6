package import TandemModel
package import TandemSystem

extension ResourceUsage {
  /// Converts the kernel's account into the report's units.
  ///
  /// - Parameter usage: what getrusage(2) or wait4(2) said.
  package init(_ usage: RUsage) {
    self.init(
      userSeconds: Double(usage.userNS) / 1e9, systemSeconds: Double(usage.systemNS) / 1e9,
      switches: ContextSwitches(usage), maxResidentKiB: Int(clamping: usage.maxResidentKiB))
  }
}

extension ContextSwitches {
  /// The switches of the kernel's account.
  ///
  /// - Parameter usage: what getrusage(2) or wait4(2) said.
  package init(_ usage: RUsage) {
    self.init(
      voluntary: Double(usage.voluntarySwitches), involuntary: Double(usage.involuntarySwitches))
  }
}
