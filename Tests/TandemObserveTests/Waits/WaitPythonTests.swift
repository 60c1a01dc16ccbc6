import Foundation
import TandemModel
import TandemObserve
import TandemSystem
import TandemTestSupport
import Testing

/// What threads and processes of Python wait for, on every interpreter that is found.
@Suite struct WaitPythonTests {
  /// An interpreter with the version that it tells.
  struct Interpreter: Sendable, CustomTestStringConvertible {
    var path: String
    var major: Int
    var minor: Int
    var testDescription: String { "\(major).\(minor)" }
  }

  /// CPython 3.8 and later on `PATH` and among pyenv's, one of each version.
  static let interpreters: [Interpreter] = {
    let variables = ProcessInfo.processInfo.environment
    var folders = (variables["PATH"] ?? "").split(separator: ":").map { String($0) }
    let root = variables["PYENV_ROOT"] ?? (variables["HOME"] ?? "") + "/.pyenv"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: root + "/versions")) ?? []
    folders = versions.sorted().map { "\(root)/versions/\($0)/bin" } + folders
    var found: [Interpreter] = []
    for folder in folders where !folder.hasSuffix("/shims") {
      for minor in 8...15 where !found.contains(where: { $0.minor == minor }) {
        let path = "\(folder)/python3.\(minor)"
        if FileManager.default.isExecutableFile(atPath: path) {
          found.append(Interpreter(path: path, major: 3, minor: minor))
        }
      }
    }
    return found.sorted { $0.minor < $1.minor }
  }()

  private static let beginning = """
    import ctypes, os, sys, threading, multiprocessing, queue
    def tell(label):
        # A process that was forked doesn't outlive the one that it was forked from.
        if multiprocessing.current_process().name != "MainProcess":
            ctypes.CDLL(None).prctl(1, 9)
        tid = threading.get_native_id()
        os.write(1, f"{label} {os.getpid()} {tid}\\n".encode())
    def thread(label, body):
        def run():
            tell(label)
            body()
        threading.Thread(target=run, daemon=True).start()
    def end():
        tell("ready")
        while os.read(0, 1): pass
        os._exit(0)

    """

  /// Runs a script and gives what its threads wait for, by label.
  private func waits(
    _ interpreter: Interpreter, _ script: String, lines: Int, in calls: Set<String> = ["futex"],
    body: (inout WaitReader, WaitProgram) throws -> Void
  ) throws {
    let program = try WaitProgram(
      interpreter.path, [interpreter.path, "-I", "-c", Self.beginning + script], lines: lines)
    defer { program.end() }
    var reader = program.reader()
    try body(&reader, program)
  }

  /// Reads all threads with a label until all of them are in a state.
  private func states(
    _ label: String, _ wanted: WorkerState, _ reader: inout WaitReader, _ program: WaitProgram
  ) throws -> [Wait] {
    var waits: [Wait] = []
    let threads = program.labelled(label)
    try waitUntil("all of '\(label)' to be \(wanted), not \(waits)") {
      waits = threads.compactMap { thread in
        guard
          case .waiting(let wait) = reader.read(thread.tid, of: thread.pid, isGIL: { _ in false })
        else { return nil }
        return wait
      }
      return waits.count == threads.count && waits.allSatisfy { $0.state == wanted }
    }
    return waits
  }

  private func futexes(_ waits: [Wait]) -> [FutexWait] {
    waits.compactMap { if case .futex(let futex) = $0.detail { futex } else { nil } }
  }

  @Test(arguments: interpreters)
  func threeThreadsThatWantOneLock(interpreter: Interpreter) throws {
    let script = """
      lock = threading.Lock()
      lock.acquire()
      for _ in range(3): thread("lock", lock.acquire)
      end()
      """
    try waits(interpreter, script, lines: 4) { reader, program in
      let waits = try states("lock", .lock, &reader, program)
      #expect(waits.map(\.state) == [.lock, .lock, .lock], "\(waits)")
      #expect(Set(futexes(waits).map(\.address)).count == 1)
      #expect(futexes(waits).contains { $0.waiters == 3 })
    }
  }

  @Test(arguments: interpreters)
  func readersOfAnEmptyQueue(interpreter: Interpreter) throws {
    let script = """
      items = queue.Queue()
      event = threading.Event()
      for _ in range(3): thread("queue", items.get)
      for _ in range(3): thread("event", event.wait)
      end()
      """
    try waits(interpreter, script, lines: 7) { reader, program in
      for label in ["queue", "event"] {
        let waits = try states(label, .waitingForWork, &reader, program)
        #expect(waits.map(\.state) == Array(repeating: .waitingForWork, count: 3), "\(waits)")
      }
    }
  }

  /// Since 3.13 an empty `SimpleQueue` can be told from a lock, and with it a thread pool's idle threads;
  /// before, by all of them waiting and nothing happening.
  @Test(arguments: interpreters)
  func idleThreadsOfAPool(interpreter: Interpreter) throws {
    let script = """
      items = queue.SimpleQueue()
      for _ in range(3): thread("simple", items.get)
      end()
      """
    try waits(interpreter, script, lines: 4) { reader, program in
      let waits = try states("simple", .waitingForWork, &reader, program)
      #expect(waits.map(\.state) == Array(repeating: .waitingForWork, count: 3), "\(waits)")
      let kind = interpreter.minor >= 13 ? FutexKind.pythonQueue : .semaphore
      for futex in futexes(waits) { #expect(futex.kind == kind) }
    }
  }

  @Test(arguments: interpreters)
  func sleepAndAPollOfOneSocket(interpreter: Interpreter) throws {
    let script = """
      import socket, time
      a, b = socket.socketpair()
      a.settimeout(100000)
      thread("sleep", lambda: time.sleep(100000))
      thread("socket", lambda: a.recv(1))
      end()
      """
    try waits(interpreter, script, lines: 3) { reader, program in
      #expect(try states("sleep", .sleep, &reader, program).map(\.state) == [.sleep])
      let waits = try states("socket", .waitingForWork, &reader, program)
      #expect(waits.map(\.state) == [.waitingForWork])
      guard case .descriptor(_, .unixSocket(.inside))? = waits.first?.detail else {
        Issue.record("\(waits)")
        return
      }
    }
  }

  /// One idle worker reads the pipe, the others stand in line for the semaphore.
  @Test(arguments: interpreters)
  func idleWorkersOfAProcessPool(interpreter: Interpreter) throws {
    let script = """
      context = multiprocessing.get_context("fork")
      pool = context.Pool(4, initializer=tell, initargs=("worker",))
      end()
      """
    try waits(interpreter, script, lines: 5) { reader, program in
      let waits = try states("worker", .waitingForWork, &reader, program)
      #expect(waits.map(\.state) == Array(repeating: .waitingForWork, count: 4), "\(waits)")
      #expect(futexes(waits).count == 3)
      for futex in futexes(waits) { #expect(futex.isShared && futex.kind == .semaphore) }
    }
  }

  @Test(arguments: interpreters)
  func processesThatWantOneLock(interpreter: Interpreter) throws {
    let script = """
      context = multiprocessing.get_context("fork")
      lock = context.Lock()
      lock.acquire()
      def work():
          tell("lock")
          lock.acquire()
      workers = [context.Process(target=work, daemon=True) for _ in range(3)]
      for worker in workers: worker.start()
      tell("ready")
      while os.read(0, 1): pass
      for worker in workers: worker.terminate()
      for worker in workers: worker.join()
      os._exit(0)
      """
    try waits(interpreter, script, lines: 4) { reader, program in
      let waits = try states("lock", .lock, &reader, program)
      #expect(waits.map(\.state) == [.lock, .lock, .lock], "\(waits)")
      for futex in futexes(waits) { #expect(futex.isShared) }
      #expect(futexes(waits).contains { $0.waiters == 3 })
    }
  }
}
