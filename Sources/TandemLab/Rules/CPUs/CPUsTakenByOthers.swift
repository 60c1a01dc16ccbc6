package import TandemModel
import TandemText

/// Workers are ready to run, but other programs have the CPUs.
package struct CPUsTakenByOthers: Rule {
  package let claim = Claim.cpusTakenByOthers

  package init() {}

  package func conclusions(from program: ExplainReport) -> [Conclusion] {
    let lost = program.lostCPU[.runnable]
    let cpus = program.lostCPU.cpus
    guard program.readyTimeIsRecorded, program.wallShare(.runnable) >= 0.15,
      lost >= 0.1 * cpus * program.wallSeconds
    else {
      return []
    }
    return [
      conclusion(
        """
        Workers were ready to run for \(FigureText.duration(program.totals[.runnable])) in all, but \
        \(FigureText.duration(lost)) of CPU time that they could have used went to other programs, or \
        was on CPUs that they may not run on.
        """,
        evidence: [
          "runnable_s": program.totals[.runnable], "lost_cpu_s": lost,
          "runnable_wall_share": program.wallShare(.runnable), "cpus": cpus,
          "parallelism": program.parallelism,
        ],
        potentialGain: program.gain(without: [.runnable], "was ready for a CPU"),
        advice: """
          Measure again on an idle machine, and check what else runs (top) and which CPUs the program \
          may use (taskset -p): the times depend on other programs.
          """)
    ]
  }
}
