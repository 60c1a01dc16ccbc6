import Foundation
import Glibc
import TandemModel
import TandemSystem
import TandemTestSupport
import Testing

/// What `tandem explain` writes, of programs that it runs and of those that run already.
@Suite(.timeLimit(.minutes(10))) struct ExplainReportTests {
  /// The keys that were promised to those who read the files.
  private static let promised: [String: [String]] = [
    "": [
      "schema", "command", "exit", "wall_s", "concurrency", "demand", "parallelism", "max_at_once",
      "totals", "workers", "gil", "findings", "omitted", "sources", "observer",
    ],
    "totals": [
      "on_cpu_s", "runnable_s", "gil_s", "lock_s", "io_s", "sleep_s", "child_s",
      "waiting_for_work_s", "other_s",
    ],
    "workers": [
      "kind", "pid", "tid", "name", "started_s", "ended_s", "totals",
      "switches", "memory",
    ],
    "sources": ["switches", "lost_records", "sampling_efficiency"],
    "observer": ["cpu_s", "share"],
  ]

  @Test func everyPromisedKeyIsThere() throws {
    let folder = try TemporaryFolder()
    let run = try ShellRun(
      "exec \"$TANDEM\" explain --json report -- sh -c 'sleep 0.05 & wait'", folder: folder.path)
    #expect(run.status == .exited(code: 0))
    let report = try ExplainDocuments.report("\(folder.path)/report")
    #expect(report.command == ["sh", "-c", "sleep 0.05 & wait"])
    #expect(report.exit == .code(0))
    let data = try Data(contentsOf: URL(filePath: "\(folder.path)/report"))
    let root = try #require(try JSONDecoder().decode(JSONValue.self, from: data).object)
    for (place, keys) in Self.promised {
      let value = place.isEmpty ? root : root[place]?.object ?? root[place]?.array?.first?.object
      let object = try #require(value, "\(place)")
      for key in keys { #expect(object[key] != nil, "\(place).\(key)") }
    }
  }

  @Test func aProgramThatDoesNothing() throws {
    for source in ["auto", "sampled"] {
      let folder = try TemporaryFolder()
      let run = try ShellRun(
        "exec \"$TANDEM\" explain --switches \(source) --json report true", folder: folder.path)
      #expect(run.status == .exited(code: 0))
      let report = try ExplainDocuments.report("\(folder.path)/report")
      #expect(report.exit == .code(0) && report.wallSeconds > 0)
      #expect(report.starts.threads == 0 && report.starts.processes == 0)
      #expect(run.error.contains("nothing started"))
    }
  }

  @Test func whereItIsWritten() throws {
    let folder = try TemporaryFolder()
    let toOutput = try ShellRun(
      "exec \"$TANDEM\" explain -o - --json report -- sh -c 'echo out; echo err >&2'",
      folder: folder.path)
    #expect(toOutput.error == "err\n")
    #expect(toOutput.text.hasPrefix("out\ntandem explain "))
    let json = try ShellRun(
      "exec \"$TANDEM\" explain --quiet --json - -- sh -c 'exit 3'", folder: folder.path)
    #expect(json.status == .exited(code: 3))
    #expect(json.text.hasPrefix("{"))
    #expect(json.error.hasPrefix("concurrency ") && json.error.count { $0 == "\n" } == 1)
    // A longer file that was there is replaced as a whole.
    let again = try ShellRun(
      "exec \"$TANDEM\" explain --quiet --json report -o report2 -- true", folder: folder.path)
    #expect(again.error == "" && again.output.isEmpty)
    #expect(try ExplainDocuments.report("\(folder.path)/report").command == ["true"])
    let details = try ShellRun("exec \"$TANDEM\" explain --details -- true")
    #expect(details.error.contains("What the numbers mean"))
  }

  // MARK: Two programs

  @Test func twoProgramsSideBySide() throws {
    let folder = try TemporaryFolder()
    let run = try ShellRun(
      """
      exec "$TANDEM" explain --runs 2 --json report --vs 'echo two; sleep 0.3' -- \
        sh -c 'echo one; sleep 0.01' </dev/null
      """, folder: folder.path)
    #expect(run.status == .exited(code: 0))
    #expect(run.text == "one\ntwo\n")
    let difference = try ExplainDocuments.difference("\(folder.path)/report")
    #expect(difference.first.command == ["sh", "-c", "echo one; sleep 0.01"])
    #expect(difference.second.command == ["/bin/sh", "-c", "echo two; sleep 0.3"])
    #expect(difference.second.wallSeconds > 0.3)
    let parts = difference.parts.reduce(difference.residualSeconds) { $0 + $1.seconds }
    #expect(abs(parts - difference.differenceSeconds) < 1e-6)
    #expect(run.error.contains(difference.sentence.prefix(20)))
    let quiet = try ShellRun("exec \"$TANDEM\" explain --quiet --vs true -- true")
    #expect(quiet.error.count { $0 == "\n" } == 1)
  }

  @Test(
    arguments: [("3", "0", 3), ("0", "4", 4), ("3", "4", 3), ("0", "0", 0)]
      as [(String, String, CInt)])
  func theFirstOfTwoThatFailedDecides(first: String, second: String, code: CInt) throws {
    let run = try ShellRun(
      "exec \"$TANDEM\" explain --quiet --vs 'echo second; exit \(second)' -- sh -c 'exit \(first)'"
    )
    #expect(run.status == .exited(code: code))
    #expect(run.text == "second\n")
  }

  @Test func theSecondIsNotRunWhenTheFirstIsInterrupted() throws {
    let folder = try TemporaryFolder()
    let running = try RunningShell(
      """
      exec "$TANDEM" explain --quiet --json report --vs 'echo second' -- \
        sh -c 'echo ready; read line'
      """, folder: folder.path)
    try running.wait(for: "ready")
    kill(running.pid, SIGINT)
    let run = try running.end()
    #expect(run.status == .signaled(signal: SIGINT, dumpedCore: false))
    #expect(run.text == "ready\n")
    #expect(run.error.hasPrefix("concurrency "))
    #expect(try ExplainDocuments.report("\(folder.path)/report").exit == .signal(SIGINT))
  }

  // MARK: A program that runs already

  private static let several = """
    import threading
    event = threading.Event()
    for _ in range(3): threading.Thread(target=event.wait, daemon=True).start()
    import subprocess
    children = [subprocess.Popen(["sleep", "600"]) for _ in range(2)]
    print("ready", flush=True)
    input()
    for child in children: child.kill()
    """

  @Test(.enabled("needs a Python 3.6 or newer") { AnyPython.isThere })
  func aRunningProgramWithAllItsWorkers() throws {
    let folder = try TemporaryFolder(["several.py": Self.several])
    let program = try RunningShell("exec python3 several.py", folder: folder.path)
    try program.wait(for: "ready")
    let run = try ShellRun(
      "exec \"$TANDEM\" explain --details --pid \(program.pid) --for 500ms --json report",
      folder: folder.path)
    #expect(run.status == .exited(code: 0))
    #expect(run.error.contains("still running"))
    let report = try ExplainDocuments.report("\(folder.path)/report")
    #expect(report.exit == nil)
    #expect(report.command.last == "several.py")
    #expect(report.wallSeconds >= 0.5 && report.wallSeconds < 5)
    #expect(report.workers.count { $0.kind == .main } == 1)
    let threads = report.workers.filter { $0.kind == .thread }
    #expect(threads.count == 3)
    // A thread's memory is its stack, a process's isn't; Python's use some pages of it.
    let stacks = threads.compactMap { $0.memory?.stackKiB }
    #expect(stacks.count == 3 && stacks.allSatisfy { (4...8192).contains($0) }, "\(stacks)")
    #expect(threads.allSatisfy { $0.memory?.pssKiB == nil })
    #expect(report.workers.first { $0.kind == .main }?.memory?.stackKiB == nil)
    #expect(run.error.contains("stack"))
    #expect(report.workers.count { $0.kind == .process } == 2)
    // It goes on as if nothing had been.
    program.write(Data("\n".utf8), last: true)
    #expect(try program.end().status == .exited(code: 0))
  }

  /// Waits until Tandem has found the program that it is to watch: it then has something to wait with.
  private static func waitUntilWatching(_ tandem: pid_t) throws {
    try waitUntil("tandem to watch") {
      let folder = "/proc/\(tandem)/fd"
      let open = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return open.contains {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)"))?
          .contains("[eventpoll]") == true
      }
    }
  }

  @Test(arguments: ["auto", "sampled"]) func itEndsEarly(source: String) throws {
    let program = try RunningShell("echo ready; read line; exit 3")
    try program.wait(for: "ready")
    let tandem = try RunningShell(
      "exec \"$TANDEM\" explain --switches \(source) --pid \(program.pid) --for 100h")
    try Self.waitUntilWatching(tandem.pid)
    program.write(Data("\n".utf8), last: true)
    #expect(try program.end().status == .exited(code: 3))
    let run = try tandem.end()
    // How it ended only its parent knows.
    #expect(run.status == .exited(code: 0))
    #expect(run.error.contains("tandem explain"))
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP]) func oneSignalEndsTheWatching(number: CInt) throws {
    let program = try RunningShell("echo ready; read line; exit 3")
    try program.wait(for: "ready")
    let tandem = try RunningShell("exec \"$TANDEM\" explain --pid \(program.pid)")
    try Self.waitUntilWatching(tandem.pid)
    kill(tandem.pid, number)
    let run = try tandem.end()
    #expect(run.status == .exited(code: 0))
    #expect(run.error.contains("still running"))
    program.write(Data("\n".utf8), last: true)
    #expect(try program.end().status == .exited(code: 3))
  }

  @Test(arguments: ["auto", "sampled"]) func itSaysWhenItHasBegun(source: String) throws {
    let program = try RunningShell("echo ready; read line; exit 3")
    try program.wait(for: "ready")
    let tandem = try RunningShell(
      """
      exec "$TANDEM" explain --quiet --switches \(source) --pid \(program.pid) --ready-fd 3 3>&1 >&2
      """)
    try tandem.wait(for: "\n")
    // What follows is seen: the program's end ends the observation.
    program.write(Data("\n".utf8), last: true)
    #expect(try program.end().status == .exited(code: 3))
    let run = try tandem.end()
    #expect(run.status == .exited(code: 0))
    #expect(run.text == "\n")
    #expect(run.error.hasPrefix("concurrency "))
  }

  @Test(arguments: ["auto", "sampled"]) func aParentDoesNotContainItsObserver(source: String) throws
  {
    let folder = try TemporaryFolder([:])
    let run = try ShellRun(
      """
      sleep 600 &
      "$TANDEM" explain --switches \(source) --pid $$ --for 300ms --json report
      kill $!
      """, folder: folder.path)
    #expect(run.status == .exited(code: 0))
    let workers = try ExplainDocuments.report("\(folder.path)/report").workers
    #expect(workers.map(\.name).sorted() == ["sh", "sleep"])
  }

  @Test func itVanishesMeanwhile() throws {
    // It ends as soon as it has begun, at any moment of the attaching.
    let run = try ShellRun(
      """
      for i in 1 2 3 4 5 6 7 8; do
        true & "$TANDEM" explain --quiet --pid $! --for 50ms || echo $?
      done
      """)
    #expect(run.status == .exited(code: 0))
    let codes = Set(run.text.split(separator: "\n"))
    #expect(codes.isSubset(of: ["64"]), "\(run.text)")
    let lines = run.error.split(separator: "\n")
    #expect(lines.count == 8, "\(run.error)")
    #expect(
      lines.allSatisfy {
        $0.hasPrefix("concurrency ") || $0.hasPrefix("tandem: there is no process")
      },
      "\(run.error)")
  }
}
