import Foundation
import TandemModel
import TandemSystem
import Testing

/// What `tandem explain --vs` and `--sweep` run again, compare, and leave alone.
@Suite(.timeLimit(.minutes(10))) struct ExplainRepeatedTests {
  /// Each command runs once as ever, and so often again, silently.
  @Test func whatIsRunAgainIsNotSeen() throws {
    let folder = try TemporaryFolder()
    let run = try ShellRun(
      """
      exec "$TANDEM" explain --runs 3 --json report --vs 'echo two; echo two >>runs' -- \
        sh -c 'echo one; echo err >&2; echo one >>runs; wc -c' </dev/null
      """, folder: folder.path)
    #expect(run.status == .exited(code: 0))
    #expect(run.text == "one\n0\ntwo\n")
    #expect(run.error.ranges(of: "err\n").count == 1)
    let runs = try String(contentsOfFile: "\(folder.path)/runs", encoding: .utf8)
      .split(separator: "\n")
    #expect(runs.count { $0 == "one" } == 4 && runs.count { $0 == "two" } == 4)
    // In turns: after the observed runs, each block has both.
    for block in stride(from: 2, to: 8, by: 2) {
      #expect(Set(runs[block..<block + 2]) == ["one", "two"])
    }
    let difference = try ExplainDocuments.difference("\(folder.path)/report")
    #expect(difference.repeated == RepeatedRuns(asked: 3, areUnobserved: true))
    #expect(difference.firstRuns.count == 3 && difference.comparisons[.wall]?.pairs == 3)
    #expect(run.error.contains("What a run takes · medians of 3 runs each"))
  }

  @Test func oneRunRepeatsNothing() throws {
    let folder = try TemporaryFolder()
    let run = try ShellRun(
      "exec \"$TANDEM\" explain --quiet --runs 1 --vs 'echo >>runs' -- sh -c 'echo >>runs'",
      folder: folder.path)
    #expect(run.status == .exited(code: 0))
    #expect(run.error.hasPrefix("One run each is not a difference: "), "\(run.error)")
    #expect(try String(contentsOfFile: "\(folder.path)/runs", encoding: .utf8) == "\n\n")
  }

  /// What can be read only once isn't read again.
  @Test func aPipeIsReadOnce() throws {
    let folder = try TemporaryFolder()
    let run = try ShellRun(
      "echo line | \"$TANDEM\" explain --json report --vs 'wc -c' -- wc -c", folder: folder.path)
    #expect(run.text == "5\n0\n")
    let difference = try ExplainDocuments.difference("\(folder.path)/report")
    #expect(!difference.repeated.areUnobserved)
    #expect(difference.repeated.reason?.contains("can be read only once") == true)
    #expect(run.error.contains("give it </dev/null"))
  }

  /// Work that was done the first time and isn't the next is no measure.
  @Test func aRunThatEndsOtherwiseEndsTheRepeating() throws {
    let folder = try TemporaryFolder()
    let run = try ShellRun(
      "exec \"$TANDEM\" explain --json report --vs 'mkdir made' -- true </dev/null",
      folder: folder.path)
    #expect(run.status == .exited(code: 0))
    let difference = try ExplainDocuments.difference("\(folder.path)/report")
    #expect(!difference.repeated.areUnobserved && difference.firstRuns.count == 1)
    #expect(
      difference.repeated.reason
        == "Run again, with nothing to read, the second command ended otherwise than the first time."
    )
    #expect(difference.sentence.hasPrefix("One run each is not a difference: "))
  }

  /// An interrupt keeps the complete blocks, and the report.
  @Test func anInterruptKeepsWhatWasMeasured() throws {
    let folder = try TemporaryFolder()
    // The seventh run, the first of the third block, interrupts Tandem.
    let run = try ShellRun(
      """
      exec "$TANDEM" explain --runs 9 --json report --sweep n=1,2 -- sh -c '
        echo {n} >>runs; [ "$(wc -l <runs)" -ne 7 ] || kill -INT $PPID' </dev/null
      """, folder: folder.path)
    #expect(run.status == .exited(code: 0))
    let sweep = try ExplainDocuments.sweep("\(folder.path)/report")
    #expect(sweep.points.allSatisfy { $0.runs.count == 2 })
    #expect(
      sweep.repeated == RepeatedRuns(asked: 9, areUnobserved: true, reason: "It was interrupted."))
    let words = run.error.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("; it was interrupted;"))
  }

  @Test func aSweepGivesTheValueTwice() throws {
    let folder = try TemporaryFolder()
    let run = try ShellRun(
      """
      exec "$TANDEM" explain --runs 2 --json report --sweep n=2,1 -- \
        sh -c 'echo {n} $n; exit {n}' </dev/null
      """, folder: folder.path)
    #expect(run.status == .exited(code: 1))
    #expect(run.text == "1 1\n2 2\n")
    let sweep = try ExplainDocuments.sweep("\(folder.path)/report")
    #expect(sweep.variable == "n" && sweep.points.map(\.value) == ["1", "2"])
    #expect(sweep.points.map(\.report.exit) == [.code(1), .code(2)])
    #expect(sweep.command == ["sh", "-c", "echo {n} $n; exit {n}"])
    #expect(run.error.contains("n = 1, 2, in the arguments and the environment"))
    #expect(run.error.contains("with n=2: "))
  }

  @Test func aVariableThatNoArgumentHasIsNamed() throws {
    let run = try ShellRun(
      "exec \"$TANDEM\" explain --runs 1 --sweep N=a,b -- sh -c 'echo $N' </dev/null")
    #expect(run.text == "a\nb\n")
    #expect(run.error.contains("in the environment only: no argument has {N}"))
    #expect(run.error.contains("One run of each value is not a difference."))
  }

  /// One process that computes, and the same with one beside it that does nothing but spin.
  private static let spin = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done"

  @Test func moreCPUTimeIsFoundAndEqualCPUTimeIsNot() throws {
    let folder = try TemporaryFolder(["spin": Self.spin])
    let more = try ShellRun(
      """
      exec "$TANDEM" explain --runs 6 --json report --vs 'sh spin & sh spin & sh spin; wait' -- \
        sh spin </dev/null
      """, folder: folder.path)
    let difference = try ExplainDocuments.difference("\(folder.path)/report")
    let finding = try #require(difference.findings.first, "\(more.error)")
    #expect(finding.rule == "same-work-costs-more-cpu")
    #expect(finding.claim.hasPrefix("If both do the same work, the second needs "))
    let factor = try #require(difference.comparisons[.cpu]?.ratio)
    #expect(factor > 2 && factor < 4.5, "\(factor)")
    let same = try ShellRun(
      "exec \"$TANDEM\" explain --runs 6 --json report --vs 'sh spin' -- sh spin </dev/null",
      folder: folder.path)
    let none = try ExplainDocuments.difference("\(folder.path)/report")
    #expect(none.findings.isEmpty, "\(same.error)")
  }
}
