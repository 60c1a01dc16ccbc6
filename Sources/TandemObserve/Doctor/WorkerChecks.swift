import TandemModel
import TandemSystem
import TandemText

/// What Tandem needs to start workers.
extension DoctorChecks {
  /// Fewer processes than this may not be enough for a hundred workers and the other programs.
  static let fewProcesses: UInt64 = 512
  /// Fewer descriptors than this may not be enough for a hundred workers.
  static let fewDescriptors: UInt64 = 512
  /// Bytes of shared memory that containers get by default.
  static let littleSharedMemory: UInt64 = 64 << 20

  var workerChecks: [DoctorCheck] {
    [
      DoctorCheck(
        "pidfd_open", .workers, "ends of workers", value: value(found.pidfd, "pidfd_open"),
        problem: problem(found.pidfd, "pidfd_open", since: "5.3")),
      DoctorCheck(
        "memfd_create", .workers, "unnamed shared memory",
        value: value(found.memfd, "memfd_create"),
        problem: problem(found.memfd, "memfd_create", since: "3.17")),
      DoctorCheck(
        "close_range", .workers, "closing descriptors at once",
        value: value(found.closeRange, "close_range"),
        problem: problem(found.closeRange, "close_range", since: "5.9"), otherwise: .partly),
      DoctorCheck(
        "process_limit", .workers, "processes and threads", value: processValue,
        problem: processProblem, otherwise: .partly),
      DoctorCheck(
        "descriptor_limit", .workers, "descriptors", value: descriptorValue,
        problem: descriptorProblem, otherwise: .partly),
      sharedMemoryCheck,
      overcommitCheck,
    ]
  }

  // MARK: System calls

  private func value(_ trial: Capabilities.Trial, _ call: String) -> String {
    switch trial {
    case .success: call
    case .failure(let error): "\(call): \(error)"
    }
  }

  private func problem(
    _ trial: Capabilities.Trial, _ call: String, since version: String
  ) -> Problem? {
    switch trial {
    case .success: nil
    case .failure(.notImplemented):
      Problem(
        cause: "The kernel \(found.kernel.release) has no \(call), or a filter hides it.",
        remedy: "use Linux \(version) or newer, or a newer container runtime")
    case .failure(.notPermitted), .failure(.accessDenied):
      Problem(
        cause: "The container's seccomp filter forbids \(call).",
        remedy: "docker run --security-opt seccomp=unconfined …, or a profile that allows it")
    case .failure(.tooManyOpenFiles):
      Problem(cause: "This process has no descriptor left.", remedy: "ulimit -n 4096")
    case .failure(let error):
      Problem(cause: "The kernel refused: \(error).", remedy: "use Linux \(version) or newer")
    }
  }

  // MARK: Limits

  /// RLIMIT_NPROC doesn't limit root.
  private var userProcesses: UInt64? {
    found.effectiveUser == 0 ? nil : found.limits.processes.soft
  }

  private var processLimit: UInt64? {
    [
      userProcesses, found.limits.cgroupPids.map { UInt64(clamping: $0) },
      found.limits.pidMax.map { UInt64(clamping: $0) },
    ].compactMap(\.self).min()
  }

  private var processValue: String {
    guard let limit = processLimit else { return "no limit" }
    if limit == userProcesses { return "\(limit) for this user" }
    if limit == found.limits.cgroupPids.map({ UInt64(clamping: $0) }) {
      return "\(limit) in this cgroup"
    }
    return "\(limit) on this machine"
  }

  private var processProblem: Problem? {
    guard let limit = processLimit, limit < Self.fewProcesses else { return nil }
    let cause =
      "At most \(limit) processes and threads can exist together, including those already running."
    if limit == userProcesses {
      return Problem(
        cause: cause,
        remedy: Self.raising(found.limits.processes, option: "-u", name: "nproc"))
    }
    return Problem(cause: cause, remedy: "docker run --pids-limit 4096 …, or a larger pids.max")
  }

  private var descriptorValue: String {
    let limits = found.limits.descriptors
    if limits.hard == limits.soft { return Self.text(limits.soft) }
    return "\(Self.text(limits.soft)), up to \(Self.text(limits.hard))"
  }

  private var descriptorProblem: Problem? {
    let limits = found.limits.descriptors
    guard let soft = limits.soft, soft < Self.fewDescriptors else { return nil }
    return Problem(
      cause: "At most \(soft) descriptors can be open; each worker process needs several.",
      remedy: Self.raising(limits, option: "-n", name: "nofile"))
  }

  private static func text(_ limit: UInt64?) -> String {
    limit.map { FigureText.count(Int(clamping: $0)) } ?? "no limit"
  }

  /// How to raise a soft limit: anyone can up to the hard limit, only root beyond it.
  private static func raising(
    _ limits: ResourceLimits.Pair, option: String, name: String
  ) -> String {
    guard let hard = limits.hard else { return "ulimit \(option) 4096" }
    if hard > limits.soft ?? hard { return "ulimit \(option) \(min(hard, 4096))" }
    return "raise \(name) in /etc/security/limits.conf, then log in again"
  }

  // MARK: Memory

  private var sharedMemoryCheck: DoctorCheck {
    let (name, title) = ("shared_memory", "/dev/shm")
    switch found.sharedMemory {
    case .success(let space):
      let isLittle = space.availableBytes < Self.littleSharedMemory
      return DoctorCheck(
        name, .workers, title,
        value:
          "\(FigureText.memory(kib: Double(space.availableBytes) / 1024)) free of \(FigureText.memory(kib: Double(space.totalBytes) / 1024))",
        problem: isLittle
          ? Problem(
            cause: "Python keeps locks and shared arrays there, and little space is left.",
            remedy: "docker run --shm-size 1g …, or sudo mount -o remount,size=1G /dev/shm") : nil,
        otherwise: .partly)
    case .failure(let error):
      return DoctorCheck(
        name, .workers, title, value: "\(error)",
        problem: Problem(
          cause: "Python keeps locks and shared arrays there, and fails without it.",
          remedy: "sudo mount -t tmpfs -o size=1G tmpfs /dev/shm"))
    }
  }

  private var overcommitCheck: DoctorCheck {
    let (value, problem): (String, Problem?) =
      switch found.overcommit {
      case 0: ("0: refuses only obvious overcommits", nil)
      case 1: ("1: never refuses", nil)
      case 2:
        (
          "2: counts every page",
          Problem(
            cause:
              "Memory counts as used when it is reserved, so 8 MiB stacks and the fork of a large"
              + " process may be refused.",
            remedy: "sudo sysctl vm.overcommit_memory=0")
        )
      default:
        (
          "not readable",
          Problem(
            cause: "/proc/sys/vm/overcommit_memory can't be read, or its value is unknown.",
            remedy: "mount -t proc proc /proc")
        )
      }
    return DoctorCheck(
      "overcommit", .workers, "memory overcommit", value: value, problem: problem,
      otherwise: .partly)
  }
}
