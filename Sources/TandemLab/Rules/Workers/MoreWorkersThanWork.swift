package import TandemModel
import TandemText

/// Most of many workers never have anything to do.
package struct MoreWorkersThanWork: Rule {
  package let claim = Claim.moreWorkersThanWork

  package init() {}

  package func conclusions(from program: ExplainReport) -> [Conclusion] {
    let own = RuntimeThreads(program)
    let started = program.started.filter {
      $0.lifeSeconds >= 0.5 * program.wallSeconds && !own.contains($0)
    }
    guard started.count >= 8 else { return [] }
    let idle = started.filter { $0[.waitingForWork] >= 0.9 * ($0.lifeSeconds - $0[.runnable]) }
    guard Double(idle.count) >= 0.5 * Double(started.count),
      Double(program.maxAtOnce) <= 0.5 * Double(started.count)
    else { return [] }
    let enough = max(1, program.maxAtOnce)
    return [
      conclusion(
        """
        Of \(started.count) workers that lived for at least half of the time, \(idle.count) waited for \
        work for 90 % of it or more, and at most \(program.maxAtOnce) were at work at once.
        """,
        evidence: [
          "workers": Double(started.count), "idle": Double(idle.count),
          "max_at_once": Double(program.maxAtOnce),
        ],
        potentialGain: program.gain(atMost: 0, "idle workers cost memory, not time"),
        advice:
          "Start \(FigureText.count(enough, "worker")) to do the same work with less memory.")
    ]
  }
}
