package import TandemModel
import TandemText

/// A process with much memory is forked again and again, and that takes it much time.
///
/// What counts is the time: a parent whose memory is in large pages, or shared, is forked quickly.
package struct LargeParentForked: Rule {
  package let claim = Claim.largeParentForked

  /// The tables of 128 MiB in pages of 4 KiB.
  private static let leastTablesKiB = 256
  /// A fork of a small process takes a tenth of that.
  private static let leastSecondsPerFork = 0.001
  /// More time in the kernel for each KiB of page tables, which cover 128 pages, is for something else: some
  /// microseconds to copy them, and about one for each page that is copied later.
  private static let mostSecondsPerKiB = 0.000_15
  /// What forking took must be this share of the wall time, or that share of the program's CPU time: on a
  /// busy machine the wall time says little.
  private static let leastShare = 0.05
  private static let leastCPUShare = 0.25

  package init() {}

  package func conclusions(from program: ExplainReport) -> [Conclusion] {
    guard program.wallSeconds > 0,
      let cost = program.starts.forks.first(where: { isLarge($0, program) }),
      let each = cost.systemSecondsPerFork, let all = cost.systemSeconds,
      let tables = cost.pageTablesKiB
    else { return [] }
    let resident = program.workers.first { $0.kind != .thread && $0.pid == cost.pid }?.memory?
      .rssKiB
    let memory = resident.map { ", which has \(FigureText.memory(kib: Double($0)))," } ?? ""
    return [
      conclusion(
        """
        \(cost.name) (\(cost.pid))\(memory) was forked \(FigureText.count(cost.forks, "time")). That took \
        it at most \(FigureText.duration(each)) a time, \(FigureText.duration(all)) in all: its time in the \
        kernel from one fork to the next. A fork copies the page tables \
        (\(FigureText.memory(kib: Double(tables)))), and later every page that one side writes to.
        """,
        evidence: [
          "rss_kib": resident.map(Double.init), "page_tables_kib": Double(tables),
          "forks": Double(cost.forks), "system_s_per_fork": each, "system_s": all,
        ],
        potentialGain: program.gainOfCPUTimeToo(
          atMost: 2 * all, "what forking took, and as much again for taking the copies down"),
        advice: """
          Start the workers before loading the data, or from a small server (multiprocessing's \
          forkserver), and send each one only what it needs; start other programs with posix_spawn, which \
          copies nothing.
          """)
    ]
  }

  private func isLarge(_ cost: ForkCost, _ program: ExplainReport) -> Bool {
    guard let each = cost.systemSecondsPerFork, let all = cost.systemSeconds,
      let tables = cost.pageTablesKiB
    else { return false }
    return each >= Self.leastSecondsPerFork && each <= Self.mostSecondsPerKiB * Double(tables)
      && tables >= Self.leastTablesKiB
      && all
        >= min(
          Self.leastShare * program.wallSeconds, Self.leastCPUShare * program.totals[.onCPU])
  }
}
