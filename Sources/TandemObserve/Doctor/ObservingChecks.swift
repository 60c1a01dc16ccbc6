import TandemModel
import TandemSystem

/// What can be seen of threads and processes.
extension DoctorChecks {
  var observingChecks: [DoctorCheck] {
    [
      DoctorCheck(
        "perf_events", .observing, "exact switch times", value: perfValue, problem: perfProblem),
      DoctorCheck(
        "cpu_counters", .observing, "instructions and cycles",
        value: value(found.counters, "the CPU's counters"), problem: countersProblem),
      DoctorCheck(
        "schedstat", .observing, "run and wait times",
        value: value(found.schedStat, "/proc/thread-self/schedstat"), problem: schedStatProblem),
      DoctorCheck(
        "smaps_rollup", .observing, "memory of workers",
        value: value(found.rollup, "/proc/PID/smaps_rollup"), problem: rollupProblem),
      DoctorCheck(
        "syscall_file", .observing, "what a thread waits for",
        value: value(found.syscallFile, "/proc/PID/syscall"), problem: syscallFileProblem),
      DoctorCheck(
        "process_vm_readv", .observing, "the GIL, read from outside",
        value: value(found.remoteMemory, "process_vm_readv") + ptraceValue,
        problem: remoteMemoryProblem),
    ]
  }

  private func value<Value>(_ result: Result<Value, Errno>, _ name: String) -> String {
    switch result {
    case .success: name
    case .failure(let error): "\(name): \(error)"
    }
  }

  private var isFiltered: Bool { found.seccomp == .filter || found.seccomp == .strict }

  // MARK: Switches

  private var perfValue: String {
    let paranoid = found.perf.paranoid.map { "perf_event_paranoid \($0)" } ?? "no perf events"
    guard let failure = found.perf.failure else { return "perf events, \(paranoid)" }
    return failure.errno.map { "\($0), \(paranoid)" } ?? paranoid
  }

  private var perfProblem: Problem? {
    found.perf.failure.map {
      Problem(
        $0, paranoid: found.perf.paranoid, isFiltered: isFiltered, kernel: found.kernel.release)
    }
  }

  // MARK: Counters

  private var countersProblem: Problem? {
    switch found.counters {
    case .success: nil
    case .failure(.noSuchFile), .failure(.notSupported), .failure(.noSuchDevice),
      .failure(.noData):
      Problem(
        cause:
          "This machine shows its CPUs' counters to no program, as most virtual machines don't.",
        remedy: "use a physical machine, or give the virtual one a PMU (QEMU: -cpu host,pmu=on)")
    case .failure(let error):
      Problem(
        PerfEvents.Failure(stage: .opening, errno: error), paranoid: found.perf.paranoid,
        isFiltered: isFiltered, kernel: found.kernel.release)
    }
  }

  // MARK: Files

  private var schedStatProblem: Problem? {
    switch found.schedStat {
    case .success(let stat) where stat.timeslices > 0: nil
    case .success:
      // Without CONFIG_SCHED_INFO the file holds zeros.
      Problem(
        cause: "The kernel doesn't keep these figures; the file holds only zeros.",
        remedy: "use a kernel with CONFIG_SCHED_INFO=y")
    case .failure: Self.missingFile("CONFIG_SCHED_INFO=y")
    }
  }

  private var rollupProblem: Problem? {
    switch found.rollup {
    case .success: nil
    case .failure(.noSuchFile), .failure(.noSuchProcess):
      Problem(
        cause: "The kernel \(found.kernel.release) has no such file, or /proc isn't mounted.",
        remedy: "use Linux 4.14 or newer, with CONFIG_PROC_PAGE_MONITOR=y and /proc mounted")
    case .failure(let error): inspecting(error)
    }
  }

  private var syscallFileProblem: Problem? {
    switch found.syscallFile {
    case .success: nil
    case .failure(.noSuchFile): Self.missingFile("CONFIG_HAVE_ARCH_TRACEHOOK=y")
    case .failure(let error): inspecting(error)
    }
  }

  private static func missingFile(_ option: String) -> Problem {
    Problem(
      cause: "The kernel has no such file, or /proc isn't mounted.",
      remedy: "mount -t proc proc /proc, or use a kernel with \(option)")
  }

  // MARK: Inspecting another process (ptrace(2), "Ptrace access mode checking")

  private var ptraceValue: String {
    guard case .success = found.remoteMemory, let scope = found.ptraceScope, scope > 0 else {
      return ""
    }
    return ", ptrace_scope \(scope)"
  }

  private var remoteMemoryProblem: Problem? {
    switch found.remoteMemory {
    case .success(true): nil
    case .success(false):
      Problem(
        cause: "Memory read from a child process had the wrong contents.",
        remedy: "run outside the sandbox, which emulates this system call")
    case .failure(.notImplemented):
      Problem(
        cause: "The kernel, or the sandbox around it, has no process_vm_readv.",
        remedy: "use a kernel with CONFIG_CROSS_MEMORY_ATTACH=y, outside the sandbox")
    case .failure(let error): inspecting(error)
    }
  }

  /// Why this process can't inspect a child of its own.
  private func inspecting(_ error: Errno) -> Problem {
    switch error {
    case .tryAgain:
      return Problem(
        cause: "No child process could be started for the check: the process limit is reached.",
        remedy: "ulimit -u 4096")
    case .notPermitted, .accessDenied:
      if let scope = found.ptraceScope, scope > 2 {
        return Problem(
          cause:
            "kernel.yama.ptrace_scope is \(scope), which can't be changed until the next boot.",
          remedy: "set kernel.yama.ptrace_scope = 1 in /etc/sysctl.d, then reboot")
      }
      if let scope = found.ptraceScope, scope > 1 {
        return Problem(
          cause: "kernel.yama.ptrace_scope is \(scope): only root may inspect other processes.",
          remedy: "sudo sysctl kernel.yama.ptrace_scope=1")
      }
      if isFiltered {
        return Problem(
          cause: "The container's seccomp filter forbids it.",
          remedy: "docker run --cap-add SYS_PTRACE …")
      }
      return Problem(
        cause: "A security module forbids this process to inspect its own child.",
        remedy: "sudo setcap cap_sys_ptrace+ep \"$(command -v tandem)\"")
    default:
      return Problem(
        cause: "The kernel refused: \(error).", remedy: "run as the user that owns the processes")
    }
  }
}
