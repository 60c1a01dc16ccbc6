import TandemModel
import TandemText

/// A thread that runs an event loop makes calls that block it, so that the loop doesn't go on meanwhile.
///
/// Only waits that were looked into count. That a callback computes for long can't be seen: between two of its
/// turns the loop may look for new events without waiting.
package struct EventLoopBlocked: Rule {
  package let claim = Claim.eventLoopBlocked

  /// Below this share of the wall time it matters little.
  private static let leastShare = 0.1
  /// Shorter calls than this hold nothing up that anybody would notice.
  private static let leastSeconds = 0.05

  package init() {}

  package func conclusions(from program: ExplainReport) -> [Conclusion] {
    // Threads of these look for events and run something else in turn.
    let others = Set(program.runtimes.filter { $0.name.hidesLocks && $0.name != .node }.map(\.pid))
    let blocked = program.workers.compactMap { worker -> (ObservedWorker, BlockedLoop)? in
      guard !others.contains(worker.pid), let loop = worker.blockedLoop,
        loop.longestSeconds >= Self.leastSeconds,
        loop.seconds >= Self.leastShare * program.wallSeconds
      else { return nil }
      return (worker, loop)
    }
    guard let (worker, loop) = blocked.max(by: { $0.1.seconds < $1.1.seconds }) else { return [] }
    let more =
      blocked.count > 1
      ? "; \(FigureText.count(blocked.count - 1, "other loop")) likewise" : ""
    let place = loop.function.map { ", mostly in \($0.inWords)" } ?? ""
    let isPython = program.gil.contains { $0.pid == worker.pid }
    return [
      conclusion(
        """
        \(worker.name) (\(worker.tid)) runs an event loop, which stood still during \
        \(FigureText.count(loop.count, "call")) that \(loop.count == 1 ? "blocks" : "block")\(place): \
        \(Self.verb(loop.state)) there for \(FigureText.duration(loop.seconds)) of \
        \(FigureText.duration(program.wallSeconds)), up to \(FigureText.duration(loop.longestSeconds)) \
        at a time, and nothing else that the loop serves can go on meanwhile\(more).
        """,
        evidence: [
          "calls": Double(loop.count), "blocked_s": loop.seconds,
          "longest_s": loop.longestSeconds, "loops": Double(blocked.count),
        ],
        potentialGain: program.gain(atMost: loop.seconds, "the time that the loop stood still"),
        advice: isPython
          ? """
          Await it: asyncio.sleep, an asynchronous client, or asyncio.to_thread around the call; then waits \
          overlap, if there are several.
          """
          : """
          Use calls that don't block, or make these in a thread of their own; then waits overlap, if there \
          are several.
          """)
    ]
  }

  private static func verb(_ state: WorkerState) -> String {
    switch state {
    case .sleep: "it slept"
    case .child: "it waited for a child process"
    default: "it waited for a connection"
    }
  }
}
