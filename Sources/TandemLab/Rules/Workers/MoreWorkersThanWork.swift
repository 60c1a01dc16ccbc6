package import TandemModel
import TandemText

/// Most workers of a kind never have anything to do, or wait together for one that gives them work.
package struct MoreWorkersThanWork: Rule {
  package let claim = Claim.moreWorkersThanWork

  /// Fewer that do nothing aren't worth a word.
  private static let leastIdle = 8

  package init() {}

  package func conclusions(from program: ExplainReport) -> [Conclusion] {
    for group in LikeWorkers.groups(of: program) {
      let alive = group.workers.filter { $0.lifeSeconds >= 0.5 * program.wallSeconds }
      if let conclusion = idle(alive, group, program) ?? consumers(alive, group, program) {
        return [conclusion]
      }
    }
    return []
  }

  private static func waitsFor(_ share: Double, _ worker: ObservedWorker) -> Bool {
    worker[.waitingForWork] >= share * (worker.lifeSeconds - worker[.runnable])
  }

  /// Many of which most never have anything to do.
  private func idle(
    _ alive: [ObservedWorker], _ group: LikeWorkers, _ program: ExplainReport
  ) -> Conclusion? {
    let idle = alive.filter { Self.waitsFor(0.9, $0) }
    guard alive.count >= Self.leastIdle, idle.count * 2 >= alive.count,
      program.maxAtOnce * 2 <= alive.count
    else { return nil }
    let enough = max(1, program.maxAtOnce)
    let whose = group.library.map { " of \($0)" } ?? ""
    var advice = "Start \(FigureText.count(enough, "worker")) to do the same work with less memory."
    if let file = group.workers.first?.beganIn?.fileName,
      let variable = TeamLibrary(file: file)?.variable
    {
      advice = "Set \(variable) if the memory of the idle ones matters: they cost no time."
    }
    var found = conclusion(
      """
      Of \(alive.count) workers\(whose) that lived for at least half of the time, \(idle.count) waited \
      for work for 90 % of it or more, and at most \(program.maxAtOnce) were at work at once.
      """,
      evidence: [
        "workers": Double(alive.count), "idle": Double(idle.count),
        "max_at_once": Double(program.maxAtOnce),
      ],
      potentialGain: program.gain(atMost: 0, "idle workers cost memory, not time"), advice: advice)
    // What a library's threads don't do says nothing about what the others wait for.
    found.isAboutAPart = group.library != nil
    return found
  }

  /// Some that do work, and wait most of the time for another one that waits itself.
  private func consumers(
    _ alive: [ObservedWorker], _ group: LikeWorkers, _ program: ExplainReport
  ) -> Conclusion? {
    guard alive.count >= 2, alive.count == group.workers.count,
      alive.allSatisfy({
        Self.waitsFor(0.6, $0) && $0[.onCPU] >= 0.01 * $0.lifeSeconds
      }), program.maxAtOnce * 2 <= alive.count,
      // Where one of them works, or would if it had a CPU, at nearly every moment, it isn't work that
      // they lack.
      alive.reduce(0, { $0 + $1[.onCPU] + $1[.runnable] }) <= 0.7 * program.wallSeconds,
      let giver = giver(beside: alive, program)
    else { return nil }
    let waiting = alive.reduce(0) { $0 + $1[.waitingForWork] }
    let share = waiting / alive.reduce(0) { $0 + $1.lifeSeconds }
    let does = giver[.sleep] >= giver[.io] ? "slept" : "waited for I/O"
    let seconds = max(giver[.sleep], giver[.io])
    return conclusion(
      """
      \(group.title.capitalisedFirst) waited for work for \(FigureText.percent(share)) of their time, and \
      at most \(program.maxAtOnce) \(program.maxAtOnce == 1 ? "was" : "were") at work at once; meanwhile \(giver.name) (\(giver.tid)) \(does) for \
      \(FigureText.duration(seconds)).
      """,
      evidence: [
        "workers": Double(alive.count), "waiting_for_work_s": waiting,
        "max_at_once": Double(program.maxAtOnce), "giver_waits_s": seconds,
      ],
      potentialGain: program.gain(
        without: giver[.sleep] >= giver[.io] ? [.sleep] : [.io], does),
      advice: """
        Look at what the workers' work comes from: they have room for more, and more of them would only \
        wait too.
        """)
  }

  /// The worker outside of a group that slept or waited for I/O most, if that was most of the time.
  private func giver(
    beside group: [ObservedWorker], _ program: ExplainReport
  ) -> ObservedWorker? {
    let tids = Set(group.map(\.tid))
    return program.workers
      .filter { !tids.contains($0.tid) && $0[.sleep] + $0[.io] >= 0.5 * program.wallSeconds }
      .max { $0[.sleep] + $0[.io] < $1[.sleep] + $1[.io] }
  }
}
