package import TandemModel
import TandemText

/// Observing takes CPU time that the program's workers are ready to use.
package struct CPUsTakenByTandem: Rule {
  package let claim = Claim.cpusTakenByTandem

  /// Below this share of the CPUs' time it matters little.
  private static let leastShare = 0.05
  /// While more than this share of the CPUs' time is idle, Tandem needn't take a CPU from anybody.
  private static let mostIdle = 0.1

  package init() {}

  package func conclusions(from program: ExplainReport) -> [Conclusion] {
    guard !program.hasTightQuota, let taken = program.lostCPU.taken else { return [] }
    let cpus = program.lostCPU.cpus
    let all = cpus * program.wallSeconds
    let ready = program.totals[.runnable]
    guard all > 0, taken.tandemSeconds >= Self.leastShare * all,
      taken.tandemSeconds > taken.errorSeconds,
      taken.idleSeconds <= Self.mostIdle * all, ready >= Self.leastShare * program.wallSeconds
    else { return [] }
    let remedy =
      program.sources.switches == .exact
      ? "Observe it with --switches sampled, which reads no records, or take"
      : "Take"
    return [
      conclusion(
        """
        Tandem itself used \(FigureText.duration(taken.tandemSeconds)) of CPU time to observe the \
        program, \(FigureText.percent(taken.tandemSeconds / all)) of what \(FigureText.cpus(cpus)) had, \
        while workers were ready to run.
        """,
        evidence: [
          "tandem_cpu_s": taken.tandemSeconds, "idle_s": taken.idleSeconds, "runnable_s": ready,
          "cpus": cpus, "lost_records": Double(program.sources.lostRecords),
        ],
        potentialGain: program.gain(
          atMost: min(taken.tandemSeconds, ready),
          "what Tandem used while workers were ready to run"),
        advice: """
          \(remedy) its times from a run that isn't observed (--cost-runs measures what observing changes).
          """)
    ]
  }
}
