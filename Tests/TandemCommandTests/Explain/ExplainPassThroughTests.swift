import Foundation
import Glibc
import TandemSystem
import TandemTestSupport
import Testing

/// A program that `tandem explain` runs doesn't notice, and neither does whoever runs it: everything is
/// compared with the same program without Tandem.
@Suite(.timeLimit(.minutes(10))) struct ExplainPassThroughTests {
  /// A program, and what its caller does before it runs it.
  struct Program: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// What the caller, a shell, does first; it must leave standard output alone.
    var before: String
    var script: String
    var input: Data

    init(
      _ name: String, before: String = "", _ script: String, input: Data = Data("a line\n".utf8)
    ) {
      (testDescription, self.before, self.script, self.input) = (name, before, script, input)
    }
  }

  private static let everyByte = Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })

  static let programs: [Program] = [
    Program("input and output, byte for byte", "cat", input: everyByte),
    Program("both outputs", "echo out; echo err >&2; echo out2; echo err2 >&2"),
    Program("it reads what it wants of its input", "head -c 3", input: everyByte),
    Program("its input isn't read at all", "true", input: everyByte),
    Program("working folder", before: "cd /tmp", "pwd"),
    Program("file mode mask", before: "umask 037", "umask"),
    Program("environment", before: "export A='b c' EMPTY= TANDEM_X=1", "env | LC_ALL=C sort"),
    Program("no environment", "exec env -i /usr/bin/env"),
    Program("limits", before: "ulimit -S -n 64; ulimit -S -t 1000; ulimit -S -c 0", "ulimit -S -a"),
    Program("hard limits", before: "ulimit -n 100", "ulimit -H -a"),
    Program("niceness", before: "renice -n 3 $$ >/dev/null 2>&1 || true", "nice"),
    Program(
      "signals that are ignored", before: "trap '' HUP USR1 PIPE INT QUIT TERM CHLD TSTP",
      "grep -E 'Sig(Blk|Ign)' /proc/self/status"),
    Program("signals that are not", "grep -E 'Sig(Blk|Ign|Pnd)' /proc/self/status"),
    Program("CPUs, privileges", "grep -E 'Cpus|Mems|Priv|Seccomp|Cap' /proc/self/status"),
    Program("descriptors", "ls /proc/self/fd"),
    Program(
      "descriptors of its caller's", before: "exec 7</dev/null 9>/dev/null", "ls /proc/self/fd"),
    Program("no standard input", before: "exec <&-", "ls /proc/self/fd; cat; echo $?"),
    Program("no standard output", before: "exec >&-", "ls /proc/self/fd >&2; echo x; echo $? >&2"),
    Program("no standard error", before: "exec 2>&-", "ls /proc/self/fd; echo x >&2; echo $?"),
    Program("none of the three", before: "exec <&- >&- 2>&-", "ls /proc/self/fd >&9"),
    Program("arguments", "printf '<%s>' \"$0\" \"$@\"' ' \"$#\""),
    Program(
      "it ends its own process group's signals", "trap 'echo got; exit 9' TERM; kill -TERM $$"),
    Program("it runs another program", "echo one; exec sh -c 'echo two; exit 4'"),
    Program("it closes everything", "exec <&- >&- 2>&-; exit 6"),
    Program("a child of its own", "(echo child) & wait; echo parent"),
    Program("its child becomes nobody's", "(sh -c 'echo orphan' &) ; wait; exit 2"),
    Program("many children", "for i in 1 2 3 4 5 6 7 8 9; do (exit $i) & done; wait; echo done"),
    Program("exit codes up to 255", "exit 255"),
  ]

  private static func run(_ program: Program, _ launch: String, in folder: String) throws
    -> ShellRun
  {
    // 9 leads around a closed standard output.
    let script =
      "exec 9>&1\n\(program.before)\nexec \(launch) sh -c '\(quoted(program.script))' '' a"
    return try ShellRun(script, input: program.input, folder: folder)
  }

  private static func quoted(_ text: String) -> String { text.replacing("'", with: #"'\''"#) }

  @Test(arguments: programs) func nothingIsDifferent(program: Program) throws {
    let folder = try TemporaryFolder()
    let plain = try Self.run(program, "", in: folder.path)
    let watched = try Self.run(
      program, "\"$TANDEM\" explain -o \(folder.path)/report --", in: folder.path)
    #expect(watched.status == plain.status)
    #expect(watched.text == plain.text)
    #expect(watched.output == plain.output)
    #expect(watched.error == plain.error)
    #expect(folder.has("report"))
  }

  @Test(arguments: ["exact", "sampled"]) func whateverSwitchesAreTakenFrom(source: String) throws {
    let run = try ShellRun(
      "exec \"$TANDEM\" explain -o /dev/null --switches \(source) -- sh -c 'cat; exit 3'",
      input: Self.everyByte)
    // Where there are no exact switches, that is said before anything is run.
    if source == "exact", run.status == .exited(code: 71) {
      #expect(run.output.isEmpty)
      try Test.cancel("switches can't be recorded here")
    }
    #expect(run.status == .exited(code: 3))
    #expect(run.output == Self.everyByte)
    #expect(run.error == "")
  }

  @Test(arguments: [0, 1, 2, 63, 64, 66, 71, 126, 127, 128, 130, 137, 139, 254, 255])
  func exitCode(code: CInt) throws {
    let run = try ShellRun("exec \"$TANDEM\" explain --quiet -- sh -c 'exit \(code)'")
    #expect(run.status == .exited(code: code))
    #expect(run.error.hasPrefix("concurrency "))
  }

  @Test(arguments: [
    SIGSEGV, SIGKILL, SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGUSR1, SIGPIPE, SIGALRM, SIGXCPU,
    34, 64,
  ])
  func endedByASignal(number: CInt) throws {
    let folder = try TemporaryFolder()
    let run = try ShellRun(
      "ulimit -S -c unlimited; exec \"$TANDEM\" explain --quiet -- sh -c 'ulimit -c 0; kill -\(number) $$'",
      folder: folder.path)
    // Neither a core of Tandem's.
    #expect(run.status == .signaled(signal: number, dumpedCore: false))
    #expect(run.error.hasPrefix("concurrency "))
    #expect(try folder.contents == [])
  }

  @Test func theReportComesAfterWhatTheProgramWrites() throws {
    let run = try ShellRun("exec \"$TANDEM\" explain --quiet -- sh -c 'echo one >&2; echo two >&2'")
    #expect(run.error.hasPrefix("one\ntwo\nconcurrency "))
    #expect(run.output.isEmpty)
  }

  @Test(arguments: [">&-", "2>&-", ">&- 2>&- <&-", "2>/dev/full"])
  func theReportHasNowhereToGo(closed: String) throws {
    let run = try ShellRun("exec \"$TANDEM\" explain -- sh -c 'exit 5' \(closed)")
    #expect(run.status == .exited(code: 5))
    #expect(run.output.isEmpty)
    let good = try ShellRun("exec \"$TANDEM\" explain -- true \(closed)")
    #expect(good.status == .exited(code: 0))
  }

  @Test func aReaderThatGoesAwayIsNoReasonToEndOtherwise() throws {
    let run = try ShellRun(
      "{ \"$TANDEM\" explain -- sh -c 'exit 5'; echo $? >&3; } 3>&1 2>&1 >/dev/null | true")
    #expect(run.status == .exited(code: 0))
    let folder = try TemporaryFolder()
    let code = try ShellRun(
      """
      mkfifo p; true <p & exec 8>p; wait; "$TANDEM" explain -- sh -c 'exit 5' 2>&8; echo $?
      """, folder: folder.path)
    #expect(code.text == "5\n")
  }

  /// What was asked for before the program ran, but can't be had afterwards, is told when there is
  /// nothing more important to tell.
  @Test func aFullDiskIsTold() throws {
    for option in ["--json", "--output"] {
      let run = try ShellRun("exec \"$TANDEM\" explain --quiet \(option) /dev/full -- true")
      #expect(run.status == .exited(code: 66))
      #expect(run.error.contains("tandem: can't write the "))
      let other = try ShellRun("exec \"$TANDEM\" explain --quiet \(option) /dev/full -- false")
      #expect(other.status == .exited(code: 1))
      #expect(other.error.contains("tandem: can't write the "))
    }
  }

  @Test func whatFollowsTheCommandIsItsOwn() throws {
    for separator in ["--", ""] {
      let run = try ShellRun(
        "exec \"$TANDEM\" explain --quiet \(separator) echo --help --json x -- --quiet -o y --version"
      )
      #expect(run.text == "--help --json x -- --quiet -o y --version\n")
      #expect(run.status == .exited(code: 0))
    }
  }

  @Test(.enabled("needs a Python 3.6 or newer") { AnyPython.isThere })
  func aDaemonIsLeftAlone() throws {
    let folder = try TemporaryFolder([
      "daemon.py": """
      import os, sys
      reader, writer = os.pipe()
      if os.fork() == 0:
          os.setsid()
          if os.fork() == 0:
              os.closerange(0, 3)
              os.close(writer)
              os.read(reader, 1)  # until the first process has ended
              os.write(os.open(sys.argv[1], os.O_WRONLY), b"done")
          os._exit(0)
      print("started")
      """
    ])
    let done = try Fifo()
    let run = try ShellRun(
      "exec \"$TANDEM\" explain --quiet -- python3 daemon.py \(done.path)", folder: folder.path)
    #expect(run.status == .exited(code: 0))
    #expect(run.text == "started\n")
    #expect(try done.hear() == "done")
  }

  @Test(.enabled("needs a Python 3.6 or newer") { AnyPython.isThere })
  func aThreadMayExecuteAnotherProgram() throws {
    let folder = try TemporaryFolder([
      "other.py": """
      import os, threading
      sleeper = threading.Thread(target=threading.Event().wait, daemon=True)
      sleeper.start()
      threading.Thread(target=os.execvp, args=("sh", ["sh", "-c", "echo $$; exit 8"])).start()
      """
    ])
    let run = try ShellRun(
      "exec \"$TANDEM\" explain --quiet --json report -- python3 other.py", folder: folder.path)
    #expect(run.status == .exited(code: 8))
    #expect(run.error.hasPrefix("concurrency "))
  }

  @Test func aScriptWithoutAFirstLineIsTheShells() throws {
    let folder = try TemporaryFolder(["script": "echo \"$0 $1\"\nexit 3\n", "empty": ""])
    let run = try ShellRun(
      "chmod +x script empty; \"$TANDEM\" explain --quiet ./empty && exec \"$TANDEM\" explain --quiet ./script x",
      folder: folder.path)
    #expect(run.status == .exited(code: 3))
    #expect(run.text == "./script x\n")
  }

  @Test func whenTandemIsKilledTheProgramGoesOn() throws {
    let running = try RunningShell(
      "exec \"$TANDEM\" explain -- sh -c 'echo ready; read line; echo got \"$line\"; echo err >&2'")
    try running.wait(for: "ready")
    kill(running.pid, SIGKILL)
    running.write(Data("this\n".utf8), last: true)
    // Its output ends with the program.
    let run = try running.end()
    #expect(run.status == .signaled(signal: SIGKILL, dumpedCore: false))
    #expect(run.text == "ready\ngot this\n")
    #expect(run.error == "err\n")
  }
}
