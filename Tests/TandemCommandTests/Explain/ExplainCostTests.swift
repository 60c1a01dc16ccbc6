import Foundation
import TandemModel
import TandemSystem
import Testing

/// What `tandem explain --cost-runs` measures, and what it leaves alone.
@Suite(.timeLimit(.minutes(10))) struct ExplainCostTests {
  /// The command runs once as ever and so often again, silently.
  @Test func whatIsRunAgainIsNotSeen() throws {
    let folder = try TemporaryFolder()
    let run = try ShellRun(
      """
      exec "$TANDEM" explain --cost-runs 2 --json report -- \
      sh -c 'echo out; echo err >&2; echo run >>runs; wc -c; exit 3' </dev/null
      """, folder: folder.path)
    #expect(run.status == .exited(code: 3))
    #expect(run.text == "out\n0\n")
    #expect(run.error.hasPrefix("err\n") && run.error.count { $0 == "\n" } > 5)
    #expect(run.error.firstRange(of: "err\n") == run.error.ranges(of: "err\n").last)
    let runs = try String(contentsOfFile: "\(folder.path)/runs", encoding: .utf8)
    #expect(runs == String(repeating: "run\n", count: 5))
    let cost = try #require(try ExplainDocuments.report("\(folder.path)/report").observer.cost)
    #expect(
      cost.asked == 2 && cost.plainWallSeconds.count == 2 && cost.observedWallSeconds.count == 2)
    #expect(try #require(cost.wallRatio) > 0 && cost.reason == nil)
    #expect(run.error.contains("What observing cost the program"))
  }

  /// Work that was done the first time and isn't the next is no measure.
  @Test func aRunThatEndsOtherwiseEndsTheMeasuring() throws {
    let folder = try TemporaryFolder()
    let run = try ShellRun(
      "exec \"$TANDEM\" explain --cost-runs 3 --json report -- mkdir made </dev/null",
      folder: folder.path)
    #expect(run.status == .exited(code: 0))
    let cost = try #require(try ExplainDocuments.report("\(folder.path)/report").observer.cost)
    #expect(cost.plainWallSeconds.isEmpty && cost.wallRatio == nil)
    #expect(try #require(cost.reason).contains("ended otherwise"))
    #expect(run.error.contains("Not measured. Run again"))
  }

  /// An interrupt after the first run keeps what was measured, and the report.
  @Test func anInterruptKeepsWhatWasMeasured() throws {
    let folder = try TemporaryFolder()
    // The fourth run, the first of the second pair, interrupts Tandem.
    let run = try ShellRun(
      """
      exec "$TANDEM" explain --cost-runs 9 --json report -- sh -c '
        echo run >>runs; [ "$(wc -l <runs)" -ne 4 ] || kill -INT $PPID' </dev/null
      """, folder: folder.path)
    #expect(run.status == .exited(code: 0))
    let cost = try #require(try ExplainDocuments.report("\(folder.path)/report").observer.cost)
    #expect(cost.plainWallSeconds.count == 1 && cost.observedWallSeconds.count == 1)
    #expect(cost.reason == "It was interrupted.")
  }

  /// What a start costs is measured, and is more where there are more CPUs.
  @Test func aStormIsNamed() throws {
    let folder = try TemporaryFolder()
    var costs: [Double] = []
    for events in [1, 32] {
      let run = try ShellRun(
        """
        exec "$TANDEM" explain --switches exact --json report -- \
        sh -c 'i=0; while [ $i -lt 400 ]; do (:); i=$((i+1)); done'
        """, folder: folder.path, environment: ["TANDEM_EVENTS_PER_CPU": "\(events)"])
      if run.status == .exited(code: 71) {
        try Test.cancel("where switches can't be recorded there is no storm to follow")
      }
      #expect(run.status == .exited(code: 0), "\(run.error)")
      let report = try ExplainDocuments.report("\(folder.path)/report")
      #expect(report.starts.processes == 400)
      let starts = try #require(report.observer.starts)
      #expect(starts.started == 400 && starts.oneSeconds < 0.001)
      #expect(abs(starts.share - starts.oneSeconds * starts.perSecond) <= 1e-9)
      #expect(run.error.contains("A storm of short processes") == (starts.share >= 0.01))
      costs.append(starts.oneSeconds)
    }
    #expect(costs[0] > 0 && costs[1] > costs[0])
  }
}
