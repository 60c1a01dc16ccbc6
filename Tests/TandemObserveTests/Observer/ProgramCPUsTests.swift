import Foundation
import Glibc
import TandemModel
import TandemObserve
import TandemSystem
import Testing

/// The CPUs that a watched program can use, from files that are made up.
@Suite struct ProgramCPUsTests {
  private static let pid = getpid()
  private static let mounts = "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"

  private static func write(_ text: String, _ path: String, in root: URL) throws {
    let file = root.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  private static func stat(_ us: Int) -> String {
    "usage_usec 9\nnr_periods 10\nnr_throttled 4\nthrottled_usec \(us)\n"
  }

  @Test func itMovesToACgroupOfVersion2WithAQuota() throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "tandem-cpus-\(UUID())")
    defer { try? FileManager.default.removeItem(at: root) }
    try Self.write("0-7\n", "sys/devices/system/cpu/online", in: root)
    try Self.write(Self.mounts, "proc/self/mountinfo", in: root)
    try Self.write("0::/\n", "proc/\(Self.pid)/cgroup", in: root)
    try Self.write("50000 100000\n", "sys/fs/cgroup/a/cpu.max", in: root)
    try Self.write(Self.stat(1_000), "sys/fs/cgroup/a/cpu.stat", in: root)

    var cpus = ProgramCPUs(of: Self.pid, nowNS: 0, root: root.path())
    let free = min(8, try CPUs.allowedNumbers().count)
    #expect(cpus.now.effective == free && cpus.throttledNS == nil)
    try Self.write("0::/a/b\n", "proc/\(Self.pid)/cgroup", in: root)
    // Not before it is time.
    #expect(cpus.update(nowNS: 1) == nil && cpus.now.quota == nil)
    let change = cpus.update(nowNS: 50_000_000)
    if free > 1 { #expect(change?.cpus == 1 && change?.always == true) }
    #expect(cpus.now.quota?.cpus == 0.5 && cpus.throttledNS == 0)
    // What the group was stopped before isn't the program's.
    try Self.write(Self.stat(3_500), "sys/fs/cgroup/a/cpu.stat", in: root)
    cpus.readThrottling()
    #expect(cpus.throttledNS == 2_500_000)
    // It leaves the group again, later: what it was stopped there stays.
    try Self.write(Self.stat(4_000), "sys/fs/cgroup/a/cpu.stat", in: root)
    try Self.write("0::/\n", "proc/\(Self.pid)/cgroup", in: root)
    let later = cpus.update(nowNS: 5_000_000_000)
    if free > 1 { #expect(later?.cpus == Double(free) && later?.always == false) }
    #expect(cpus.throttledNS == 3_000_000)
    try Self.write(Self.stat(9_000), "sys/fs/cgroup/a/cpu.stat", in: root)
    cpus.readThrottling()
    #expect(cpus.throttledNS == 3_000_000)
  }

  /// The kernel moves a process that ends to the root cgroup, which has no quota.
  @Test func aProcessThatHasEndedKeepsItsQuota() throws {
    var pid: pid_t = 0
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("/bin/true"), nil]
    defer { free(arguments[0]) }
    try #require(posix_spawn(&pid, "/bin/true", nil, nil, &arguments, nil) == 0)
    defer { waitpid(pid, nil, 0) }
    let root = FileManager.default.temporaryDirectory.appending(path: "tandem-cpus-\(UUID())")
    defer { try? FileManager.default.removeItem(at: root) }
    try Self.write("0-7\n", "sys/devices/system/cpu/online", in: root)
    try Self.write(Self.mounts, "proc/self/mountinfo", in: root)
    try Self.write("0::/a\n", "proc/\(pid)/cgroup", in: root)
    try Self.write("50000 100000\n", "sys/fs/cgroup/a/cpu.max", in: root)
    var cpus = ProgramCPUs(of: pid, nowNS: 0, root: root.path())
    #expect(cpus.now.quota?.cpus == 0.5)

    // Waits for its end and leaves it a zombie (waitid(2)).
    var end = siginfo_t()
    try #require(waitid(P_PID, id_t(pid), &end, WEXITED | WNOWAIT) == 0)
    #expect(try ThreadStat.read(pid, of: pid).isExiting)
    try Self.write("0::/\n", "proc/\(pid)/cgroup", in: root)
    #expect(cpus.update(nowNS: 5_000_000_000) == nil)
    #expect(cpus.now.quota?.cpus == 0.5)
  }

  @Test func withoutCgroupsThereIsNoQuota() throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "tandem-cpus-\(UUID())")
    defer { try? FileManager.default.removeItem(at: root) }
    try Self.write("0-1\n", "sys/devices/system/cpu/online", in: root)
    var cpus = ProgramCPUs(of: Self.pid, nowNS: 0, root: root.path())
    #expect(cpus.now.quota == nil && cpus.throttledNS == nil)
    #expect(cpus.update(nowNS: 60_000_000) == nil)
    cpus.readThrottling()
    #expect(cpus.throttledNS == nil)
  }

  // MARK: What the sweep makes of it

  private static func sweep(_ cpus: Double) -> ProgramSweep {
    var sweep = ProgramSweep(beganNS: 0, cpus: cpus)
    var workers = StateTable()
    workers[.onCPU] = 1
    workers[.runnable] = 1
    sweep.advance(to: 1_000_000_000, workers: workers, started: 2)
    return sweep
  }

  private static func balance(_ sweep: ProgramSweep, seconds: Double) -> Double {
    sweep.cpus * seconds - min(sweep.settled().workerSeconds[.onCPU], sweep.cpus * seconds)
      - sweep.settled().lostCPUSeconds.sum - sweep.settled().noWorkerSeconds
  }

  @Test func anotherNumberOfCPUsFromTheBeginning() {
    var sweep = Self.sweep(4)
    #expect(abs(Self.balance(sweep, seconds: 1)) < 1e-9)
    sweep.use(cpus: 2, always: true)
    #expect(sweep.cpus == 2)
    #expect(abs(Self.balance(sweep, seconds: 1)) < 1e-9)
    #expect(sweep.settled().lostCPUSeconds.sum + sweep.settled().noWorkerSeconds == 1)
  }

  @Test func anotherNumberOfCPUsFromNowOn() {
    var sweep = Self.sweep(4)
    sweep.use(cpus: 2, always: false)
    var workers = StateTable()
    workers[.onCPU] = 2
    sweep.advance(to: 2_000_000_000, workers: workers, started: 2)
    #expect(sweep.cpus == 3)
    #expect(abs(Self.balance(sweep, seconds: 2)) < 1e-9)
  }
}
