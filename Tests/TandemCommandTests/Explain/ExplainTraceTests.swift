import Foundation
import Glibc
import TandemModel
import TandemSystem
import TandemTestSupport
import Testing

/// Where a trace is written, and what happens when that fails.
///
/// `.ci/traces` holds its content against the report.
@Suite(
  .timeLimit(.minutes(10)),
  .enabled("the kernel gives no records of switches here") { SwitchRecords.areThere })
struct ExplainTraceTests {
  /// How many packets a file has: it consists of nothing else (field 1 of `Trace`, each with its length).
  private static func packets(_ path: String) throws -> Int {
    let data = [UInt8](try Data(contentsOf: URL(filePath: path)))
    var (at, count) = (0, 0)
    while at < data.count {
      try #require(data[at] == 0x0A, "byte \(at)")
      at += 1
      var (length, shift) = (0, 0)
      while true {
        try #require(at < data.count && shift < 35)
        length |= Int(data[at] & 0x7F) << shift
        (at, shift) = (at + 1, shift + 7)
        if data[at - 1] < 0x80 { break }
      }
      at += length
      try #require(at <= data.count)
      count += 1
    }
    return count
  }

  @Test func aCommandIsTracedAndEndsAsItDoes() throws {
    let folder = try TemporaryFolder(["trace": String(repeating: "old", count: 100_000)])
    let run = try ShellRun(
      "exec \"$TANDEM\" explain --quiet --trace trace -- sh -c 'echo out; sleep 0.05; exit 3'",
      folder: folder.path)
    #expect(run.status == .exited(code: 3) && run.text == "out\n")
    #expect(run.error.hasPrefix("concurrency ") && run.error.count { $0 == "\n" } == 1)
    #expect(try Self.packets("\(folder.path)/trace") > 10)
  }

  @Test func besideTheOtherOutputs() throws {
    let folder = try TemporaryFolder()
    let run = try ShellRun(
      """
      exec "$TANDEM" explain --trace trace --format perfetto --json json --html page -o text -- true
      """, folder: folder.path)
    #expect(run.status == .exited(code: 0) && run.error == "")
    #expect(try folder.contents == ["json", "page", "text", "trace"])
  }

  @Test func aRunningProgramIsTracedToStandardOutput() throws {
    let folder = try TemporaryFolder()
    let run = try ShellRun(
      """
      sleep 5 & program=$!
      "$TANDEM" explain --quiet --trace - --pid $program --for 100ms >trace || exit
      kill $program
      """, folder: folder.path)
    #expect(run.status == .exited(code: 0), "\(run.error)")
    #expect(try Self.packets("\(folder.path)/trace") > 2)
  }

  @Test func aReaderMayStopEarly() throws {
    let run = try ShellRun(
      """
      sleep 5 & program=$!
      { "$TANDEM" explain --quiet --trace - --pid $program --for 100ms; echo $? >&2; } | true
      kill $program
      """)
    #expect(run.error.hasSuffix("\n0\n"), "\(run.error)")
  }

  @Test func aFullDiskIsOneLineAndTheProgramGoesOn() throws {
    let run = try ShellRun("exec \"$TANDEM\" explain --quiet --trace /dev/full -- echo out")
    #expect(run.status == .exited(code: 66) && run.text == "out\n")
    let lines = run.error.split(separator: "\n")
    #expect(lines.count == 2 && lines[0].hasPrefix("concurrency "))
    #expect(
      lines.last == "tandem: can't write the trace: No space left on device; '/dev/full' ends there"
    )
    // The exit code belongs to the program.
    let failed = try ShellRun("exec \"$TANDEM\" explain --quiet --trace /dev/full -- false")
    #expect(failed.status == .exited(code: 1))
  }

  @Test func anInterruptLeavesAWholeFile() throws {
    let folder = try TemporaryFolder()
    let running = try RunningShell(
      "exec \"$TANDEM\" explain --quiet --trace trace -- sh -c 'echo ready; read line'",
      folder: folder.path)
    try running.wait(for: "ready")
    kill(running.pid, SIGINT)
    let run = try running.end()
    #expect(run.status == .signaled(signal: SIGINT, dumpedCore: false))
    #expect(run.error.hasPrefix("concurrency "), "\(run.error)")
    #expect(try Self.packets("\(folder.path)/trace") > 5)
  }

  @Test func whatIsWrittenMeanwhileIsWholeWhenTandemIsKilled() throws {
    let folder = try TemporaryFolder()
    let shell = try RunningShell(
      """
      exec "$TANDEM" explain --quiet --trace trace -- \
        sh -c 'i=0; while [ $i -lt 20000 ]; do /bin/true; i=$((i + 1)); done' >/dev/null 2>&1
      """, folder: folder.path)
    // It grows while the program runs.
    try waitUntil("the trace grows", limit: .seconds(30)) {
      let size = try? FileManager.default.attributesOfItem(atPath: "\(folder.path)/trace")[.size]
      return (size as? Int ?? 0) > 200_000
    }
    #expect(try Self.packets("\(folder.path)/trace") > 1_000)
    kill(shell.pid, SIGKILL)
    #expect(try shell.end().status == .signaled(signal: SIGKILL, dumpedCore: false))
    #expect(try Self.packets("\(folder.path)/trace") > 1_000)
  }

  @Test func helpNamesTheForms() throws {
    let run = try ShellRun("exec \"$TANDEM\" explain --help")
    #expect(run.text.contains("--trace <file>") && run.text.contains("--format <viewer>"))
    #expect(run.text.contains("'perfetto'") && run.text.contains("'chrome'"))
  }
}

/// Whether the kernel gives records of switches here; the condition of tests that need them.
private enum SwitchRecords {
  static let areThere =
    (try? ShellRun("exec \"$TANDEM\" explain --quiet --switches exact true"))?.status
    == .exited(code: 0)
}
