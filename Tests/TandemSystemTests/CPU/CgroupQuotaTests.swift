import Foundation
import TandemSystem
import Testing

/// A made-up `proc` and `sys` in a temporary folder, removed when it goes.
final class MadeUpRoot {
  let path: String

  init(_ files: [String: String]) throws {
    let manager = FileManager.default
    let folder = manager.temporaryDirectory.appending(path: "tandem-root-\(UUID())")
    path = folder.path()
    for (name, text) in files {
      let file = folder.appending(path: name)
      try manager.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }
}

private let mountV2 = "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n"
private let mountV1 = """
  31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw
  32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
  33 31 0:30 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset

  """

@Suite struct CgroupQuotaTests {
  private func quota(_ files: [String: String]) throws -> CgroupQuota? {
    let root = try MadeUpRoot(files)
    return withExtendedLifetime(root) {
      CgroupQuota.find(root: root.path).map {
        // The folder's own name differs from run to run.
        CgroupQuota(
          cpus: $0.cpus, directory: String($0.directory.dropFirst(root.path.count)),
          version: $0.version)
      }
    }
  }

  @Test func theSmallestOnTheWayUpBinds() throws {
    let found = try quota([
      "proc/self/cgroup": "0::/a/b/c\n", "proc/self/mountinfo": mountV2,
      "sys/fs/cgroup/a/b/c/cpu.max": "max 100000\n",
      "sys/fs/cgroup/a/b/cpu.max": "150000 100000\n",
      "sys/fs/cgroup/a/cpu.max": "400000 100000\n",
      "sys/fs/cgroup/a/other/cpu.max": "1000 100000\n",
    ])
    #expect(found == CgroupQuota(cpus: 1.5, directory: "/sys/fs/cgroup/a/b", version: .v2))
  }

  @Test func theProcesssOwnBindsWhenItIsSmallest() throws {
    let found = try quota([
      "proc/self/cgroup": "0::/a/b\n", "proc/self/mountinfo": mountV2,
      "sys/fs/cgroup/a/b/cpu.max": "25000 50000\n", "sys/fs/cgroup/a/cpu.max": "400000 100000\n",
    ])
    #expect(found == CgroupQuota(cpus: 0.5, directory: "/sys/fs/cgroup/a/b", version: .v2))
  }

  @Test func aFolderWithoutTheFileIsPassedOnTheWayUp() throws {
    let found = try quota([
      "proc/self/cgroup": "0::/a/b/c\n", "proc/self/mountinfo": mountV2,
      "sys/fs/cgroup/a/cpu.max": "300000 100000\n",
    ])
    #expect(found?.cpus == 3)
  }

  @Test func version1IsFoundThroughItsController() throws {
    let found = try quota([
      "proc/self/cgroup": "5:cpuset:/x\n4:cpu,cpuacct:/x/y\n", "proc/self/mountinfo": mountV1,
      "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
      "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
      "sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_quota_us": "250000\n",
      "sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_period_us": "100000\n",
      "sys/fs/cgroup/cpuset/x/cpu.cfs_quota_us": "1\n",
      "sys/fs/cgroup/cpuset/x/cpu.cfs_period_us": "100000\n",
    ])
    #expect(
      found == CgroupQuota(cpus: 2.5, directory: "/sys/fs/cgroup/cpu,cpuacct/x", version: .v1))
  }

  @Test func inAHybridTheCPUControllerOfVersion1Counts() throws {
    let found = try quota([
      "proc/self/cgroup": "4:cpu,cpuacct:/x\n0::/x\n",
      "proc/self/mountinfo": mountV1
        + "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
      "sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_quota_us": "50000\n",
      "sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_period_us": "100000\n",
      "sys/fs/cgroup/unified/x/cgroup.procs": "1\n",
    ])
    #expect(
      found == CgroupQuota(cpus: 0.5, directory: "/sys/fs/cgroup/cpu,cpuacct/x", version: .v1))
  }

  @Test func inAContainerThePathIsRelativeToTheMountsRoot() throws {
    let found = try quota([
      "proc/self/cgroup": "4:cpu:/docker/abc/inner\n",
      "proc/self/mountinfo":
        "32 31 0:29 /docker/abc /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n",
      "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "200000\n",
      "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
      "sys/fs/cgroup/cpu/inner/cpu.cfs_quota_us": "100000\n",
      "sys/fs/cgroup/cpu/inner/cpu.cfs_period_us": "100000\n",
    ])
    #expect(found == CgroupQuota(cpus: 1, directory: "/sys/fs/cgroup/cpu/inner", version: .v1))
  }

  @Test(arguments: [
    ("/", "/../.."), ("/../sibling", "/"), ("/docker/abc", "/docker/abcdef"), ("/a", "/b"),
  ])
  func aMountThatDoesNotShowThePathIsAskedAtItsTop(path: String, mountRoot: String) throws {
    let found = try quota([
      "proc/self/cgroup": "0::\(path)\n",
      "proc/self/mountinfo": "30 23 0:26 \(mountRoot) /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
      "sys/fs/cgroup/cpu.max": "300000 100000\n",
      "sys/fs/sibling/cpu.max": "1000 100000\n",
    ])
    #expect(found == CgroupQuota(cpus: 3, directory: "/sys/fs/cgroup", version: .v2))
  }

  @Test(arguments: [
    "max 100000\n", "", "0 100000\n", "-5 100000\n", "100000 0\n", "100000\n", "x y\n",
    "99999999999999999999 100000\n", "100000 100000 1\n",
  ])
  func noQuotaOrNoneThatCanBeReadIsNone(cpuMax: String) throws {
    let found = try quota([
      "proc/self/cgroup": "0::/a\n", "proc/self/mountinfo": mountV2,
      "sys/fs/cgroup/a/cpu.max": cpuMax,
    ])
    #expect(found == nil)
  }

  @Test func withoutCgroupsThereIsNone() throws {
    #expect(try quota(["sys/x": ""]) == nil)
    #expect(try quota(["proc/self/cgroup": "0::/\n", "proc/self/mountinfo": ""]) == nil)
  }

  @Test func throttlingIsReadBesideTheQuotaThatBinds() throws {
    let root = try MadeUpRoot([
      "proc/self/cgroup": "0::/a/b\n", "proc/self/mountinfo": mountV2,
      "sys/fs/cgroup/a/cpu.max": "100000 100000\n",
      "sys/fs/cgroup/a/cpu.stat":
        "usage_usec 9\nnr_periods 10\nnr_throttled 4\nthrottled_usec 1500\n",
      "sys/fs/cgroup/a/b/cpu.stat": "nr_periods 0\nnr_throttled 0\nthrottled_usec 0\n",
    ])
    let throttling = try #require(CgroupQuota.find(root: root.path)?.throttling())
    #expect(throttling.periods == 10)
    #expect(throttling.throttledPeriods == 4)
    #expect(throttling.throttledNS == 1_500_000)
  }

  @Test func throttlingOfVersion1IsInNanosecondsAlready() {
    let text = "nr_periods 10\nnr_throttled 4\nthrottled_time 1500\n"
    #expect(CgroupThrottling(Array(text.utf8))?.throttledNS == 1500)
    #expect(CgroupThrottling(Array("nr_periods 1\n".utf8)) == nil)
    let huge = "nr_periods 1\nnr_throttled 1\nthrottled_usec 18446744073709551615\n"
    #expect(CgroupThrottling(Array(huge.utf8)) == nil)
  }

  @Test func theCgroupsLimitOfProcessesIsTheSmallestOnTheWayUp() throws {
    let root = try MadeUpRoot([
      "proc/self/cgroup": "0::/a/b\n", "proc/self/mountinfo": mountV2,
      "sys/fs/cgroup/a/pids.max": "100\n", "sys/fs/cgroup/a/b/pids.max": "max\n",
      "proc/sys/kernel/pid_max": "4194304\n",
    ])
    let limits = ResourceLimits.read(root: root.path)
    #expect(limits.cgroupPids == 100)
    #expect(limits.pidMax == 4_194_304)
  }
}

@Suite struct CPUsTests {
  private func cpus(_ online: Int, _ allowed: Int, _ quota: Double?) -> CPUs {
    CPUs(
      online: online, allowed: allowed,
      quota: quota.map { CgroupQuota(cpus: $0, directory: "/x", version: .v2) })
  }

  @Test func theSmallestOfTheThreeBindsAQuotaRoundedUp() {
    #expect(cpus(8, 8, nil).effective == 8)
    #expect(cpus(8, 8, nil).bound == .online)
    #expect(cpus(8, 4, nil).effective == 4)
    #expect(cpus(8, 4, nil).bound == .allowed)
    #expect(cpus(8, 4, 2.5).effective == 3)
    #expect(cpus(8, 4, 2.5).bound == .quota)
    #expect(cpus(8, 2, 3).effective == 2)
    #expect(cpus(8, 2, 3).bound == .allowed)
    // Rounded up it changes nothing, though less than all CPU time may be used.
    #expect(cpus(2, 2, 1.5).effective == 2)
    #expect(cpus(2, 2, 1.5).bound == .online)
  }

  @Test(arguments: [0.001, 0, -3, .nan])
  func thereIsAlwaysOneCPU(quota: Double) {
    #expect(cpus(1, 1, quota).effective == 1)
    #expect(cpus(0, 0, quota).effective == 1)
  }

  @Test(arguments: [1e300, .infinity, 9.3e18])
  func aQuotaBeyondEveryNumberChangesNothing(quota: Double) {
    #expect(cpus(4, 4, quota).effective == 4)
  }

  @Test func aMadeUpMachineIsReadFromItsRoot() throws {
    let root = try MadeUpRoot([
      "sys/devices/system/cpu/online": "0-2,5\n", "proc/self/cgroup": "0::/\n",
      "proc/self/mountinfo": mountV2, "sys/fs/cgroup/cpu.max": "50000 100000\n",
    ])
    let cpus = CPUs.read(root: root.path)
    #expect(cpus.online == 4)
    #expect(cpus.effective == 1)
    #expect(cpus.bound == .quota)
  }

  @Test func thisMachinesNumbersAgreeWithEachOther() throws {
    let cpus = CPUs.read()
    let allowed = try CPUs.allowedNumbers()
    #expect(allowed.count == cpus.allowed)
    #expect(allowed == allowed.sorted())
    #expect(cpus.online >= 1)
    #expect((1...cpus.online).contains(cpus.effective))
    // Field 39 of proc_pid_stat(5), the CPU it last ran on; what follows the name begins with field 3.
    let fields = try ProcFile.text("/proc/thread-self/stat").split(separator: ")").last?
      .split(separator: " ")
    let running = try #require(fields.flatMap { Int($0[36]) })
    #expect(allowed.contains(running))
  }
}
