package import TandemModel
import TandemText

/// More workers want a CPU than there are CPUs.
package enum Oversubscribed {
  /// Models whose workers spend much of their time waiting for a CPU.
  package struct InComparison: Rule {
    package let claim = Claim.oversubscribed

    package init() {}

    package func conclusions(from comparison: Comparison) -> [Conclusion] {
      let cpus = comparison.machine.effectiveCPUs
      let crowded = comparison.ran(on: .allAtOnce).compactMap {
        result -> (result: ModelResult, queue: Double)? in
        guard result.workers > cpus, let runnable = result.runnableSeconds,
          let wall = result.medianSeconds, wall > 0,
          let concurrency = result.concurrency, concurrency > 1.2 * Double(cpus),
          // Both in their bodies' time and on average at any moment: work that waits has short
          // queues too, whenever many workers wake at once.
          runnable >= 0.3 * concurrency * wall, runnable >= wall,
          // How many workers that wait are enough, the number of CPUs doesn't say.
          comparison.profile(under: result.interpreter).nature != .ioBound
        else { return nil }
        return (result, runnable / wall)
      }
      guard let (worst, queue) = crowded.max(by: { $0.queue < $1.queue }),
        let runnable = worst.runnableSeconds, let onCPU = worst.onCPUSeconds
      else { return [] }
      let involuntary = worst.switches.flatMap {
        $0.involuntary >= 2
          ? " (the kernel took a CPU away \(FigureText.count($0.involuntary)) times in a run)"
          : nil
      }
      return [
        conclusion(
          """
          With \(worst.workers) workers on \(FigureText.count(cpus, "CPU")), \(worst.label) had \
          \(FigureText.ratio(queue)) workers waiting for a CPU on average: their bodies spent \
          \(FigureText.duration(onCPU)) on a CPU and \(FigureText.duration(runnable)) waiting for one.
          """,
          about: [worst],
          evidence: [
            "workers": Double(worst.workers), "cpus": Double(cpus), "runnable_s": runnable,
            "on_cpu_s": onCPU, "waiting_for_a_cpu": queue,
            "involuntary_switches": worst.switches?.involuntary,
          ],
          potentialGain: nil,
          advice: """
            Try --workers \(cpus): more workers than CPUs don't make work that computes faster, and \
            fewer need less memory and fewer switches\(involuntary ?? "").
            """)
      ]
    }
  }

  /// A program whose workers, on average, want more CPUs than it has.
  package struct InProgram: Rule {
    package let claim = Claim.oversubscribed

    package init() {}

    package func conclusions(from program: ExplainReport) -> [Conclusion] {
      let cpus = program.lostCPU.cpus
      let wanting =
        program.wallSeconds > 0
        ? (program.totals[.onCPU] + program.totals[.runnable]) / program.wallSeconds : 0
      guard program.wallShare(.runnable) >= 0.2, wanting >= 1.25 * cpus else { return [] }
      let involuntary = program.workers.reduce(0) { $0 + ($1.switches?.involuntary ?? 0) }
      return [
        conclusion(
          """
          On average \(FigureText.ratio(wanting)) workers wanted a CPU, but the program has \
          \(FigureText.cpus(cpus)), \(cpus == 1 ? "which was" : "which were") \
          \(FigureText.percent(min(1, program.parallelism / cpus))) busy with it: workers waited \
          \(FigureText.duration(program.totals[.runnable])) for a CPU and were taken off one \
          \(FigureText.count(Int(involuntary), "time")).
          """,
          evidence: [
            "runnable_s": program.totals[.runnable], "wanting_cpu": wanting, "cpus": cpus,
            "involuntary_switches": involuntary, "parallelism": program.parallelism,
          ],
          // The CPUs are busy. Whether they have less to do with fewer workers, one run doesn't show.
          potentialGain: nil,
          advice: """
            Start no more computing workers than there are CPUs (\(FigureText.setting(cpus))): more of \
            them only take turns.
            """)
      ]
    }
  }
}
