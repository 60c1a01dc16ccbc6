import Glibc
import TandemSystem
import Testing

/// What the kernel says of this very process: it must move the way that the process moves.
@Suite struct LiveProcTests {
  /// Computes until the calling thread has been on a CPU for so long; true so that nothing is left out.
  @inline(never)
  private func compute(forCPUTimeNS limit: UInt64) -> UInt64 {
    let start = ThreadCPUClock.now()
    var sum: UInt64 = 0
    while ThreadCPUClock.now() - start < limit {
      for i in 0..<1000 { sum &+= UInt64(i) &* sum | 1 }
    }
    return sum
  }

  @Test func schedStatGrowsWhenTheThreadComputes() throws {
    let before = try ThreadSchedStat.now()
    #expect(compute(forCPUTimeNS: 50_000_000) != 0)
    // The kernel brings a running thread's figure up to date at ticks and switches.
    sched_yield()
    let after = try ThreadSchedStat.now()
    // Ticks may come 100 times a second only.
    #expect(after.runNS - before.runNS >= 30_000_000)
    #expect(after.waitNS >= before.waitNS)
    #expect(after.timeslices >= before.timeslices)
    #expect(try SchedStat.read(.ownThread).runNS >= after.runNS)
  }

  @Test func rusageOfTheThreadGrowsAndIsPartOfTheProcesss() {
    let before = RUsage.now(.thread)
    #expect(compute(forCPUTimeNS: 30_000_000) != 0)
    let thread = RUsage.now(.thread)
    let process = RUsage.now(.process)
    #expect(thread.cpuNS - before.cpuNS >= 20_000_000)
    #expect(process.cpuNS >= thread.cpuNS - before.cpuNS)
    #expect(process.maxResidentKiB > 0)
    #expect(thread.minorFaults <= process.minorFaults)
  }

  @Test func rusageIsExactInItsUnits() {
    var usage = rusage()
    usage.ru_utime = timeval(tv_sec: 2, tv_usec: 500_000)
    usage.ru_stime = timeval(tv_sec: 0, tv_usec: 1)
    usage.ru_nvcsw = 3
    usage.ru_nivcsw = -1
    let converted = RUsage(usage)
    #expect(converted.userNS == 2_500_000_000)
    #expect(converted.systemNS == 1000)
    #expect(converted.voluntarySwitches == 3)
    #expect(converted.involuntarySwitches == 0)
  }

  @Test func rollupOfThisProcessHoldsTogether() throws {
    let memory = try SmapsRollup.read(.ownProcess)
    #expect(memory.ussKiB > 0)
    #expect(memory.pssKiB >= memory.ussKiB)
    #expect(memory.rssKiB >= memory.pssKiB)
    #expect(try SmapsRollup.read(.process(getpid())).rssKiB > 0)
  }

  @Test func statusIsOfThisThread() throws {
    let status = try ProcStatus.read(.ownThread)
    #expect(status.effectiveUser == UInt64(geteuid()))
    #expect(try #require(status.residentKiB) > 0)
    #expect(try #require(status.peakResidentKiB) >= 1)
  }

  @Test func missingProcessesAreErrorsNotZeros() {
    #expect(throws: Errno.noSuchFile) { try SchedStat.read(.process(-1)) }
    #expect(throws: Errno.badMessage) { try ProcFile.integer("/proc/self/status") }
  }

  /// The resident part of the stack while 256 KiB of it are one frame, every page written to.
  @inline(never)
  private func residentKiBUnderALargeFrame(_ stack: ThreadStackRange) throws -> Int {
    let frame = InlineArray<262144, UInt8>(repeating: 1)
    let resident = try stack.residentKiB()
    #expect(frame[resident % frame.count] == 1)
    return resident
  }

  @Test func touchingTheStackMakesItResident() throws {
    let stack = try ThreadStackRange.ofCallingThread()
    let before = try stack.residentKiB()
    #expect(before > 0)
    let during = try residentKiBUnderALargeFrame(stack)
    #expect(during >= 256)
    #expect(during >= before)
    #expect(during * 1024 <= stack.addresses.count)
    // Pages stay resident when the frame has gone.
    #expect(try stack.residentKiB() >= 256)
  }

  @Test func theKernelHasAName() {
    let kernel = KernelInfo.current()
    #expect(kernel.release.contains("."))
    #expect(try! ProcFile.text("/proc/sys/kernel/osrelease") == kernel.release + "\n")
  }
}

/// The probes: where they say yes, they have seen it.
@Suite struct ProbeTests {
  @Test func anIdleChildLivesUntilItsOwnerGoes() throws {
    let pid: CInt
    do {
      let child = try IdleChild.fork()
      pid = child.pid
      #expect(try ThreadStat.read(pid, of: pid).parent == getpid())
      #expect(try SmapsRollup.read(.process(pid)).pssKiB > 0)
      let handle = try KernelCalls.openProcess(pid)
      var poll = pollfd(fd: handle.rawValue, events: Int16(POLLIN), revents: 0)
      #expect(Glibc.poll(&poll, 1, 0) == 0)
    }
    // It was waited for: no zombie is left.
    #expect(kill(pid, 0) == -1)
  }

  @Test func aChildsMemoryIsReadOrTheKernelSaysWhyNot() {
    do throws(Errno) {
      #expect(try RemoteMemory.readsOwnChild())
    } catch {
      #expect([.notPermitted, .accessDenied, Errno(rawValue: ENOSYS)].contains(error))
    }
  }

  @Test func memoryThatIsNotMappedIsAnError() {
    #expect(throws: Errno.self) { try RemoteMemory.read(8, count: 8, of: getpid()) }
  }

  @Test func perfEventsAreSeenToRecordOrTheReasonIsKept() {
    let probe = PerfEvents.probe()
    if probe.failure == nil {
      #expect(probe.paranoid != nil)
    } else {
      #expect(probe.failure?.errno != nil || probe.failure?.stage == .recording)
    }
  }

  @Test func limitsAndSpaceAreThisMachines() throws {
    let limits = ResourceLimits.read()
    let soft = try #require(limits.descriptors.soft)
    #expect(soft > 0)
    #expect(soft == UInt64(sysconf(CInt(_SC_OPEN_MAX))))
    let space = try FileSystemSpace.of("/")
    #expect(space.totalBytes >= space.availableBytes)
    #expect(throws: Errno.noSuchFile) { try FileSystemSpace.of("/no/such/file") }
  }
}
