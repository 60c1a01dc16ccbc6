import TandemModel
import TandemText

/// Worker processes keep memory that matters.
package struct MemoryPerWorker: Rule {
  package let claim = Claim.memoryPerWorker

  package init() {}

  /// Below this much for all workers together, memory decides nothing.
  private static let leastTotalKiB = 32.0 * 1024
  /// Below this much for one worker neither.
  private static let leastPerWorkerKiB = 1024.0

  /// A forked worker with more than this may have copied it from its parent.
  private static let muchOfAParentKiB = 32.0 * 1024

  private static func isForkedPython(_ result: ModelResult) -> Bool {
    result.model == .pythonProcessesFork || result.pythonPool?.startMethod == "fork"
  }

  package func conclusions(from comparison: Comparison) -> [Conclusion] {
    let heavy = comparison.ran(on: .allAtOnce).filter { result in
      guard let uss = result.memory.ussKiBPerWorker, result.workers >= 2 else { return false }
      return uss >= Self.leastPerWorkerKiB
        && uss * Double(result.workers) >= Self.leastTotalKiB
    }
    guard
      let worst = heavy.max(by: {
        ($0.memory.ussKiBPerWorker ?? 0) < ($1.memory.ussKiBPerWorker ?? 0)
      }), let uss = worst.memory.ussKiBPerWorker
    else { return [] }
    let total = uss * Double(worst.workers)
    let alike = comparison.ran(on: .allAtOnce).filter { $0.interpreter == worst.interpreter }
    let stack = alike.compactMap(\.memory.stackKiBPerWorker).max()
    var sentence = """
      A worker of \(worst.label) keeps \(FigureText.memory(kib: uss)) of private memory until it \
      ends, so \(worst.workers) at once keep \(FigureText.memory(kib: total))
      """
    if let stack { sentence += "; a thread's stack holds \(FigureText.memory(kib: stack))" }
    if uss >= Self.muchOfAParentKiB, Self.isForkedPython(worst) {
      sentence += """
        . A forked worker copies the pages of its parent's objects that it uses, because Python writes their \
        reference counts
        """
    }
    let lighter = alike.filter { $0.model.isProcesses && $0.memory.ussKiBPerWorker != nil }
      .min { ($0.memory.ussKiBPerWorker ?? 0) < ($1.memory.ussKiBPerWorker ?? 0) }
    let cpus = comparison.machine.effectiveCPUs
    var advice = """
      Start only as many worker processes as work at the same time, and give each many items
      """
    if worst.workers > cpus, comparison.profile(under: worst.interpreter).nature == .cpuBound {
      advice += """
         (\(FigureText.count(cpus, "worker")) would keep \(FigureText.memory(kib: uss * Double(cpus))))
        """
    }
    if let lighter, let less = lighter.memory.ussKiBPerWorker, less < uss / 1.5 {
      advice += "; \(lighter.model.rawValue) keeps \(FigureText.memory(kib: less)) a worker"
    }
    return [
      conclusion(
        sentence + ".", about: [worst],
        evidence: [
          "uss_kib_per_worker": uss, "pss_kib_per_worker": worst.memory.pssKiBPerWorker,
          "workers": Double(worst.workers), "total_kib": total,
          "thread_stack_kib_per_worker": stack,
        ],
        potentialGain: PotentialGain(
          seconds: 0, wallSeconds: worst.medianSeconds ?? 0, basis: "it saves memory, not time"),
        advice: advice + ".")
    ]
  }
}
