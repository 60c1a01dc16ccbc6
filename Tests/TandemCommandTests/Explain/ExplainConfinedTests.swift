import Foundation
import Glibc
import TandemModel
import TandemSystem
import TandemTestSupport
import Testing

/// `tandem explain` where the system refuses what it looks with, as containers, security modules and
/// older kernels do: what can't be had is said to be missing, and never taken for something else.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ExplainConfinedTests {
  private static let isRoot = geteuid() == 0

  /// A folder that everybody may use, with the command and what refuses system calls.
  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder(["ran": "#!/bin/sh\n: >was-run\nsleep 0.4\nexit 3\n"])
    try FileManager.default.copyItem(
      atPath: TandemExecutable.path(), toPath: "\(folder.path)/tandem")
    try FileManager.default.copyItem(
      atPath: FixtureRun.buildDirectory() + "/Confined", toPath: "\(folder.path)/confined")
    chmod("\(folder.path)/ran", 0o755)
    chmod(folder.path, 0o777)
    return folder
  }

  /// Runs Tandem where some system calls are refused.
  private static func refusing(
    _ calls: String, _ words: String, as user: String = "", in folder: TemporaryFolder
  ) throws -> ShellRun {
    try ShellRun("exec \(user) ./confined \(calls) -- ./tandem \(words)", folder: folder.path)
  }

  private static let nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups"
  private static let users = isRoot ? ["", nobody] : [""]

  // MARK: No records of switches

  static let refusals = users.flatMap { user in
    [("EPERM", "seccomp"), ("EACCES", "ecurity module"), ("ENOSYS", "no perf events")].map {
      (user: user, error: $0.0, says: $0.1)
    }
  }

  @Test(arguments: refusals)
  func withoutRecordsTheyAreSampled(_ refusal: (user: String, error: String, says: String)) throws {
    let folder = try Self.folder()
    let run = try Self.refusing(
      "perf_event_open=\(refusal.error)", "explain --json report ./ran", as: refusal.user,
      in: folder)
    #expect(run.status == .exited(code: 3), "\(run.error)")
    #expect(folder.has("was-run"))
    #expect(run.error.contains("sampled from /proc"))
    let report = try ExplainDocuments.report("\(folder.path)/report")
    #expect(report.sources.switches == .sampled)
    // Why, and what to do.
    let why = try #require(report.omitted.first { $0.what.contains("between two samples") }?.why)
    let isUnderstood = why.contains(refusal.says) || why.contains("perf_event_paranoid")
    #expect(isUnderstood, "\(why)")
    #expect(why.contains("for exact records: "))
    #expect(report.totals[.sleep] > 0.1 && report.starts.processes >= 1)
  }

  @Test(arguments: refusals)
  func exactOnesAreRefusedBeforeAnythingIsRun(
    _ refusal: (user: String, error: String, says: String)
  ) throws {
    let folder = try Self.folder()
    let run = try Self.refusing(
      "perf_event_open=\(refusal.error)", "explain --switches exact --json report ./ran",
      as: refusal.user, in: folder)
    #expect(run.status == .exited(code: 71))
    #expect(run.error.hasPrefix("tandem: no exact switch times here: "))
    #expect(run.error.hasSuffix("\n") && run.error.count { $0 == "\n" } == 1, "\(run.error)")
    #expect(run.error.contains("leave out --switches exact"))
    #expect(!folder.has("was-run") && !folder.has("report"))
  }

  @Test(arguments: refusals)
  func aTraceIsRefusedBeforeAnythingIsRun(
    _ refusal: (user: String, error: String, says: String)
  ) throws {
    let folder = try Self.folder()
    let run = try Self.refusing(
      "perf_event_open=\(refusal.error)", "explain --trace trace ./ran", as: refusal.user,
      in: folder)
    #expect(run.status == .exited(code: 71))
    #expect(run.error.hasPrefix("tandem: no exact switch times here: "))
    #expect(run.error.hasSuffix("\n") && run.error.count { $0 == "\n" } == 1, "\(run.error)")
    #expect(run.error.contains("leave out --trace"))
    #expect(!folder.has("was-run") && !folder.has("trace"))
  }

  @Test(arguments: refusals)
  func sampledOnesNeedNone(_ refusal: (user: String, error: String, says: String)) throws {
    let folder = try Self.folder()
    let run = try Self.refusing(
      "perf_event_open=\(refusal.error)", "explain --switches sampled --quiet ./ran",
      as: refusal.user, in: folder)
    #expect(run.status == .exited(code: 3))
    #expect(run.error.hasPrefix("concurrency ") && folder.has("was-run"))
  }

  @Test func theDoctorSaysWhatIsRefused() throws {
    let folder = try Self.folder()
    let run = try Self.refusing(
      "perf_event_open=EPERM process_vm_readv=EPERM pidfd_open=EPERM", "doctor --json report",
      in: folder)
    #expect(run.status == .exited(code: 0))
    let data = try Data(contentsOf: URL(filePath: "\(folder.path)/report"))
    let report = try JSONDecoder().decode(DoctorReport.self, from: data)
    for name in ["perf_events", "process_vm_readv", "pidfd_open"] {
      let check = try #require(report.checks.first { $0.name == name })
      #expect(check.answer == .no && check.cause?.contains("seccomp") == true, "\(check)")
      #expect(check.remedy?.isEmpty == false)
    }
  }

  // MARK: No other's memory

  private static let python = """
    import threading, time
    def work():
        end = time.monotonic() + 0.4
        while time.monotonic() < end: sum(range(1000))
    threads = [threading.Thread(target=work) for _ in range(3)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    """

  /// Three threads wait for the GIL, which can't be told from a lock without their memory.
  @Test(.enabled("needs a Python 3.6 or newer") { AnyPython.isThere }, arguments: users)
  func aLockThatCannotBeReadHasNoName(user: String) throws {
    let folder = try Self.folder()
    try Data(Self.python.utf8).write(to: URL(filePath: "\(folder.path)/work.py"))
    // The interpreter itself: a script before it would wait for other things.
    let python = try ShellRun("python3 -c 'import sys; print(sys.executable)'").text
      .trimmingCharacters(in: .whitespacesAndNewlines)
    let run = try Self.refusing(
      "process_vm_readv=EPERM ptrace=EPERM kcmp=EPERM pidfd_getfd=EPERM",
      "explain --json report \(python) work.py", as: user, in: folder)
    if run.status == .exited(code: 127) || run.status == .exited(code: 126) {
      try Test.cancel("\(python) can't be run as \(user)")
    }
    #expect(run.status == .exited(code: 0), "\(run.error)")
    let report = try ExplainDocuments.report("\(folder.path)/report")
    #expect(report.totals.gilSeconds == nil)
    #expect(report.gil.contains { $0.state == .notMeasured && $0.reason != nil })
    #expect(!report.findings.contains { ["gil-bound", "lock-bound"].contains($0.rule) })
    // What a mutex's wait looks like by its arguments alone stays a lock; of these there are few.
    #expect(report.totals[.lock] < 0.1 && report.totals[.other] > 0.2, "\(report.totals)")
    #expect(report.omitted.contains { $0.why.contains("process_vm_readv") })
  }

  // MARK: Processes that nobody can stand for

  @Test(arguments: ["pidfd_open=EPERM", "pidfd_open=ENOSYS", "pidfd_send_signal=EPERM"])
  func withoutPidfdSignalsAndEndsArriveAllTheSame(call: String) throws {
    let folder = try Self.folder()
    let running = try RunningShell(
      """
      exec ./confined \(call) -- ./tandem explain --quiet -- sh -c '
        trap "echo got; exit 5" USR1; echo ready; while read line; do :; done; echo end'
      """, folder: folder.path)
    try running.wait(for: "ready")
    kill(running.pid, SIGUSR1)
    let run = try running.end()
    #expect(run.text == "ready\ngot\n")
    #expect(run.status == .exited(code: 5))
    #expect(run.error.hasPrefix("concurrency "), "\(run.error)")
  }

  // MARK: Programs with other rights

  @Test(.enabled("needs root, to become somebody else") { isRoot }, arguments: ["4755", "711"])
  func aProgramThatMayNotBeFollowed(mode: String) throws {
    let folder = try Self.folder()
    try Data("i=0; while [ $i -lt 600000 ]; do i=$((i+1)); done\n".utf8)
      .write(to: URL(filePath: "\(folder.path)/count"))
    let count = "./other count"
    let run = try ShellRun(
      """
      cp -L "$(command -v dash || command -v sh)" other && chmod \(mode) other
      exec \(Self.nobody) ./tandem explain --json report \(count)
      """, folder: folder.path)
    #expect(run.status == .exited(code: 0), "\(run.error)")
    let report = try ExplainDocuments.report("\(folder.path)/report")
    #expect(report.sources.switches == .sampled)
    let accounted = try #require(report.sources.accountedCPUSeconds)
    #expect(report.totals[.onCPU] > 0.05 && report.totals[.onCPU] > 0.8 * accounted)
    #expect(report.omitted.contains { $0.why.contains("another user's rights") })
    let exact = try ShellRun(
      "exec \(Self.nobody) ./tandem explain --switches exact \(count)", folder: folder.path)
    #expect(exact.status == .exited(code: 71))
    #expect(exact.error.contains("another user's rights"))
    #expect(exact.error.count { $0 == "\n" } == 1)
    // As a part of another program it is told of, and the rest is exact.
    let part = try ShellRun(
      "exec \(Self.nobody) ./tandem explain --json report -- sh -c '\(count); exit 3'",
      folder: folder.path)
    #expect(part.status == .exited(code: 3))
    let whole = try ExplainDocuments.report("\(folder.path)/report")
    #expect(whole.sources.switches == .exact)
    #expect(whole.omitted.contains { $0.what.contains("other") }, "\(whole.omitted)")
  }

  // MARK: What /proc shows

  private static let mayUnshare: Bool = {
    let run = try? ShellRun("exec unshare -m true")
    return isRoot && run?.status == .exited(code: 0)
  }()

  @Test(
    .enabled("needs root and mount namespaces") { mayUnshare },
    arguments: ["hidepid=2", "hidepid=4", "subset=pid"])
  func aProcThatHidesOthers(option: String) throws {
    let folder = try Self.folder()
    for source in ["exact", "sampled"] {
      let run = try ShellRun(
        """
        exec unshare -m sh -c 'mount -t proc -o \(option) proc /proc || exit 99
          exec \(Self.nobody) ./tandem explain --switches \(source) --json report ./ran'
        """, folder: folder.path)
      if run.status == .exited(code: 99) {
        try Test.cancel("this kernel's /proc can't be mounted with \(option)")
      }
      #expect(run.status == .exited(code: 3), "\(run.error)")
      let report = try ExplainDocuments.report("\(folder.path)/report")
      #expect(report.totals[.sleep] > 0.1 && report.starts.processes >= 1)
    }
  }

  @Test(.enabled("needs root and mount namespaces") { mayUnshare })
  func noProcAtAll() throws {
    let folder = try Self.folder()
    let run = try ShellRun(
      "exec unshare -m sh -c 'mount -t tmpfs none /proc && exec ./tandem explain ./ran'",
      folder: folder.path)
    #expect(run.status == .exited(code: 71))
    #expect(run.error.contains("mount -t proc proc /proc"))
    #expect(run.error.count { $0 == "\n" } == 1 && run.output.isEmpty)
    #expect(!folder.has("was-run"))
  }

  @Test(.enabled("needs root and mount namespaces") { mayUnshare })
  func aKernelThatKeepsPerfEventsForRoot() throws {
    let folder = try Self.folder()
    let run = try ShellRun(
      """
      echo 4 >paranoid
      exec unshare -m sh -c 'mount --bind paranoid /proc/sys/kernel/perf_event_paranoid || exit 99
        exec \(Self.nobody) ./confined perf_event_open=EACCES -- \
          ./tandem explain --switches exact ./ran'
      """, folder: folder.path)
    if run.status == .exited(code: 99) { try Test.cancel("nothing may be mounted here") }
    #expect(run.status == .exited(code: 71))
    #expect(run.error.contains("kernel.perf_event_paranoid is 4"), "\(run.error)")
    #expect(run.error.contains("sudo sysctl kernel.perf_event_paranoid=2"))
  }
}
