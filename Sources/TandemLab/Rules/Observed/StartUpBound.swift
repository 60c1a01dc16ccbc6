import TandemModel
import TandemText

/// Workers that live so shortly that starting them is most of the work.
package struct StartUpBound: ObservedRule {
  package let name = "start-up-bound"

  /// A process that lived no longer than this hardly did more than begin and end.
  private static let shortProcessSeconds = 0.05
  /// The same for a thread.
  private static let shortThreadSeconds = 0.000_25
  /// So many a second leave no time for much else.
  private static let manyThreads = 1_000.0
  private static let manyProcesses = 200.0

  package func evaluate(_ program: ExplainReport) -> Finding? {
    let started = program.started
    guard program.startedCount >= 20 else { return nil }
    let short = started.filter {
      // Waiting for a CPU makes a life longer, and no fuller.
      $0.lifeSeconds - $0[.runnable]
        <= ($0.kind == .process ? Self.shortProcessSeconds : Self.shortThreadSeconds)
    }
    let shareOfShort = Double(short.count) / Double(max(1, started.count))
    let perSecond = Double(program.startedCount) / max(program.wallSeconds, 1e-9)
    let life = short.map(\.lifeSeconds).sorted()[safe: short.count / 2]
    guard shareOfShort >= 0.8, let life else { return nil }
    // The lives of the short ones, one after the other, must make up the program's time.
    let inLives =
      short.reduce(0) { $0 + $1.lifeSeconds } * Double(program.startedCount)
      / Double(max(1, started.count))
    // Much of the cost of a start is its parent's, who isn't short-lived.
    let isStorm =
      perSecond >= (program.starts.processes == 0 ? Self.manyThreads : Self.manyProcesses)
      && IOBound().evaluate(program) == nil
    guard inLives >= 0.3 * program.wallSeconds || isStorm else { return nil }
    let noun = program.startedNoun
    return finding(
      """
      \(program.startedCounted(program.startedCount).capitalisedFirst) were started, \
      \(FigureText.count(perSecond)) a second, and half of them lived less than \
      \(FigureText.duration(life)): starting and ending them is most of what they did.
      """,
      evidence: [
        "started": Double(program.startedCount), "per_second": perSecond, "median_life_s": life,
        "thread_start_s": program.starts.threadStartSeconds,
        "process_start_s": program.starts.processStartSeconds,
      ],
      advice: """
        Start a few workers once and give each many pieces of work: a pool of \
        \(noun == "process" ? "processes" : noun + "s") pays for its start once.
        """)
  }
}

extension Array {
  /// The element at a place; nil when there is none.
  fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
