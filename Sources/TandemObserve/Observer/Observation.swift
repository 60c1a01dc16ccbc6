package import TandemModel
package import TandemSystem

/// What was observed of a program.
package struct Observation {
  /// The record of its workers.
  package var tally: ProgramTally
  /// The program as a whole.
  package var sweep: ProgramSweep
  /// The beginning and the end of the wall time, in nanoseconds of `CLOCK_MONOTONIC`.
  package var beganNS: UInt64
  package var endedNS: UInt64
  /// The samples of interpreters' locks.
  package var gils: GILSampler
  /// What it read and wrote; nil when that couldn't be read.
  package var data: ProgramData?
  /// Language runtimes found in its processes, including those that have ended.
  package var runtimes: [Int32: LanguageRuntime]
  /// Processes that are helpers of Python's runtime.
  package var helpers: Set<Int32>
  /// What a launcher did before the first process executed the program; nil when there was none.
  package var launcher: Launcher?
  /// The machine's CPUs since then; nil when there was no launcher.
  var machineAfterLauncher: MachineUse?
  /// Where locks lie, and who held those on files.
  package var lockFacts: LockFacts
  /// How it is known when workers ran.
  package var switches: ObservationSources.Switches
  /// Why there were no exact records; nil when there were, or when none were requested.
  package var whySampled: PerfEvents.Failure?
  /// Records lost because the kernel's buffers were full.
  package var lostRecords = 0
  /// Wall nanoseconds in which records were lost.
  package var lostNS: UInt64 = 0
  /// Samples of what workers wait for.
  package var sampleCount: Int
  /// How often every worker's state was read; 0 where switches are recorded.
  package var roundCount: Int
  /// Why some workers could not be inspected; nil when all could.
  package var refused: Errno?
  /// How the program ended; nil while it runs.
  package var exit: ExitStatus?
  /// The kernel's account of it and its reaped children; nil while it runs, or when it isn't our child.
  package var usage: RUsage?
  /// What forking took the threads that forked several times.
  package var forks: [ForkCost] = []
  /// Its processes that were still there when it had ended.
  package var leftRunning: [LeftProcess] = []
  /// The CPUs that it could use, as last read; nil when not read.
  package var cpus: CPUs?
  /// The numbers of those CPUs; empty when not read.
  package var cpuNumbers: [Int] = []
  /// The machine at the end of the wall time; nil when it wasn't read.
  var machineAtEnd: MachineUse.Moment?
  /// Who used those CPUs besides the program; nil when not known.
  package var taken: TakenCPU?
  /// Nanoseconds in which a cgroup's quota throttled its processes; nil without a quota.
  package var throttledNS: UInt64?
  /// Nanoseconds that the host took from this machine's CPUs meanwhile, summed over them; nil when unknown.
  package var stolenNS: UInt64?
  /// Threads and processes that were started on the whole machine meanwhile; nil when unknown.
  package var startedOnMachine: Int?
  /// Names of some processes that ran on without records.
  package var untraced: [String] = []
  /// Why the memory that identifies locks could not be read; nil when it could.
  package var memoryRefused: Errno?
  /// Times in which the program, or some of its workers, stood still.
  var standstills: [Standstill] = []
  /// Whether the observation ended because the program stands still.
  package var endedWhileStill = false
  /// CPU time of the thread that watched.
  package var observerCPUNS: UInt64 = 0

  init(
    tally: ProgramTally, sweep: ProgramSweep, switches: ObservationSources.Switches,
    _ context: ObservationContext, beganNS: UInt64, endedNS: UInt64
  ) {
    self.tally = tally
    self.sweep = sweep
    self.switches = switches
    self.gils = context.gils
    self.data = context.data.data
    self.runtimes = context.waits.runtimes
    self.helpers = context.helpers
    self.lockFacts = context.waits.lockFacts
    self.sampleCount = context.sampleCount
    self.roundCount = context.roundCount
    self.refused = context.refused
    self.memoryRefused = context.waits.memoryRefused
    self.beganNS = beganNS
    self.endedNS = endedNS
  }

  /// CPU nanoseconds of all workers and of a launcher, by the records or samples of them.
  var seenCPUNS: Double { tally.cpuNS + (launcher?.cpuSeconds ?? 0) * 1e9 }

  /// Wall seconds.
  package var wallSeconds: Double { Double(endedNS - beganNS) / 1e9 }
}
