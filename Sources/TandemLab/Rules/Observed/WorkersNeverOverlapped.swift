import TandemModel

/// Workers were started, but no two of them were ever at work at once.
package struct WorkersNeverOverlapped: ObservedRule {
  package let name = "never-overlapped"

  package func evaluate(_ program: ExplainReport) -> Finding? {
    guard program.startedCount >= 2, program.maxAtOnce <= 1 else { return nil }
    let busy = program.started.reduce(0) {
      $0 + $1[.onCPU] + $1[.runnable] + $1[.gil] + $1[.io] + $1[.sleep]
    }
    // A helper thread that never did anything, beside one that did, is no pattern.
    guard busy >= 0.2 * program.wallS else { return nil }
    return finding(
      """
      \(program.startedCounted(program.startedCount).capitalisedFirst) were started, but never two \
      of them were at work at the same time: \(program.concurrency > 1.05 ? "each" : "the program") \
      waited for one to end before the next began, so the concurrency is \
      \(Wording.number(program.concurrency)).
      """,
      evidence: [
        "started": Double(program.startedCount), "max_at_once": Double(program.maxAtOnce),
        "concurrency": program.concurrency,
      ],
      advice: """
        Start all of them before waiting for the first: a loop that starts and joins in one step runs \
        them one after the other, whatever kind of worker they are.
        """)
  }
}
