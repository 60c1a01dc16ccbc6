import TandemModel
import TandemSystem

extension ResourceUsage {
  /// What the kernel accounted to a process.
  init(_ usage: RUsage) {
    self.init(
      userSeconds: Double(usage.userNS) / 1e9, systemSeconds: Double(usage.systemNS) / 1e9,
      switches: ContextSwitches(
        voluntary: Double(usage.voluntarySwitches),
        involuntary: Double(usage.involuntarySwitches)),
      maxResidentKiB: Int(clamping: usage.maxResidentKiB))
  }
}
