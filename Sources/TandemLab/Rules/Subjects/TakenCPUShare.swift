import TandemModel

/// The CPU time of a program's CPUs, and what others than the program had of it.
///
/// There is none where a quota limits the program: then its workers are ready for a CPU because of the quota.
struct TakenCPUShare {
  /// Who had the CPUs.
  let taken: TakenCPU
  /// The number of CPUs.
  let cpus: Double
  /// Their CPU seconds.
  let all: Double
  /// Seconds that the program's workers were ready for a CPU.
  let ready: Double

  /// Where waits for a CPU are less of the wall time, it is something else that takes the time.
  private static let leastReady = 0.05
  /// While more than this share of the CPUs' time is idle, nobody needs to take a CPU from the program.
  private static let mostIdle = 0.1

  /// Takes the figures; nil where they don't tell anything about the program.
  ///
  /// - Parameter program: what was observed of it.
  init?(_ program: ExplainReport) {
    guard !program.hasTightQuota, let taken = program.lostCPU.taken else { return nil }
    self.taken = taken
    cpus = program.lostCPU.cpus
    all = cpus * program.wallSeconds
    ready = program.totals[.runnable]
    guard all > 0 else { return nil }
  }

  /// Whether some CPU seconds are more than their error, and at least a share of all.
  func matters(_ seconds: Double, from leastShare: Double) -> Bool {
    seconds > taken.errorSeconds && seconds >= leastShare * all
  }

  /// Whether workers waited for a CPU while hardly one was idle.
  func areWorkersShort(in program: ExplainReport) -> Bool {
    taken.idleSeconds <= Self.mostIdle * all && program.wallShare(.runnable) >= Self.leastReady
  }
}
