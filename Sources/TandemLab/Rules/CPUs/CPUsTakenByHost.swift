package import TandemModel
import TandemText

/// The host of a virtual machine takes much of the CPUs' time.
package struct CPUsTakenByHost: Rule {
  package let claim = Claim.cpusTakenByHost

  /// Below this share of the CPUs' time it matters little.
  private static let leastShare = 0.1

  package init() {}

  package func conclusions(from program: ExplainReport) -> [Conclusion] {
    guard let share = TakenCPUShare(program), let stolen = share.taken.stolenSeconds,
      share.matters(stolen, from: Self.leastShare)
    else { return [] }
    return [
      conclusion(
        """
        The host of this virtual machine took \(FigureText.duration(stolen)) of the CPU time that \
        \(FigureText.cpus(share.cpus)) had, \(FigureText.percent(stolen / share.all)) of it.
        """,
        evidence: [
          "stolen_s": stolen, "error_s": share.taken.errorSeconds, "cpus": share.cpus,
        ],
        potentialGain: program.gainOfCPUTimeToo(
          atMost: stolen, "what the host took"),
        advice: """
          Measure again when the host is less busy, or on CPUs that the machine doesn't share: the times \
          depend on what else runs on the host.
          """)
    ]
  }
}
