package import TandemModel
import TandemText

/// A worker wakes again and again after a time of its own, and does next to nothing.
package struct Polling: Rule {
  package let claim = Claim.polling

  /// Fewer wake-ups a second cost nothing that could be seen.
  private static let leastPerSecond = 40.0
  private static let leastWakeUps = 50.0
  /// What does more each time has found something to do.
  private static let mostCPUSeconds = 0.000_2

  package init() {}

  /// CPU time of workers that began and ended between two samples: it may wake up to start them.
  private static func unseen(in program: ExplainReport) -> Double {
    guard program.sources.switches == .sampled, let all = program.sources.accountedCPUSeconds
    else { return 0 }
    return all - program.totals[.onCPU]
  }

  /// One that starts a worker at so many of its wake-ups has something to do.
  private static let leastStarts = 0.1

  /// The workers that were started, and where samples miss short lives, all that may have been.
  private static func started(in program: ExplainReport) -> Double {
    let all = program.sources.switches == .sampled ? program.starts.onMachine : nil
    return Double(max(all ?? 0, program.startedCount))
  }

  package func conclusions(from program: ExplainReport) -> [Conclusion] {
    let pollers = program.workers.filter { worker in
      guard worker.role != .runtime, let wakeUps = worker.switches?.voluntary, wakeUps > 0,
        worker.lifeSeconds > 0
      else { return false }
      return wakeUps >= Self.leastWakeUps && wakeUps / worker.lifeSeconds >= Self.leastPerSecond
        && worker[.sleep] >= 0.9 * (worker.lifeSeconds - worker[.runnable])
        && worker[.onCPU] <= Self.mostCPUSeconds * wakeUps
    }
    guard let worst = pollers.max(by: { $0.wakeUps < $1.wakeUps }),
      // Where others wait for I/O, that is what the time goes to.
      program.wallShare(.io) < 0.25
    else { return [] }
    // One that wakes others as often as itself gives them work at a pace.
    let alike = Set(pollers.map(\.tid))
    let others = program.workers.reduce(0) { alike.contains($1.tid) ? $0 : $0 + $1.wakeUps }
    guard others < 0.5 * worst.wakeUps, Self.unseen(in: program) <= worst[.onCPU],
      Self.started(in: program) < Self.leastStarts * worst.wakeUps
    else { return [] }
    let perSecond = worst.wakeUps / worst.lifeSeconds
    let more = pollers.count > 1 ? ", as \(FigureText.count(pollers.count - 1, "other")) did" : ""
    return [
      conclusion(
        """
        \(worst.name) (\(worst.tid)) slept for \
        \(FigureText.duration(worst[.sleep] / worst.wakeUps)) at a time and woke \
        \(FigureText.count(perSecond)) times a second\(more), each time for \
        \(FigureText.duration(worst[.onCPU] / worst.wakeUps)) on a CPU.
        """,
        evidence: [
          "wake_ups": worst.wakeUps, "per_second": perSecond, "sleep_s": worst[.sleep],
          "on_cpu_s": worst[.onCPU], "pollers": Double(pollers.count),
        ],
        potentialGain: nil,
        advice: """
          If it looks whether something has happened, let it wait for that itself (a condition, a \
          blocking read, a queue): it then reacts at once, and costs nothing meanwhile.
          """)
    ]
  }
}

extension ObservedWorker {
  /// How often it waited; 0 where that wasn't measured.
  fileprivate var wakeUps: Double { switches?.voluntary ?? 0 }
}
