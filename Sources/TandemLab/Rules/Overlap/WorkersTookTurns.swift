import TandemModel
import TandemText

/// Workers were started, but no two of them were ever at work at once.
package struct WorkersNeverOverlapped: ObservedRule {
  package let name = "never-overlapped"

  package func evaluate(_ program: ExplainReport) -> Finding? {
    guard program.startedCount >= 2, program.wallShare(.lock) < LockBound.leastShare else {
      return nil
    }
    let busiest = program.started.map(\.atWorkSeconds).max() ?? 0
    // Helper threads that hardly did anything, beside one that did, are no pattern.
    let busy = program.started.filter { $0.atWorkSeconds >= 0.1 * busiest && $0.atWorkSeconds > 0 }
    // How long they were ready for a CPU is the machine's doing, and so is that part of the wall time.
    let share =
      program.started.reduce(0) { $0 + $1.atWorkSeconds }
      / max(program.wallSeconds * (1 - program.wallShare(.runnable)), .leastNonzeroMagnitude)
    guard busy.count >= 2, share >= 0.05 else { return nil }
    if Self.isOneAfterTheOther(busy) { return oneAfterTheOther(program) }
    // Of a GIL that workers queue for, its own rule tells.
    guard program.maxAtOnce <= 1, share >= 0.2, program.totals.gilSeconds != nil,
      program.wallShare(.gil) < GILBound.leastShare
    else {
      return nil
    }
    return takingTurns(program)
  }

  /// Whether each worker had done its work before the next was started.
  ///
  /// What was left of a worker's life then was only waiting: a thread is taken off the CPU while it
  /// ends just as the next begins, mostly on a busy machine.
  private static func isOneAfterTheOther(_ workers: [ObservedWorker]) -> Bool {
    let inOrder = workers.sorted { $0.startedSeconds < $1.startedSeconds }
    var together = 0.0
    for (worker, next) in zip(inOrder, inOrder.dropFirst()) {
      let waiting =
        worker[.runnable] + worker[.waitingForWork] + worker[.child] + worker[.lock]
        + worker[.other]
      together += max(0, worker.endedSeconds - next.startedSeconds - waiting)
    }
    return together <= 0.05 * inOrder.reduce(0) { $0 + $1.atWorkSeconds }
  }

  private func oneAfterTheOther(_ program: ExplainReport) -> Finding {
    finding(
      """
      \(program.startedCounted(program.startedCount).capitalisedFirst) were started, but never two \
      of them were at work at the same time: \(program.concurrency > 1.05 ? "each" : "the program") \
      waited for one to end before the next began, so the concurrency is \
      \(FigureText.ratio(program.concurrency)).
      """,
      evidence: evidence(program),
      advice: """
        Start all of them before waiting for the first: a loop that starts and joins in one step runs \
        them one after the other, whatever kind of worker they are.
        """)
  }

  private func takingTurns(_ program: ExplainReport) -> Finding {
    finding(
      """
      \(program.startedCounted(program.startedCount).capitalisedFirst) were there together, but took \
      turns: never two of them were at work at the same time, and \
      \(FigureText.duration(program.totals[.waitingForWork])) went to waiting for a turn.
      """,
      evidence: evidence(program),
      advice: """
        Let the next one begin before the one before has finished, or let one worker do it all: \
        handing work on costs a wake-up each time and wins nothing.
        """)
  }

  private func evidence(_ program: ExplainReport) -> [String: Double?] {
    [
      "started": Double(program.startedCount), "max_at_once": Double(program.maxAtOnce),
      "concurrency": program.concurrency,
      "waiting_for_work_s": program.totals[.waitingForWork],
    ]
  }
}

extension ObservedWorker {
  /// Seconds at work, those ready for a CPU left out: how long those are is the machine's doing.
  fileprivate var atWorkSeconds: Double { self[.onCPU] + self[.gil] + self[.io] + self[.sleep] }
}
