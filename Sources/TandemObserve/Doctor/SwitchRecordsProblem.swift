import TandemModel
import TandemSystem

/// Why the kernel records no switches, and the remedy.
extension Problem {
  /// Explains a failure.
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
          "The kernel records nothing about a program that runs with another user's rights or whose file can't be read.",
        remedy: "run tandem as that user, or make the file readable")
    }
    guard let errno = failure.errno else {
      return Problem(
        cause:
          "Perf events can be opened here, but they record no switches; some sandboxes behave like this.",
        remedy: "run outside the sandbox; otherwise switches are sampled from /proc")
    }
    if failure.stage == .mapping, errno == .notPermitted {
      return Problem(
        cause: "This user has no locked memory left for perf buffers.",
        remedy: "sudo sysctl kernel.perf_event_mlock_kb=2048")
    }
    switch errno {
    case .accessDenied:
      if let paranoid, paranoid > 2 {
        return Problem(
          cause: "kernel.perf_event_paranoid is \(paranoid): only root may use perf events.",
          remedy: "sudo sysctl kernel.perf_event_paranoid=2")
      }
      return Problem(
        cause: "A security module (SELinux, AppArmor) forbids perf events to this program.",
        remedy: "sudo setcap cap_perfmon+ep \"$(command -v tandem)\"")
    case .notPermitted where isFiltered:
      return Problem(
        cause: "The container's seccomp filter forbids perf_event_open.",
        remedy: "docker run --security-opt seccomp=unconfined …, or a profile that allows it")
    case .notPermitted:
      return Problem(
        cause: "The kernel allows perf events only to privileged processes.",
        remedy: "sudo sysctl kernel.perf_event_paranoid=2")
    case .invalidArgument:
      return Problem(
        cause:
          "The kernel \(kernel) can't record switches; this needs Linux 4.3.",
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
        remedy:
          "sudo sysctl kernel.perf_event_paranoid=2; otherwise switches are sampled from /proc")
    }
  }
}

extension PerfEvents.Failure {
  /// The cause on this machine, as a clause that starts in lower case, and the remedy, one line.
  package var inWords: (cause: String, remedy: String) {
    let filter = (try? ProcStatus.read(.ownThread))?.seccomp
    let problem = Problem(
      self, paranoid: try? ProcFile.integer("/proc/sys/kernel/perf_event_paranoid"),
      isFiltered: filter == .filter || filter == .strict, kernel: KernelInfo.current().release)
    let cause = problem.cause.hasSuffix(".") ? problem.cause.dropLast() : problem.cause[...]
    return (cause.prefix(1).lowercased() + cause.dropFirst(), problem.remedy)
  }
}
