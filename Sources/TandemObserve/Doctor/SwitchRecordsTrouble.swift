import TandemModel
import TandemSystem

/// Why the kernel gives no records of switches, and what to do about it.
extension Trouble {
  /// Judges a failure.
  ///
  /// - Parameters:
  ///   - failure: what failed.
  ///   - paranoid: `kernel.perf_event_paranoid`; nil when the kernel has no perf events.
  ///   - isFiltered: whether a seccomp filter judges this process's system calls.
  ///   - kernel: the kernel's release.
  init(_ failure: PerfEvents.Failure, paranoid: Int?, isFiltered: Bool, kernel: String) {
    self = Self.judge(failure, paranoid: paranoid, isFiltered: isFiltered, kernel: kernel)
  }

  private static func judge(
    _ failure: PerfEvents.Failure, paranoid: Int?, isFiltered: Bool, kernel: String
  ) -> Trouble {
    if failure.stage == .following {
      return Trouble(
        cause:
          "The kernel keeps no records of a program with another user's rights, or whose file can't be read.",
        remedy: "watch it as the user that it runs as, or make its file readable")
    }
    guard let errno = failure.errno else {
      return Trouble(
        cause:
          "An event could be opened, but a switch left no record in it; some sandboxes are so.",
        remedy: "run outside the sandbox; until then, switches are sampled from /proc")
    }
    if failure.stage == .mapping, errno == .notPermitted {
      return Trouble(
        cause: "The memory for records that a user may lock is used up.",
        remedy: "sudo sysctl kernel.perf_event_mlock_kb=2048")
    }
    switch errno {
    case .accessDenied:
      if let paranoid, paranoid > 2 {
        return Trouble(
          cause: "kernel.perf_event_paranoid is \(paranoid): perf events are for root alone.",
          remedy: "sudo sysctl kernel.perf_event_paranoid=2")
      }
      return Trouble(
        cause: "A security module (SELinux, AppArmor) keeps perf events from this program.",
        remedy: "sudo setcap cap_perfmon+ep \"$(command -v tandem)\"")
    case .notPermitted where isFiltered:
      return Trouble(
        cause: "The container's seccomp filter refuses perf_event_open.",
        remedy: "docker run --security-opt seccomp=unconfined …, or a profile that allows it")
    case .notPermitted:
      return Trouble(
        cause: "The kernel lets only privileged processes use perf events.",
        remedy: "sudo sysctl kernel.perf_event_paranoid=2")
    case .invalidArgument:
      return Trouble(
        cause:
          "The kernel \(kernel) can't record switches; Linux 4.3 was the first to.",
        remedy: "use Linux 4.3 or newer")
    case .noSuchFile, .notImplemented:
      return Trouble(
        cause: "The kernel, or the sandbox around it, has no perf events.",
        remedy: "use a kernel with CONFIG_PERF_EVENTS=y, outside the sandbox")
    case .tooManyOpenFiles:
      return Trouble(cause: "This process has no descriptor left.", remedy: "ulimit -n 4096")
    default:
      return Trouble(
        cause: "The kernel refused: \(errno) (\(failure.stage.rawValue)).",
        remedy: "sudo sysctl kernel.perf_event_paranoid=2; else switches are sampled from /proc")
    }
  }
}

extension PerfEvents.Failure {
  /// What it means on this machine, as a part of a sentence, and what to do about it, a line.
  package var inWords: (cause: String, remedy: String) {
    let filter = (try? ProcStatus.read(.ownThread))?.seccomp
    let trouble = Trouble(
      self, paranoid: try? ProcFile.integer("/proc/sys/kernel/perf_event_paranoid"),
      isFiltered: filter == .filter || filter == .strict, kernel: KernelInfo.current().release)
    let cause = trouble.cause.hasSuffix(".") ? trouble.cause.dropLast() : trouble.cause[...]
    return (cause.prefix(1).lowercased() + cause.dropFirst(), trouble.remedy)
  }
}
