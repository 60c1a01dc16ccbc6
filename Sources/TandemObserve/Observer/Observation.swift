package import TandemModel
package import TandemSystem

/// What was seen of a program.
package struct Observation {
  /// What is kept of its workers.
  package var tally: ProgramTally
  /// The program as a whole.
  package var sweep: ProgramSweep
  /// The beginning and the end of the wall time, in nanoseconds of `CLOCK_MONOTONIC`.
  package var beganNS: UInt64
  package var endedNS: UInt64
  /// What was seen of interpreters' locks.
  package var gils: GILWatch
  /// Runtimes of languages that were found in its processes, those that have ended too.
  package var runtimes: [Int32: LanguageRuntime]
  /// How it is known when workers ran.
  package var switches: ObservationSources.Switches
  /// Why there were no exact records; nil when there were, or none were wanted.
  package var whySampled: PerfEvents.Failure?
  /// Records that the kernel had no room for.
  package var lostRecords = 0
  /// Wall nanoseconds in which records were lost.
  package var lostNS: UInt64 = 0
  /// Looks at what workers wait for.
  package var looks: Int
  /// Workers that may not be looked into, and why.
  package var refused: Errno?
  /// How the program ended; nil when it goes on.
  package var exit: ExitStatus?
  /// What the kernel accounted to it and its children that it waited for; nil when it goes on or isn't ours.
  package var usage: RUsage?
  /// The CPUs that it could use, as last seen; nil when nobody looked.
  package var cpus: CPUs?
  /// Nanoseconds that a cgroup's quota stopped its processes; nil without a quota.
  package var throttledNS: UInt64?
  /// Nanoseconds that the host took this machine's CPUs away meanwhile, summed over them; nil when nobody tells.
  package var stolenNS: UInt64?
  /// Processes that went on although the kernel recorded no more of them, some of them by name.
  package var lostSight: [String] = []
  /// Why words of the program's memory, which tell locks apart, could not be read; nil when they could.
  package var memoryRefused: Errno?
  /// CPU time of the thread that watched.
  package var observerCPUNS: UInt64 = 0

  init(
    tally: ProgramTally, sweep: ProgramSweep, switches: ObservationSources.Switches,
    _ surroundings: Surroundings, beganNS: UInt64, endedNS: UInt64
  ) {
    self.tally = tally
    self.sweep = sweep
    self.switches = switches
    self.gils = surroundings.gils
    self.runtimes = surroundings.waits.runtimes
    self.looks = surroundings.looks
    self.refused = surroundings.refused
    self.memoryRefused = surroundings.waits.memoryRefused
    self.beganNS = beganNS
    self.endedNS = endedNS
  }

  /// Wall seconds.
  package var wallSeconds: Double { Double(endedNS - beganNS) / 1e9 }
}
