import TandemModel
import TandemText

/// More workers wanted a CPU than there are.
package struct MoreWantedThanCPUs: ObservedRule {
  package let name = "oversubscribed"

  package func evaluate(_ program: ExplainReport) -> Finding? {
    let cpus = program.lostCPU.cpus
    let share = program.wallShare(.runnable)
    let wanting =
      program.wallSeconds > 0
      ? (program.totals[.onCPU] + program.totals[.runnable]) / program.wallSeconds : 0
    guard share >= 0.2, wanting >= 1.25 * cpus else { return nil }
    let involuntary = program.workers.reduce(0) { $0 + ($1.switches?.involuntary ?? 0) }
    let busy = FigureText.percent(min(1, program.parallelism / cpus))
    return finding(
      """
      On average \(FigureText.ratio(wanting)) workers were ready to run, but the program has \
      \(FigureText.cpus(cpus)), \(cpus == 1 ? "which was" : "which were") \(busy) busy with it: workers waited \
      \(FigureText.duration(program.totals[.runnable])) for a CPU and were taken off one \
      \(FigureText.count(Int(involuntary), "time")).
      """,
      evidence: [
        "runnable_s": program.totals[.runnable], "wanting_cpu": wanting, "cpus": cpus,
        "involuntary_switches": involuntary, "parallelism": program.parallelism,
      ],
      advice: """
        Start no more workers that compute than there are CPUs (\(FigureText.setting(cpus))): more of them \
        only take turns.
        """)
  }
}
