import TandemModel
import TandemText

/// Workers were ready to run, but the CPUs that they needed were taken by others.
package struct CPUsTakenByOthers: ObservedRule {
  package let name = "cpus-taken-by-others"

  package func evaluate(_ program: ExplainReport) -> Finding? {
    let lost = program.lostCPU[.runnable]
    let cpus = program.lostCPU.cpus
    guard program.wallShare(.runnable) >= 0.15, lost >= 0.1 * cpus * program.wallSeconds,
      // A quota takes CPUs away, too, and is named by its own rule.
      QuotaThrottled().evaluate(program) == nil
    else { return nil }
    return finding(
      """
      Workers were ready to run for \(FigureText.duration(program.totals[.runnable])) in all, while CPUs \
      were not theirs: \(FigureText.duration(lost)) of CPU time that they could have used went to other \
      programs, or lay on CPUs that they are not allowed on.
      """,
      evidence: [
        "runnable_s": program.totals[.runnable], "lost_cpu_s": lost,
        "runnable_wall_share": program.wallShare(.runnable), "cpus": cpus,
        "parallelism": program.parallelism,
      ],
      advice: """
        Look at it again when the machine is idle, and see what else runs (top), or which CPUs the \
        program may use (taskset -p): its times are partly others'.
        """)
  }
}
