import TandemModel
import TandemObserve
import TandemSystem
import Testing

@Suite struct MachineTests {
  @Test func theSummaryIsInTheReportsWords() {
    let quota = CgroupQuota(cpus: 1.5, directory: "/x", version: .v2)
    let summary = Machine.summary(
      cpus: CPUs(online: 8, allowed: 4, quota: quota),
      kernel: KernelInfo(release: "6.1.0", machine: "x86_64"))
    #expect(
      summary
        == MachineSummary(
          cpusOnline: 8, cpusAllowed: 4, cpuQuota: 1.5, effectiveCPUs: 2, kernel: "6.1.0"))
  }

  @Test func thisMachineHoldsTogether() {
    let summary = Machine.summary()
    #expect(summary.cpusOnline >= summary.effectiveCPUs)
    #expect(summary.effectiveCPUs >= 1)
    #expect(!summary.kernel.isEmpty)
  }

  @Test func theKernelsAccountIsInTheReportsUnits() {
    var usage = RUsage.now(.thread)
    usage.userNS = 1_500_000_000
    usage.systemNS = 250_000_000
    usage.voluntarySwitches = 3
    usage.involuntarySwitches = 4
    usage.maxResidentKiB = 2048
    #expect(
      ResourceUsage(usage)
        == ResourceUsage(
          userSeconds: 1.5, systemSeconds: 0.25,
          switches: ContextSwitches(voluntary: 3, involuntary: 4),
          maxResidentKiB: 2048))
  }

  @Test func probingFindsWhatASecondProbeFinds() {
    let (first, second) = (Capabilities.probe(), Capabilities.probe())
    #expect(first.cpus == second.cpus)
    #expect(first.limits == second.limits)
    #expect(first.perf == second.perf)
    #expect((try? first.remoteMemory.get()) == (try? second.remoteMemory.get()))
    // The thread that asks has run, or the kernel doesn't keep the figures.
    if let stat = try? first.schedStat.get() { #expect(stat.timeslices > 0 || stat.runNS == 0) }
  }
}

@Suite struct MemoryReaderTests {
  @Test func aChildSharesWhatItsParentHas() throws {
    let child = try IdleChild.fork()
    let memory = try MemoryReader.memory(ofProcess: child.pid)
    #expect(memory.ussKiB > 0)
    #expect(memory.pssKiB >= memory.ussKiB)
    #expect(memory.rssKiB > memory.pssKiB)
  }

  @Test func noProcessIsAnError() {
    #expect(throws: Errno.noSuchFile) { try MemoryReader.memory(ofProcess: -1) }
  }

  @Test func theCallingThreadsStackIsRead() throws {
    #expect(try MemoryReader.residentStackKiBOfCallingThread() > 0)
  }
}
