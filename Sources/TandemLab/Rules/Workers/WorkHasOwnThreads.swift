import TandemModel
import TandemText

/// The work starts threads of its own, which compute beside the workers.
package struct WorkHasOwnThreads: Rule {
  package let claim = Claim.workHasOwnThreads

  package init() {}

  package func conclusions(from comparison: Comparison) -> [Conclusion] {
    let models = comparison.ran.filter { ($0.workThreadSeconds ?? 0) > 0 }
    guard
      let most = models.max(by: { ($0.workThreadSeconds ?? 0) < ($1.workThreadSeconds ?? 0) }),
      let seconds = most.workThreadSeconds, let own = most.onCPUSeconds
    else { return [] }
    let cpus = comparison.machine.effectiveCPUs
    let known = comparison.crossings.first { $0.interpreter == most.interpreter?.path }
    let settings = (known?.threadVariables ?? []).map { "\($0)=1" }
    let how =
      settings.isEmpty
      ? """
      OMP_NUM_THREADS=1, OPENBLAS_NUM_THREADS=1, MKL_NUM_THREADS=1, or the library's own setting
      """ : settings.joined(separator: ", ")
    let several = comparison.ran(on: .allAtOnce).map(\.workers).max() ?? 0
    return [
      conclusion(
        """
        The work has threads of its own: in \(most.label), \(most.schedule.phrase), the workers' bodies took \
        \(FigureText.duration(own)) of CPU time, and threads that they started took \
        \(FigureText.duration(seconds)) more (parallelism \(FigureText.ratio(most.parallelism))).
        """,
        about: models,
        evidence: [
          "work_threads_s": seconds, "on_cpu_s": own, "parallelism": most.parallelism,
          "models": Double(models.count), "cpus": Double(cpus),
        ],
        potentialGain: nil,
        advice: several < 2
          ? "Count these threads as workers: they share the \(FigureText.count(cpus, "CPU"))."
          : """
          Count these threads as workers: give each worker one (\(how)), or start fewer workers, so that all \
          of them together are about as many as the CPUs (\(FigureText.count(cpus))).
          """)
    ]
  }
}
