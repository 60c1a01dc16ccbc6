import TandemModel
import TandemText

/// All the others were done, or waited, while one worker went on alone.
package struct OneSlowWorker: ObservedRule {
  package let name = "one-slow-worker"

  package func evaluate(_ program: ExplainReport) -> Finding? {
    // Who has a lock and who queues for it, its own rule tells.
    guard program.wallShare(.lock) < LockBound.leastShare else { return nil }
    // Those that did something, not helper threads that sleep all along.
    // How long they were ready for a CPU is the machine's doing, and so is that part of the wall time.
    let wallSeconds = program.wallSeconds * (1 - program.wallShare(.runnable))
    let busy = program.started.map {
      (worker: $0, busySeconds: $0[.onCPU] + $0[.gil] + $0[.io])
    }
    .filter { $0.busySeconds >= 0.02 * wallSeconds }
    .sorted { $0.busySeconds > $1.busySeconds }
    guard busy.count >= 2, program.maxAtOnce >= 2, let slowest = busy.first else { return nil }
    let mean = busy.reduce(0) { $0 + $1.busySeconds } / Double(busy.count)
    // What the slowest did beyond the second, it did alone.
    let alone = slowest.busySeconds - busy[1].busySeconds
    guard slowest.busySeconds >= 1.5 * mean, alone >= 0.2 * wallSeconds else { return nil }
    return finding(
      """
      One worker (\(slowest.worker.name), \(slowest.worker.tid)) was at work for \
      \(FigureText.duration(slowest.busySeconds)), the \(busy.count) that did anything for \
      \(FigureText.duration(mean)) on average: for about \(FigureText.duration(alone)) it was alone.
      """,
      evidence: [
        "slowest_s": slowest.busySeconds, "mean_s": mean, "alone_s": alone,
        "workers": Double(busy.count),
      ],
      advice: """
        Split the largest piece of work, or hand out many small pieces one at a time instead of equal \
        shares at the start.
        """)
  }
}
