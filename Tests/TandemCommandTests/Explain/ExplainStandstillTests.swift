import Foundation
import Glibc
import TandemModel
import TandemSystem
import TandemTestSupport
import Testing

/// Programs that hang, whose rings are known, and programs that only look as if they did.
@Suite(
  .serialized, .timeLimit(.minutes(10)),
  .enabled("needs a Python 3.6 or newer") { AnyPython.isThere })
struct ExplainStandstillTests {
  /// A program that hangs after it has written a line.
  struct Hang: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var script: String
    var reason: ObservedStandstill.Reason?
    /// How many workers are in the ring, and how many wait in all.
    var ring: Int
    var waits: Int
    /// What the first of the ring waits for, or the first of all.
    var target: StandstillWait.Target
    var advice: String
  }

  private static let beginning = """
    import fcntl, os, subprocess, sys, threading, time
    # It doesn't outlive the test.
    import ctypes; ctypes.CDLL(None).prctl(1, 9)
    def say(): os.write(1, b"ready\\n")

    """

  static let hangs = [
    Hang(
      testDescription: "two locks in opposite order",
      script: """
        a, b, both = threading.Lock(), threading.Lock(), threading.Barrier(2)
        def cross(one, other, tell):
            with one:
                both.wait()
                tell()
                with other: pass
        threading.Thread(target=cross, args=(b, a, lambda: None), daemon=True).start()
        cross(a, b, say)
        """, reason: .ring, ring: 2, waits: 2, target: .pythonLock,
      advice: "in which order the locks are taken"),
    Hang(
      testDescription: "a full pipe that is read after its writer's end",
      script: """
        child = subprocess.Popen(
            [sys.executable, "-c", "import os; os.write(1, bytes(1 << 20))"],
            stdout=subprocess.PIPE)
        say()
        child.wait()
        """, reason: .ring, ring: 2, waits: 2, target: .processEnd,
      advice: "before waiting for its writer to end"),
    Hang(
      testDescription: "forked with a held lock",
      script: """
        lock = threading.Lock()
        lock.acquire()
        threading.Thread(target=os.read, args=(os.pipe()[0], 1), daemon=True).start()
        child = os.fork()
        if child == 0:
            ctypes.CDLL(None).prctl(1, 9)
            lock.acquire()
        say()
        os.waitpid(child, 0)
        """, reason: .forkedFromThreads, ring: 0, waits: 3, target: .processEnd,
      advice: "Don't fork a process that has threads"),
    Hang(
      testDescription: "a pipe of its own",
      script: """
        read, write = os.pipe()
        say()
        os.read(read, 1)
        """, reason: .ownPipe, ring: 0, waits: 1, target: .pipeData, advice: "Close the end"),
    Hang(
      testDescription: "two locks on files in opposite order",
      script: """
        names = ["one.lock", "other.lock"]
        def cross(mine, other):
            ctypes.CDLL(None).prctl(1, 9)
            files = [open(name, "w") for name in names]
            fcntl.flock(files[mine], fcntl.LOCK_EX)
            os.write(write, b"x")
            while os.read(again, 1) != b"x": pass
            fcntl.flock(files[other], fcntl.LOCK_EX)
        (read, write), (again, go) = os.pipe(), os.pipe()
        children = []
        for one in (0, 1):
            child = os.fork()
            if child == 0: cross(one, 1 - one)
            children.append(child)
        for _ in children: os.read(read, 1)
        os.write(go, b"xx")
        say()
        for child in children: os.waitpid(child, 0)
        """, reason: nil, ring: 2, waits: 3, target: .fileLock, advice: "in the same order"),
  ]

  /// `--pid` alone answers, and leaves the program as it was.
  @Test(arguments: hangs, ["auto", "sampled"]) func aHangingProgram(hang: Hang, source: String)
    throws
  {
    let folder = try TemporaryFolder(["hang.py": Self.beginning + hang.script])
    let program = try RunningShell("exec python3 hang.py", folder: folder.path)
    try program.wait(for: "ready")
    let run = try ShellRun(
      "exec \"$TANDEM\" explain --switches \(source) --pid \(program.pid) --json report",
      folder: folder.path)
    #expect(run.status == .exited(code: 0))
    let report = try ExplainDocuments.report("\(folder.path)/report")
    let standstill = try #require(report.standstills.last, "\(run.error)")
    #expect(standstill.isWholeProgram && !standstill.isOver && standstill.endedObservation)
    #expect(standstill.reason == hang.reason)
    #expect(standstill.neverEnds == (hang.reason != nil))
    #expect(standstill.ring.count == hang.ring && standstill.waits.count == hang.waits)
    let target = standstill.waits.first?.target
    // From 3.13 on, the functions tell that it is no queue.
    #expect(target == hang.target || hang.target == .pythonLock && target == .lock)
    #expect(standstill.seconds >= 1 && standstill.seconds <= report.wallSeconds + 0.001)
    let first = try #require(report.findings.first)
    #expect(first.rule == "stands-still" && first.advice.contains(hang.advice), "\(first)")
    #expect(run.error.contains("Stands still") && run.error.contains("--for"))
    #expect(kill(program.pid, 0) == 0)
    kill(program.pid, SIGKILL)
  }

  /// A wait with a time limit, after which the program goes on.
  @Test(arguments: ["auto", "sampled"]) func untilATimeLimit(source: String) throws {
    let folder = try TemporaryFolder([
      "limit.py": Self.beginning + """
        import multiprocessing
        def produce(queue): queue.put(bytes(1 << 20))
        if __name__ == "__main__":
            context = multiprocessing.get_context("fork")
            queue = context.Queue()
            child = context.Process(target=produce, args=(queue,))
            child.start()
            child.join(2)
            queue.get()
            child.join()
        """
    ])
    let run = try ShellRun(
      "exec \"$TANDEM\" explain --switches \(source) --json report -- python3 limit.py",
      folder: folder.path)
    #expect(run.status == .exited(code: 0))
    let report = try ExplainDocuments.report("\(folder.path)/report")
    #expect(report.standstills.count == 1)
    let standstill = try #require(report.standstills.first, "\(run.error)")
    #expect(standstill.isOver && standstill.isWholeProgram && !standstill.neverEnds)
    #expect(standstill.seconds >= 1 && standstill.seconds <= report.wallSeconds)
    #expect(standstill.ring.count == 3)
    let limited = standstill.waits.filter(\.hasLimit)
    #expect(limited.count == 1 && abs((limited.first?.limitSeconds ?? 0) - 2) < 0.05)
    #expect(report.findings.first?.rule == "stands-still")
  }

  /// Programs that wait for a time of their own, or for something outside.
  @Test(
    arguments: [
      "time.sleep(1.6)",
      // A shell that waits for a child that sleeps.
      "subprocess.run(['sh', '-c', 'sleep 1.6; true'])",
      // An idle pool.
      """
      from concurrent.futures import ThreadPoolExecutor
      pool = ThreadPoolExecutor(2)
      list(pool.map(abs, range(9)))
      time.sleep(1.6)
      """,
      // The first thread pauses otherwise, and a worker has nothing to do.
      """
      import queue
      work = queue.Queue()
      threading.Thread(target=work.get, daemon=True).start()
      threading.Event().wait(1.6)
      """,
      // A worker in rounds.
      """
      stop = threading.Event()
      def rounds():
          for _ in range(3): stop.wait(1.3)
      worker = threading.Thread(target=rounds)
      worker.start()
      worker.join()
      """,
      // An idle server.
      """
      import select, socket
      server = socket.create_server(("127.0.0.1", 0))
      select.select([server], [], [], 1.6)
      """,
      // A child that computes.
      """
      subprocess.run([sys.executable, "-c", '''
      import time
      end = time.time() + 1.6
      while time.time() < end: pass
      '''])
      """,
    ], ["auto", "sampled"])
  func aProgramThatOnlyWaits(script: String, source: String) throws {
    let folder = try TemporaryFolder(["wait.py": Self.beginning + script])
    let run = try ShellRun(
      "exec \"$TANDEM\" explain --switches \(source) --json report -- python3 wait.py",
      folder: folder.path)
    #expect(run.status == .exited(code: 0))
    let report = try ExplainDocuments.report("\(folder.path)/report")
    #expect(report.wallSeconds >= 1.6 && report.standstills.isEmpty, "\(run.error)")
    #expect(!report.findings.contains { $0.rule == "stands-still" })
  }

  /// Programs that nobody but a signal or an input ends.
  @Test(arguments: [
    "sys.stdin.readline()",
    """
    import signal
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    stop.wait()
    """,
  ])
  func aServiceThatIsIdle(script: String) throws {
    let folder = try TemporaryFolder(["idle.py": Self.beginning + "say()\n" + script])
    let program = try RunningShell("exec python3 idle.py", folder: folder.path)
    try program.wait(for: "ready")
    let run = try ShellRun(
      "exec \"$TANDEM\" explain --pid \(program.pid) --for 1600ms --json report",
      folder: folder.path)
    let report = try ExplainDocuments.report("\(folder.path)/report")
    #expect(report.standstills.isEmpty, "\(run.error)")
    kill(program.pid, SIGKILL)
  }
}
