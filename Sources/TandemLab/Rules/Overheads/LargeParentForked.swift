package import TandemModel
import TandemText

/// A process with much memory is forked again and again.
package struct LargeParentForked: Rule {
  package let claim = Claim.largeParentForked

  private static let largeKiB = 512 * 1024

  package init() {}

  package func conclusions(from program: ExplainReport) -> [Conclusion] {
    guard program.starts.processes >= 2,
      let parent = program.workers.filter({ $0.kind != .thread })
        .max(by: { ($0.memory?.rssKiB ?? 0) < ($1.memory?.rssKiB ?? 0) }),
      let resident = parent.memory?.rssKiB, resident >= Self.largeKiB,
      // Its own children carry its name until they run another program.
      case let children = program.started.filter({
        $0.kind == .process && $0.name == parent.name && $0.pid != parent.pid
          && $0.startedSeconds > parent.startedSeconds
      }), children.count >= 2
    else { return [] }
    return [
      conclusion(
        """
        A process of \(FigureText.memory(kib: Double(resident))) (\(parent.name), \(parent.pid)) was \
        forked \(FigureText.count(children.count, "time")): each fork copies the tables of all its \
        pages, and later every page that one side writes to.
        """,
        evidence: [
          "rss_kib": Double(resident), "forks": Double(children.count),
          "process_start_s": program.starts.processStartSeconds,
        ],
        potentialGain: nil,
        advice: """
          Start the workers before loading the data, or from a small server (multiprocessing's \
          forkserver), and send each one only what it needs.
          """)
    ]
  }
}
