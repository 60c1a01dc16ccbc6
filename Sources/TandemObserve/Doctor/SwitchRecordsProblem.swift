import TandemModel
import TandemSystem

/// Why the kernel gives no records of switches, and what to do about it.
extension Problem {
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
  ) -> Problem {
    if failure.stage == .following {
      return Problem(
        cause:
          "The kernel keeps no records of a program with another user's rights, or whose file can't be read.",
        remedy: "watch it as the user that it runs as, or make its file readable")
    }
    guard let errno = failure.errno else {
      return Problem(
        cause:
          "An event could be opened, but a switch left no record in it; some sandboxes are so.",
        remedy: "run outside the sandbox; until then, switches are sampled from /proc")
    }
    if failure.stage == .mapping, errno == .notPermitted {
      return Problem(
        cause: "The memory for records that a user may lock is used up.",
        remedy: "sudo sysctl kernel.perf_event_mlock_kb=2048")
    }
    switch errno {
    case .accessDenied:
      if let paranoid, paranoid > 2 {
        return Problem(
          cause: "kernel.perf_event_paranoid is \(paranoid): perf events are for root alone.",
          remedy: "sudo sysctl kernel.perf_event_paranoid=2")
      }
      return Problem(
        cause: "A security module (SELinux, AppArmor) keeps perf events from this program.",
        remedy: "sudo setcap cap_perfmon+ep \"$(command -v tandem)\"")
    case .notPermitted where isFiltered:
      return Problem(
        cause: "The container's seccomp filter refuses perf_event_open.",
        remedy: "docker run --security-opt seccomp=unconfined …, or a profile that allows it")
    case .notPermitted:
      return Problem(
        cause: "The kernel lets only privileged processes use perf events.",
        remedy: "sudo sysctl kernel.perf_event_paranoid=2")
    case .invalidArgument:
      return Problem(
        cause:
          "The kernel \(kernel) can't record switches; Linux 4.3 was the first to.",
        remedy: "use Linux 4.3 or newer")
    case .noSuchFile, .notImplemented:
      return Problem(
        cause: "The kernel, or the sandbox around it, has no perf events.",
        remedy: "use a kernel with CONFIG_PERF_EVENTS=y, outside the sandbox")
    case .tooManyOpenFiles:
      return Problem(cause: "This process has no descriptor left.", remedy: "ulimit -n 4096")
    default:
      return Problem(
        cause: "The kernel refused: \(errno) (\(failure.stage.rawValue)).",
        remedy: "sudo sysctl kernel.perf_event_paranoid=2; else switches are sampled from /proc")
    }
  }
}

extension PerfEvents.Failure {
  /// What it means on this machine, as a part of a sentence, and what to do about it, a line.
  package var inWords: (cause: String, remedy: String) {
    let filter = (try? ProcStatus.read(.ownThread))?.seccomp
    let problem = Problem(
      self, paranoid: try? ProcFile.integer("/proc/sys/kernel/perf_event_paranoid"),
      isFiltered: filter == .filter || filter == .strict, kernel: KernelInfo.current().release)
    let cause = problem.cause.hasSuffix(".") ? problem.cause.dropLast() : problem.cause[...]
    return (cause.prefix(1).lowercased() + cause.dropFirst(), problem.remedy)
  }
}
