package import TandemModel
import TandemText

/// More workers wanted a CPU than there are.
package struct MoreRunnableThanCPUs: Rule {
  package let name = "more-runnable-than-cpus"

  package func evaluate(_ context: RuleContext) -> [Finding] {
    let cpus = context.machine.effectiveCPUs
    let crowded = context.ran(on: .allAtOnce).compactMap { result -> (ModelResult, Double)? in
      guard result.workers > cpus, let runnable = result.runnableSeconds,
        let wall = result.medianSeconds, wall > 0,
        let concurrency = result.concurrency, concurrency > 1.2 * Double(cpus),
        // Both in their bodies' time and on average at any moment: work that waits has short
        // queues too, whenever many workers wake at once.
        runnable >= 0.3 * concurrency * wall, runnable >= wall
      else { return nil }
      return (result, runnable / wall)
    }
    guard let (worst, queue) = crowded.max(by: { $0.1 < $1.1 }),
      let runnable = worst.runnableSeconds, let onCPU = worst.onCPUSeconds
    else { return [] }
    let claim = """
      With \(worst.workers) workers on \(FigureText.count(cpus, "CPU")), \(worst.label) had \
      \(FigureText.ratio(queue)) workers ready to run but waiting for a CPU on average: their bodies \
      spent \(FigureText.duration(onCPU)) on a CPU and \(FigureText.duration(runnable)) in the queue for one.
      """
    let involuntary = worst.switches.flatMap {
      $0.involuntary >= 2
        ? " (the kernel took a CPU away \(FigureText.count($0.involuntary)) times in a run)" : nil
    }
    return [
      finding(
        claim,
        evidence: [
          "workers": Double(worst.workers), "cpus": Double(cpus), "runnable_s": runnable,
          "on_cpu_s": onCPU, "waiting_for_a_cpu": queue,
          "involuntary_switches": worst.switches?.involuntary,
        ],
        advice: """
          More workers than CPUs can't make work that computes faster; try --workers \(cpus) for \
          fewer switches and less memory\(involuntary ?? "").
          """)
    ]
  }
}
