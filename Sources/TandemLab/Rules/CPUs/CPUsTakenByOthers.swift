package import TandemModel
import TandemText

/// Workers are ready to run, but other programs have the CPUs.
///
/// It rests on what the other programs used, by their own accounts and by the CPUs' (`TakenCPU`): that workers
/// were ready proves nothing about who ran instead.
package struct CPUsTakenByOthers: Rule {
  package let claim = Claim.cpusTakenByOthers

  /// Below this share of the CPUs' time it matters little.
  static let leastShare = 0.1

  package init() {}

  package func conclusions(from program: ExplainReport) -> [Conclusion] {
    guard let share = TakenCPUShare(program), let others = share.taken.othersSeconds,
      share.matters(others, from: Self.leastShare), share.areWorkersShort(in: program)
    else { return [] }
    let (taken, cpus, ready) = (share.taken, share.cpus, share.ready)
    // How long is not said where switches are sampled or lost.
    let length = program.readyTimeIsRecorded ? " for \(FigureText.duration(ready)) in all" : ""
    return [
      conclusion(
        """
        Other programs used \(FigureText.duration(others)) of the \
        \(FigureText.duration(share.all)) of CPU time that \
        \(FigureText.cpus(cpus)) had\(Self.names(of: taken)), while workers were ready to run\(length).
        """,
        evidence: [
          "others_cpu_s": others, "error_s": taken.errorSeconds, "runnable_s": ready,
          "cpus": cpus, "parallelism": program.parallelism,
        ],
        potentialGain: program.gain(
          atMost: min(others, ready), "what other programs used while workers were ready to run"),
        advice: """
          Measure again when nothing else runs\(taken.others.isEmpty ? " (top shows what does)" : ""): \
          the times depend on the other programs.
          """)
    ]
  }

  /// Who they are, where they can be seen.
  private static func names(of taken: TakenCPU) -> String {
    let all = taken.others.reduce(0) { $0 + $1.cpuSeconds }
    // The busiest, as far as they make up a good part.
    let named = taken.others.prefix(3).filter { $0.cpuSeconds >= 0.1 * all }
    guard !named.isEmpty else { return "" }
    return " (\(FigureText.list(named.map { "\($0.name) \($0.pid)" })))"
  }
}
