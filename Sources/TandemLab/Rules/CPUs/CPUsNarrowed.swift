package import TandemModel
import TandemText

/// The program bound its workers to fewer CPUs than it was given, and they wait for these.
///
/// Workers that are bound to a CPU each are fine; so is one worker on one CPU. What matters is that the workers
/// of one set of CPUs want more of them than there are, while the program doesn't use the others.
package struct CPUsNarrowed: Rule {
  package let claim = Claim.cpusNarrowed

  /// The workers must want so many times the CPUs that they are bound to.
  private static let leastCrowding = 1.1
  /// The program must have left this share of the CPUs that it was given.
  private static let leastUnused = 0.1

  package init() {}

  package func conclusions(from program: ExplainReport) -> [Conclusion] {
    let given = program.lostCPU.cpus
    let all = given * program.wallSeconds
    guard program.wallSeconds > 0, all - program.totals[.onCPU] >= Self.leastUnused * all,
      let narrowed = program.lostCPU.narrowed.first(where: { isCrowded($0, in: program) })
    else { return [] }
    let others = narrowed.workers - 1
    let more = others == 0 ? "" : " and \(FigureText.count(others, "more worker"))"
    let them = others == 0 ? "it" : "them"
    return [
      conclusion(
        """
        From \(FigureText.duration(narrowed.sinceSeconds)) on, \(narrowed.name) (\(narrowed.tid))\(more) \
        could run on \(Self.text(narrowed)) only, although the program was given \
        \(FigureText.cpus(given)): it, or something that it ran, bound \(them). Since then \(others == 0 ? "it" : "they") computed \
        for \(FigureText.duration(narrowed.onCPUSeconds)) and waited for a CPU for \
        \(FigureText.duration(narrowed.runnableSeconds)) in all.
        """,
        evidence: [
          "since_s": narrowed.sinceSeconds, "cpus": Double(narrowed.count), "cpus_given": given,
          "workers": Double(narrowed.workers), "on_cpu_s": narrowed.onCPUSeconds,
          "runnable_s": narrowed.runnableSeconds,
        ],
        potentialGain: program.gain(
          atMost: narrowed.runnableSeconds, "the time that these workers waited for a CPU"),
        advice: """
          Find what binds them: a call of sched_setaffinity(2) (os.sched_setaffinity in Python), a variable \
          such as OMP_PROC_BIND, GOMP_CPU_AFFINITY or KMP_AFFINITY, taskset or numactl in a script, or a \
          library that does so when it is loaded; or give each worker all CPUs again when it begins.
          """)
    ]
  }

  private func isCrowded(_ narrowed: NarrowedCPUs, in program: ExplainReport) -> Bool {
    let length = program.wallSeconds - narrowed.sinceSeconds
    guard length > 0, Double(narrowed.count) < program.lostCPU.cpus else { return false }
    let wanted = (narrowed.onCPUSeconds + narrowed.runnableSeconds) / length
    return wanted >= Self.leastCrowding * Double(narrowed.count)
  }

  private static func text(_ narrowed: NarrowedCPUs) -> String {
    narrowed.count == 1 ? "CPU \(narrowed.cpus)" : "CPUs \(narrowed.cpus)"
  }
}
