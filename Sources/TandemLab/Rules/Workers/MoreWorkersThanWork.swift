import TandemModel

/// Many workers, of which only a few ever had something to do.
package struct MoreWorkersThanWork: ObservedRule {
  package let name = "more-workers-than-work"

  package func evaluate(_ program: ExplainReport) -> Finding? {
    let own = RuntimeThreads(program)
    let started = program.started.filter {
      $0.lifeSeconds >= 0.5 * program.wallSeconds && !own.contains($0)
    }
    guard started.count >= 8 else { return nil }
    let idle = started.filter { $0[.waitingForWork] >= 0.9 * ($0.lifeSeconds - $0[.runnable]) }
    guard Double(idle.count) >= 0.5 * Double(started.count),
      Double(program.maxAtOnce) <= 0.5 * Double(started.count)
    else { return nil }
    return finding(
      """
      Of \(started.count) workers that were there most of the time, \(idle.count) waited for work \
      for 90 % of it or more, and never more than \(program.maxAtOnce) were at work at once.
      """,
      evidence: [
        "workers": Double(started.count), "idle": Double(idle.count),
        "max_at_once": Double(program.maxAtOnce),
      ],
      advice: "\(max(1, program.maxAtOnce)) workers would do the same work with less memory."
    )
  }
}
