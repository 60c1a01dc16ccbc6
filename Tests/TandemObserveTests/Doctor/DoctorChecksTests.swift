import TandemModel
import TandemObserve
import TandemSystem
import Testing

/// Machines that nobody has at hand.
private enum MadeUp {
  /// A machine on which everything is there.
  static var wellMachine: Capabilities {
    Capabilities(
      cpus: CPUs(online: 8, allowed: 8, quota: nil), throttling: nil,
      kernel: KernelInfo(release: "6.1.0", machine: "x86_64"), effectiveUser: 1000,
      seccomp: .disabled, perf: PerfEvents.Probe(paranoid: 2, failure: nil),
      counters: .success(()),
      schedStat: .success(SchedStat(runNS: 1, waitNS: 0, timeslices: 1)),
      rollup: SmapsRollup(
        Array("Rss: 8 kB\nPss: 4 kB\nPrivate_Clean: 1 kB\nPrivate_Dirty: 2 kB\n".utf8)
      ).map { .success($0) } ?? .failure(.badMessage),
      syscallFile: .success(()), remoteMemory: .success(true), ptraceScope: 1,
      pidfd: .success(()), memfd: .success(()), closeRange: .success(()),
      limits: ResourceLimits(
        processes: .init(soft: 63000, hard: 63000), descriptors: .init(soft: 1024, hard: 1_048_576),
        cgroupPids: nil, pidMax: 4_194_304),
      sharedMemory: .success(
        FileSystemSpace(totalBytes: 8 << 30, availableBytes: (7 << 30) + (1 << 29))),
      overcommit: 0)
  }

  static let python = InterpreterSummary(
    path: "/usr/bin/python3", version: "3.13.0", implementation: "CPython", gilEnabled: true)

  static func machine(_ change: (inout Capabilities) -> Void) -> Capabilities {
    var machine = wellMachine
    change(&machine)
    return machine
  }

  static func withQuota(_ cpus: Double, _ version: CgroupVersion) -> Capabilities {
    machine {
      $0.cpus.quota = CgroupQuota(cpus: cpus, directory: "/sys/fs/cgroup/box", version: version)
    }
  }

  static func withPerf(
    _ stage: PerfEvents.Stage, _ errno: Errno?, paranoid: Int?,
    seccomp: ProcStatus.SeccompMode = .disabled
  ) -> Capabilities {
    machine {
      $0.perf = PerfEvents.Probe(
        paranoid: paranoid, failure: PerfEvents.Failure(stage: stage, errno: errno))
      $0.seccomp = seccomp
    }
  }
}

@Suite struct DoctorChecksTests {
  private func check(_ name: String, _ machine: Capabilities) throws -> DoctorCheck {
    try #require(
      DoctorChecks(machine, interpreters: [MadeUp.python]).all.first { $0.name == name })
  }

  @Test func aMachineOnWhichEverythingIsThereHasOnlyYes() {
    let checks = DoctorChecks(MadeUp.wellMachine, interpreters: [MadeUp.python]).all
    for check in checks {
      #expect(check.answer == .yes, "\(check.name)")
      #expect(check.cause == nil)
      #expect(check.remedy == nil)
      #expect(!check.value.isEmpty)
    }
    // The names that Documentation/doctor-1.md promises.
    #expect(
      checks.map(\.name) == [
        "cpus_online", "cpus_allowed", "cpu_quota", "cpus_effective", "perf_events",
        "cpu_counters", "schedstat",
        "smaps_rollup", "syscall_file", "process_vm_readv", "pidfd_open", "memfd_create",
        "close_range", "process_limit", "descriptor_limit", "shared_memory", "overcommit", "python",
      ])
  }

  /// Every error at every probe: whatever the kernel says, there is a cause and a mend.
  @Test(arguments: [Errno.notPermitted, .accessDenied, .noSuchFile, .notImplemented, .tryAgain])
  func everyNoHasItsCauseAndItsMend(error: Errno) {
    for seccomp in [nil, .disabled, .filter] as [ProcStatus.SeccompMode?] {
      for scope in [nil, 0, 1, 2, 3] {
        for stage in [PerfEvents.Stage.opening, .mapping, .recording, .inheriting] {
          let machine = MadeUp.machine {
            $0.seccomp = seccomp
            $0.ptraceScope = scope
            $0.perf = .init(paranoid: scope, failure: .init(stage: stage, errno: error))
            $0.counters = .failure(error)
            $0.schedStat = .failure(error)
            $0.rollup = .failure(error)
            $0.syscallFile = .failure(error)
            $0.remoteMemory = .failure(error)
            $0.pidfd = .failure(error)
            $0.memfd = .failure(error)
            $0.closeRange = .failure(error)
            $0.sharedMemory = .failure(error)
            $0.overcommit = nil
          }
          let troubled = DoctorChecks(machine, interpreters: []).all.filter { $0.answer != .yes }
          #expect(troubled.count == 12)
          for check in troubled {
            #expect(check.cause?.hasSuffix(".") == true, "\(check.name)")
            #expect(check.remedy?.isEmpty == false, "\(check.name)")
            #expect(check.remedy?.contains("\n") == false)
          }
        }
      }
    }
  }

  @Test(arguments: [Errno.noSuchFile, .notSupported, .noSuchDevice, .noData])
  func aMachineWithoutCountersIsNamed(error: Errno) throws {
    let check = try check("cpu_counters", MadeUp.machine { $0.counters = .failure(error) })
    #expect(check.answer == .no)
    #expect(check.cause?.contains("virtual machines") == true)
    #expect(check.remedy?.contains("PMU") == true)
  }

  @Test func aUserWhoMayNotCountIsToldWhatOpensIt() throws {
    let check = try check(
      "cpu_counters",
      MadeUp.machine {
        $0.counters = .failure(.accessDenied)
        $0.perf.paranoid = 3
      })
    #expect(check.remedy == "sudo sysctl kernel.perf_event_paranoid=2")
  }

  // MARK: CPUs

  @Test func anAffinityMaskIsNamed() throws {
    let check = try check("cpus_allowed", MadeUp.machine { $0.cpus.allowed = 2 })
    #expect(check.answer == .partly)
    #expect(check.cause?.contains("2 of 8") == true)
    #expect(check.remedy?.contains("taskset -c 0-7") == true)
  }

  @Test func aQuotaThatBindsIsNamedWithTheFileThatSetsIt() throws {
    let v2 = try check("cpu_quota", MadeUp.withQuota(1.5, .v2))
    #expect(v2.answer == .partly)
    #expect(v2.value == "1.5 CPUs")
    #expect(v2.remedy?.contains("/sys/fs/cgroup/box/cpu.max") == true)
    let v1 = try check("cpu_quota", MadeUp.withQuota(1, .v1))
    #expect(v1.value == "1 CPU")
    #expect(v1.remedy?.contains("/sys/fs/cgroup/box/cpu.cfs_quota_us") == true)
    #expect(
      try check("cpus_effective", MadeUp.withQuota(1.5, .v2)).value == "2, limited by the quota")
  }

  @Test func aQuotaBeyondTheCPUsIsNoTrouble() throws {
    #expect(try check("cpu_quota", MadeUp.withQuota(8, .v2)).answer == .yes)
    #expect(try check("cpu_quota", MadeUp.withQuota(1e300, .v2)).answer == .yes)
  }

  @Test func throttlingIsShownBesideTheQuota() throws {
    var machine = MadeUp.withQuota(0.5, .v2)
    machine.throttling = CgroupThrottling(
      Array("nr_periods 10\nnr_throttled 4\nthrottled_usec 5\n".utf8))
    #expect(try check("cpu_quota", machine).value == "0.5 CPUs, used up in 4 of 10 periods")
  }

  // MARK: Observing

  @Test func paranoiaIsMendedByTheLeastThatDoes() throws {
    let check = try check("perf_events", MadeUp.withPerf(.opening, .accessDenied, paranoid: 4))
    #expect(check.answer == .no)
    #expect(check.cause?.contains("perf_event_paranoid is 4") == true)
    #expect(check.remedy == "sudo sysctl kernel.perf_event_paranoid=2")
  }

  @Test func refusedThoughParanoiaAllowsItIsASecurityModule() throws {
    let check = try check("perf_events", MadeUp.withPerf(.opening, .accessDenied, paranoid: 2))
    #expect(check.remedy?.contains("cap_perfmon") == true)
  }

  @Test func aContainersFilterIsToldFromTheKernelsRefusal() throws {
    let filtered = try check(
      "perf_events", MadeUp.withPerf(.opening, .notPermitted, paranoid: 2, seccomp: .filter))
    #expect(filtered.cause?.contains("seccomp") == true)
    let refused = try check(
      "perf_events", MadeUp.withPerf(.opening, .notPermitted, paranoid: 2))
    #expect(refused.cause?.contains("seccomp") == false)
  }

  @Test func anEventThatRecordsNothingIsNotAYes() throws {
    #expect(
      try check("perf_events", MadeUp.withPerf(.recording, nil, paranoid: 2)).answer == .no)
    let full = try check("perf_events", MadeUp.withPerf(.mapping, .notPermitted, paranoid: 2))
    #expect(full.remedy?.contains("perf_event_mlock_kb") == true)
  }

  @Test func zerosInSchedStatAreNotMeasured() throws {
    let machine = MadeUp.machine {
      $0.schedStat = .success(SchedStat(runNS: 0, waitNS: 0, timeslices: 0))
    }
    #expect(try check("schedstat", machine).answer == .no)
  }

  @Test func yamaIsNamedWhereItForbids() throws {
    func mend(_ scope: Int?) throws -> String? {
      try check(
        "process_vm_readv",
        MadeUp.machine {
          $0.remoteMemory = .failure(.notPermitted)
          $0.ptraceScope = scope
        }
      ).remedy
    }
    #expect(try mend(2) == "sudo sysctl kernel.yama.ptrace_scope=1")
    // Once 3, it stays 3 until the next boot.
    #expect(try mend(3)?.contains("reboot") == true)
    #expect(try mend(1)?.contains("ptrace_scope") == false)
  }

  @Test func wrongBytesFromAChildAreNotAYes() throws {
    #expect(
      try check("process_vm_readv", MadeUp.machine { $0.remoteMemory = .success(false) }).answer
        == .no)
  }

  // MARK: Workers

  @Test func theSmallestLimitOfProcessesCountsAndRootIsNotBoundByItsOwn() throws {
    func value(_ change: (inout Capabilities) -> Void) throws -> DoctorCheck {
      try check("process_limit", MadeUp.machine(change))
    }
    #expect(try value { $0.limits.processes.soft = 100 }.value == "100 for this user")
    #expect(try value { $0.limits.processes.soft = 100 }.answer == .partly)
    #expect(try value { $0.limits.processes.soft = 100 }.remedy == "ulimit -u 4096")
    let stuck = try value { $0.limits.processes = .init(soft: 100, hard: 100) }
    #expect(stuck.remedy?.contains("limits.conf") == true)
    let root = try value {
      $0.limits.processes.soft = 100
      $0.effectiveUser = 0
    }
    #expect(root.answer == .yes)
    #expect(root.value == "4194304 on this machine")
    let container = try value { $0.limits.cgroupPids = 64 }
    #expect(container.value == "64 in this cgroup")
    #expect(container.remedy?.contains("pids") == true)
  }

  @Test func fewDescriptorsAreRaisedByWhoeverCan() throws {
    let own = try check(
      "descriptor_limit", MadeUp.machine { $0.limits.descriptors = .init(soft: 256, hard: 1024) })
    #expect(own.value == "256, up to 1\u{202F}024")
    #expect(own.remedy == "ulimit -n 1024")
    let roots = try check(
      "descriptor_limit", MadeUp.machine { $0.limits.descriptors = .init(soft: 256, hard: 256) })
    #expect(roots.remedy?.contains("limits.conf") == true)
    let none = try check(
      "descriptor_limit", MadeUp.machine { $0.limits.descriptors = .init(soft: nil, hard: nil) })
    #expect(none.value == "no limit")
  }

  @Test func littleSharedMemoryIsNamed() throws {
    let check = try check(
      "shared_memory",
      MadeUp.machine {
        $0.sharedMemory = .success(
          FileSystemSpace(totalBytes: 64 << 20, availableBytes: (10 << 20) + (512 << 10)))
      })
    #expect(check.answer == .partly)
    #expect(check.value == "10.5 MiB free of 64.0 MiB")
    #expect(
      try self.check("shared_memory", MadeUp.wellMachine).value == "7.50 GiB free of 8.00 GiB")
    let extreme = MadeUp.machine {
      $0.sharedMemory = .success(FileSystemSpace(totalBytes: .max, availableBytes: 0))
    }
    #expect(
      try self.check("shared_memory", extreme).value == "0 B free of 16\u{202F}777\u{202F}216 TiB")
  }

  @Test func strictOvercommitIsNamed() throws {
    let check = try check("overcommit", MadeUp.machine { $0.overcommit = 2 })
    #expect(check.answer == .partly)
    #expect(check.remedy == "sudo sysctl vm.overcommit_memory=0")
  }

  // MARK: Python

  @Test func eachPythonTellsItsLock() {
    let others = [
      MadeUp.python,
      InterpreterSummary(
        path: "/opt/3.13t", version: "3.13.0", implementation: "CPython", gilEnabled: false),
      InterpreterSummary(
        path: "/opt/old", version: "3.7.16", implementation: "CPython", gilEnabled: nil),
    ]
    let checks = DoctorChecks(MadeUp.wellMachine, interpreters: others).pythonOnes
    #expect(checks.map(\.title) == ["CPython 3.13.0", "CPython 3.13.0", "CPython 3.7.16"])
    #expect(
      checks.map(\.value) == [
        "GIL on, /usr/bin/python3", "GIL off, /opt/3.13t", "GIL unknown, /opt/old",
      ])
    #expect(checks.map(\.answer) == [.yes, .yes, .partly])
  }

  @Test func notFoundIsANoAndNotLookedForIsNothing() {
    #expect(DoctorChecks(MadeUp.wellMachine, interpreters: []).pythonOnes.map(\.answer) == [.no])
    #expect(DoctorChecks(MadeUp.wellMachine, interpreters: nil).pythonOnes.isEmpty)
  }
}

extension DoctorChecks {
  /// The checks of Pythons.
  fileprivate var pythonOnes: [DoctorCheck] { all.filter { $0.area == .python } }
}
