package import TandemModel
import TandemText

/// Observing takes CPU time that the program's workers are ready to use.
package struct CPUsTakenByTandem: Rule {
  package let claim = Claim.cpusTakenByTandem

  /// Below this share of the CPUs' time it matters little.
  private static let leastShare = 0.05

  package init() {}

  package func conclusions(from program: ExplainReport) -> [Conclusion] {
    guard let share = TakenCPUShare(program),
      share.matters(share.taken.tandemSeconds, from: Self.leastShare),
      share.areWorkersShort(in: program)
    else { return [] }
    let (taken, cpus, ready) = (share.taken, share.cpus, share.ready)
    let remedy =
      program.sources.switches == .exact
      ? "Observe it with --switches sampled, which reads no records, or take"
      : "Take"
    return [
      conclusion(
        """
        Tandem itself used \(FigureText.duration(taken.tandemSeconds)) of CPU time to observe the \
        program, \(FigureText.percent(taken.tandemSeconds / share.all)) of what \(FigureText.cpus(cpus)) had, \
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
