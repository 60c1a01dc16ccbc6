import TandemSystem
import TandemTestSupport
import Testing

@testable import TandemObserve

@Suite("Functions of real interpreters", .timeLimit(.minutes(5)), .serialized)
struct PythonFunctionTests {
  private static let script = """
    import sys
    class Model:
        def crunch(self):
            while True:
                sum(range(100_000))
    print("ready", flush=True)
    Model().crunch()
    """

  /// Nothing but `crunch`, and the generator of none: `sum` and `range` are no Python functions.
  @Test("The function of the thread that computes", arguments: FoundPython.measured)
  func function(_ python: FoundPython) throws {
    let program = try python.run(Self.script)
    #expect(program.line() == "ready")
    var finder = PythonFinder()
    let runtime = try finder.runtime(of: program.pid)
    var reader = PythonFunctionReader(try #require(runtime.file.frames))
    let pause = try SilentPipe()
    var found: [PythonFunction: Int] = [:]
    var lines: [Int?: Int] = [:]
    var unknown = 0
    var tries = 0
    while found.values.reduce(0, +) + unknown < 100, tries < 5_000 {
      tries += 1
      _ = pause.wait(nanoseconds: 300_000)
      guard let state = try runtime.gils(of: program.pid).first?.holderState else { continue }
      if let place = reader.place(of: state, in: program.pid) {
        found[place.function, default: 0] += 1
        lines[place.line, default: 0] += 1
      } else {
        unknown += 1
      }
    }
    let name = python.version.minor < 11 ? "crunch" : "Model.crunch"
    let seen = found.filter { $0.key.name == name }.values.reduce(0, +)
    // The first looks may still find the module's own code.
    #expect(seen >= 90, "\(found), \(unknown) unknown")
    #expect(unknown <= 5, "\(found), \(unknown) unknown")
    // All of the time goes into the line of the sum.
    #expect(lines[5, default: 0] >= 85, "\(lines)")
  }

  /// Two threads that never get what they wait for, by the functions of the script that wait.
  private static let waiting = """
    import queue, sys, threading
    lock, entries, printed = threading.Lock(), queue.Queue(), threading.Semaphore(0)
    class Account:
        def withdraw(self):
            number()
            with lock:
                pass
    def take():
        number()
        return entries.get()
    def number():
        print(threading.get_native_id(), flush=True)
        printed.release()
    lock.acquire()
    for target in (Account().withdraw, take):
        threading.Thread(target=target, daemon=True).start()
        printed.acquire()
    number()
    print("ready", flush=True)
    def reads():
        sys.stdin.read()
    reads()
    import os
    os._exit(0)
    """

  @Test(
    "Where threads wait for a lock, an entry in a queue and input", arguments: FoundPython.measured)
  func waiters(_ python: FoundPython) throws {
    let program = try python.run(Self.waiting)
    let numbers = try #require(program.numbersUntilReady())
    #expect(Set(numbers) == Set(program.threads))
    var finder = PythonFinder()
    let runtime = try finder.runtime(of: program.pid)
    let frames = try #require(runtime.file.frames)
    var reader = PythonFunctionReader(frames)
    var threads = PythonThreads(runtime, frames)
    var stacks: [CInt: [PythonPlace]] = [:]
    func place(of tid: CInt) throws -> PythonPlace? {
      guard let state = threads.state(of: tid, in: program.pid, nowNS: MonotonicClock.now())
      else { return nil }
      stacks[tid] = reader.stack(of: state, in: program.pid, most: 32)
      return PythonPlace.telling(of: stacks[tid] ?? [])
    }
    let withdraw = python.version.minor < 11 ? "withdraw" : "Account.withdraw"
    let expected = ["reads": 21, "take": 10, withdraw: 6]
    var lines: [String: Int] = [:]
    // A thread that has printed its number waits an instant later.
    try waitUntil("all three to wait, not \(lines)") {
      lines = [:]
      for case let place? in try numbers.map({ try place(of: $0) }) {
        lines[place.function.name] = place.line
      }
      return lines == expected
    }
    for tid in numbers {
      let place = try #require(try place(of: tid))
      #expect(!place.function.isOfLibrary)
      #expect(place.function.file == "<string>")
    }
    // Inside of the queue's function, it waits in the library.
    let taking = try #require(
      numbers.first { tid in
        stacks[tid]?.contains { $0.function.name == "take" } == true
      })
    let stack = try #require(stacks[taking])
    #expect(stack.contains { $0.function.file.hasSuffix("queue.py") && $0.function.isOfLibrary })
    #expect(stacks[program.pid]?.last?.function.name == "<module>")
  }

  /// Memory that holds something else gives nothing, and never ends the reader.
  @Test("Other memory gives no function", arguments: FoundPython.measured.prefix(1))
  func otherMemory(_ python: FoundPython) throws {
    let program = try python.run(Self.script)
    #expect(program.line() == "ready")
    var finder = PythonFinder()
    let runtime = try finder.runtime(of: program.pid)
    guard let frames = runtime.file.frames else { return }
    var reader = PythonFunctionReader(frames)
    for address: UInt64 in [0, 8, 1 << 20, runtime.address, runtime.address &+ 64, .max - 7] {
      #expect(reader.place(of: address, in: program.pid) == nil, "\(address)")
    }
    var threads = PythonThreads(runtime, frames)
    #expect(threads.state(of: 1, in: program.pid, nowNS: MonotonicClock.now()) == nil)
  }
}

@Suite("Where functions lie")
struct PythonFrameOffsetsTests {
  @Test("Versions that aren't known have no layout")
  func unknown() {
    #expect(PythonFrameOffsets.fixed(minor: 7) == nil)
    #expect(PythonFrameOffsets.fixed(minor: 13) == nil)
    #expect(PythonFrameOffsets.described([UInt8](repeating: 0, count: 999), minor: 16) == nil)
  }

  @Test("A description that is cut off, or whose figures can't be right, isn't used")
  func descriptions() {
    var bytes = [UInt8](repeating: 0, count: 584)
    #expect(PythonFrameOffsets.described(bytes, minor: 13) != nil)
    #expect(PythonFrameOffsets.described(Array(bytes.prefix(500)), minor: 13) == nil)
    bytes[184] = 7
    #expect(PythonFrameOffsets.described(bytes, minor: 13) == nil)
    (bytes[184], bytes[186]) = (0, 1)
    #expect(PythonFrameOffsets.described(bytes, minor: 13) == nil)
  }

  @Test("A function of the interpreter's library is told from one of the program")
  func library() {
    func isOfLibrary(_ path: String) -> Bool {
      PythonFunction(name: "f", path: path).isOfLibrary
    }
    #expect(isOfLibrary("/usr/lib/python3.11/threading.py"))
    #expect(isOfLibrary("/opt/python/lib/python3.13/concurrent/futures/thread.py"))
    #expect(isOfLibrary("<frozen importlib._bootstrap>"))
    #expect(!isOfLibrary("/usr/lib/python3.11/site-packages/shop/model.py"))
    #expect(!isOfLibrary("/usr/lib/python3/dist-packages/shop/model.py"))
    #expect(!isOfLibrary("shop/model.py"))
    #expect(PythonFunction(name: "f", path: "/home/me/shop/model.py").file == "shop/model.py")
  }

  @Test("Of a thread that waits, the program's own function tells most")
  func telling() {
    func place(_ path: String, _ name: String) -> PythonPlace {
      PythonPlace(PythonFunction(name: name, path: path))
    }
    let wait = place("/usr/lib/python3.11/threading.py", "Condition.wait")
    let get = place("/usr/lib/python3.11/queue.py", "Queue.get")
    let feed = place("/usr/lib/python3.11/multiprocessing/queues.py", "Queue._feed")
    let own = place("/home/me/shop.py", "serve")
    #expect(PythonPlace.telling(of: [wait, get, own]) == own)
    #expect(PythonPlace.telling(of: [wait, feed, wait]) == feed)
    #expect(PythonPlace.telling(of: [wait, get]) == wait)
    #expect(PythonPlace.telling(of: []) == nil)
  }
}
