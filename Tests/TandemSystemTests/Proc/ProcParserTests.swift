import TandemSystem
import Testing

/// The bytes of a text.
private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite struct ASCIIScanTests {
  private func unsigned(_ text: String, radix: UInt64 = 10) -> UInt64? {
    var position = 0
    return ASCIIScan.unsigned(bytes(text).span, at: &position, radix: radix)
  }

  private func integer(_ text: String) -> Int? {
    var position = 0
    return ASCIIScan.integer(bytes(text).span, at: &position)
  }

  @Test func readsNumbersUpToTheLargest() {
    #expect(unsigned("0") == 0)
    #expect(unsigned(" \t18446744073709551615 ") == .max)
    #expect(unsigned("ffffffffffffffff", radix: 16) == .max)
    #expect(unsigned("0022", radix: 8) == 0o22)
    #expect(integer("-9223372036854775807") == -.max)
    #expect(integer("9223372036854775807") == .max)
  }

  @Test(arguments: ["", " ", "x", "-1", "18446744073709551616", String(repeating: "9", count: 400)])
  func givesNilForWhatIsNoUnsignedNumber(text: String) {
    #expect(unsigned(text) == nil)
  }

  @Test(arguments: ["", "-", "--1", "- 1", "9223372036854775808", "+1"])
  func givesNilForWhatIsNoInteger(text: String) {
    #expect(integer(text) == nil)
  }
}

@Suite struct SchedStatTests {
  @Test func readsTheThreeNumbers() {
    #expect(
      SchedStat(bytes("123456789 42 7\n").span)
        == SchedStat(runNS: 123_456_789, waitNS: 42, timeslices: 7))
  }

  @Test(arguments: ["", "1 2", "1 2 x", "1 2 3 4", "1 -2 3", "1 2 99999999999999999999"])
  func refusesAnythingElse(text: String) {
    #expect(SchedStat(bytes(text).span) == nil)
  }
}

@Suite struct TaskIOTests {
  private static let text = """
    rchar: 2048
    wchar: 18446744073709551615
    syscr: 3
    syscw: 4
    read_bytes: 4096
    write_bytes: 8192
    cancelled_write_bytes: 0

    """

  @Test func readsTheFirstFourNumbers() {
    #expect(
      TaskIO(bytes(Self.text).span)
        == TaskIO(readBytes: 2048, writtenBytes: .max, reads: 3, writes: 4))
  }

  @Test(arguments: [
    "", "rchar: 1", "rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4",
    "rchar: 1\nwchar: 2\nsyscw: 4\nsyscr: 3\n", "rchar: x\nwchar: 2\nsyscr: 3\nsyscw: 4\n",
    "rchar: 1\nwchar: 99999999999999999999\nsyscr: 3\nsyscw: 4\n",
  ])
  func refusesAnythingElse(text: String) {
    #expect(TaskIO(bytes(text).span) == nil)
  }

  /// A number that the kernel gave to another thread meanwhile has smaller figures.
  @Test func whatWentBackIsNothing() {
    let before = TaskIO(readBytes: 10, writtenBytes: 20, reads: 3, writes: 4)
    let now = TaskIO(readBytes: 15, writtenBytes: 5, reads: 4, writes: 1)
    #expect(now.since(before) == TaskIO(readBytes: 5, writtenBytes: 0, reads: 1, writes: 0))
    var sum = before
    sum.add(now)
    #expect(sum == TaskIO(readBytes: 25, writtenBytes: 25, reads: 7, writes: 5))
  }
}

@Suite struct DescriptorPositionTests {
  @Test func readsThePosition() {
    #expect(DescriptorPosition.parse(bytes("pos:\t4711\nflags:\t0100002\n").span) == 4711)
  }

  @Test(arguments: ["", "pos:", "pos:\tx", "flags:\t0100002\npos:\t1\n"])
  func refusesAnythingElse(text: String) {
    #expect(DescriptorPosition.parse(bytes(text).span) == nil)
  }
}

@Suite struct ProcStatusTests {
  static let text = """
    Name:\tcat
    Umask:\t0027
    State:\tR (running)
    Pid:\t11675
    PPid:\t11671
    Uid:\t1000\t1001\t1000\t1000
    VmHWM:\t    1704 kB
    VmRSS:\t    1600 kB
    Threads:\t3
    CapEff:\t000001fffeffffff
    NoNewPrivs:\t1
    Seccomp:\t2
    Seccomp_filters:\t1
    voluntary_ctxt_switches:\t12
    nonvoluntary_ctxt_switches:\t34

    """

  @Test func readsWhatTheKernelWrites() throws {
    let status = try #require(ProcStatus(bytes(Self.text)))
    #expect(status.name == "cat")
    #expect(status.pid == 11675)
    #expect(status.parent == 11671)
    #expect(status.umask == 0o27)
    #expect(status.peakResidentKiB == 1704)
    #expect(status.residentKiB == 1600)
    #expect(status.threads == 3)
    #expect(status.effectiveCapabilities == 0x1ff_feff_ffff)
    #expect(status.effectiveUser == 1001)
    #expect(status.noNewPrivileges == true)
    #expect(status.seccomp == .filter)
    #expect(status.voluntarySwitches == 12)
    #expect(status.involuntarySwitches == 34)
  }

  @Test func whatIsMissingIsNil() throws {
    // A kernel thread has no memory, and not every kernel filters.
    let status = try #require(ProcStatus(bytes("Name:\tkthreadd\nPid:\t2\n")))
    #expect(status.residentKiB == nil)
    #expect(status.peakResidentKiB == nil)
    #expect(status.seccomp == nil)
    #expect(status.effectiveUser == nil)
    #expect(status.voluntarySwitches == nil)
  }

  @Test func numbersTooLargeOrGarbledAreNil() throws {
    let status = try #require(
      ProcStatus(
        bytes("Name:\tx\nPid:\t2\nVmRSS:\t99999999999999999999 kB\nThreads:\t12x\nSeccomp:\t77\n")))
    #expect(status.residentKiB == nil)
    #expect(status.threads == nil)
    #expect(status.seccomp == nil)
  }

  @Test func aNameCanNotPassForAnotherLine() throws {
    // The kernel writes a line end in a name as \n, so it stays on its line.
    let status = try #require(
      ProcStatus(bytes("Name:\tx\\nPid:\\t1\\\\\nPid:\t2\nVmRSS:\t8 kB\nVmRSS:\t9 kB\n")))
    #expect(status.name == "x\nPid:\\t1\\")
    #expect(status.pid == 2)
    #expect(status.residentKiB == 8)
  }

  @Test(arguments: ["", "Name:\tx\n", "Pid:\t1\n", "Name:\tx\nPid:\t99999999999\n", ":::\n\n"])
  func refusesWhatHasNoNameOrNumber(text: String) {
    #expect(ProcStatus(bytes(text)) == nil)
  }
}

@Suite struct SmapsTests {
  static let rollup = """
    563daed82000-7ffee5688000 ---p 00000000 00:00 0                          [rollup]
    Rss:                1720 kB
    Pss:                 414 kB
    Pss_Dirty:           112 kB
    Shared_Clean:       1508 kB
    Private_Clean:       100 kB
    Private_Dirty:       112 kB
    Private_Hugetlb:    2048 kB
    Swap:                  4 kB
    SwapPss:               2 kB

    """

  @Test func uniqueSetSizeIsTheThreePrivateFigures() throws {
    let memory = try #require(SmapsRollup(bytes(Self.rollup)))
    #expect(memory.rssKiB == 1720)
    #expect(memory.pssKiB == 414)
    #expect(memory.ussKiB == 100 + 112 + 2048)
    #expect(memory.swapKiB == 4)
  }

  @Test func kernelsWithoutHugePagesOrSwapHaveNoneThere() throws {
    let memory = try #require(
      SmapsRollup(bytes("Rss: 8 kB\nPss: 4 kB\nPrivate_Clean: 1 kB\nPrivate_Dirty: 2 kB\n")))
    #expect(memory.ussKiB == 3)
    #expect(memory.swapKiB == 0)
  }

  @Test(arguments: [
    "", "Rss: 8 kB\n", "Rss: 8 kB\nPss: x kB\nPrivate_Clean: 1 kB\nPrivate_Dirty: 2 kB\n",
    "Rss: 1 kB\nPss: 1 kB\nPrivate_Clean: 9223372036854775807 kB\nPrivate_Dirty: 1 kB\n",
    "Rss: 1 kB\nPss: 1 kB\nPrivate_Clean: 1 kB\nPrivate_Dirty: 18446744073709551616 kB\n",
  ])
  func refusesMissingAndImpossibleFigures(text: String) {
    #expect(SmapsRollup(bytes(text)) == nil)
  }
}

@Suite struct CgroupFileTests {
  @Test func readsBothVersionsAndPathsWithColons() {
    let paths = CgroupPath.parse("4:cpu,cpuacct:/a:b/c\n1:name=systemd:/\n0::/user.slice\n")
    #expect(paths.map(\.controllers) == [["cpu", "cpuacct"], ["name=systemd"], []])
    #expect(paths.map(\.path) == ["/a:b/c", "/", "/user.slice"])
    #expect(paths.map(\.isUnified) == [false, false, true])
  }

  @Test(arguments: ["", ":", "::", "0:", "0::", "x::/", "-1::/", "0::a", "99999999999999999999::/"])
  func leavesOutWhatIsNoSuchLine(text: String) {
    #expect(CgroupPath.parse(text).isEmpty)
  }

  @Test func readsMountsWithAndWithoutOptionalFieldsAndEscapes() {
    let mounts = MountInfo.parse(
      """
      31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
      32 31 0:29 /docker/x /sys/fs/cgroup/cpu\\040and\\134more rw shared:1 master:2 - cgroup cgroup rw,cpu,cpuacct
      """)
    #expect(mounts.count == 2)
    #expect(mounts.first?.fileSystem == "tmpfs")
    #expect(mounts.last?.root == "/docker/x")
    #expect(mounts.last?.mountPoint == "/sys/fs/cgroup/cpu and\\more")
    #expect(mounts.last?.superOptions == ["rw", "cpu", "cpuacct"])
  }

  @Test(arguments: ["", "1 2 3", "1 2 3 4 5 6 7 8 9 10", "1 2 3 / / rw - cgroup", "- - - - - -"])
  func leavesOutBrokenMounts(text: String) {
    #expect(MountInfo.parse(text).isEmpty)
  }
}

@Suite struct CPUListTests {
  @Test func readsTheKernelsLists() {
    #expect(CPUList(bytes("0\n"))?.numbers == [0])
    #expect(CPUList(bytes("0-3,8,10-11\n"))?.numbers == [0, 1, 2, 3, 8, 10, 11])
    #expect(CPUList(bytes("0-3,8,10-11\n"))?.count == 7)
  }

  @Test(arguments: [
    "", "\n", "a", "0-", "-3", "3-1", "0,", "0-3,2", "0-9223372036854775807",
    "0-18446744073709551616", "0 1",
  ])
  func refusesAnythingElse(text: String) {
    #expect(CPUList(bytes(text)) == nil)
  }
}
