import Glibc
import TandemObserve
import TandemSystem
import TandemTestSupport
import Testing

/// Interpreters that were found on this machine, each running a program whose behaviour is known.
@Suite("The GIL of real interpreters", .timeLimit(.minutes(5)), .serialized)
struct GILPythonsTests {
  @Test("A Python of each version is found", arguments: GILOffsets.minors)
  func found(minor: Int) throws {
    guard FoundPython.measured.contains(where: { $0.version.minor == minor }) else {
      try Test.cancel("no Python 3.\(minor) was found")
    }
  }

  @Test("A free-threaded build is found")
  func foundFreeThreaded() throws {
    if FoundPython.freeThreaded.isEmpty { try Test.cancel("no free-threaded build was found") }
  }

  @Test("The table doesn't claim more than what this suite would try")
  func claims() {
    for row in GILOffsets.table where row.triedWith != nil {
      #expect(GILOffsets.minors.contains(row.minor))
      #expect(row.triedWith.flatMap { PythonVersion($0) }?.minor == row.minor)
    }
  }

  @Test("Four threads that compute", arguments: FoundPython.measured)
  func spinning(_ python: FoundPython) throws {
    let program = try python.run(PythonScript.spinning)
    let workers = try #require(program.numbersUntilReady())
    #expect(workers.count == 4)
    var finder = PythonFinder()
    let runtime = try finder.runtime(of: program.pid)
    #expect(runtime.version == python.version.description)
    #expect(!runtime.isFreeThreaded)
    #expect(runtime.hasWaitsInside)

    var tally = GILTally()
    try tally.take(200, of: runtime, pid: program.pid, workers: workers)
    print("GIL:", python.testDescription, tally)
    // While the next holder waits for a CPU, nobody has it: on a busy machine that adds up.
    #expect(tally.locked >= 60, "\(tally)")
    // At most one hand-over each 5 ms, and the samples take at least 200 ms.
    #expect(tally.handovers >= 5, "\(tally)")
    #expect(tally.interval == 5000)
    #expect(tally.holderIsWorker >= tally.locked * 9 / 10, "\(tally)")
    #expect(tally.holders.count >= 2, "The holder changes: \(tally)")
    // Of the samples of threads that sleep, nearly all wait for the GIL.
    #expect(tally.waits >= 60, "\(tally)")
    // A busy machine takes the CPU from threads inside the GIL's own mutex, where others queue up.
    #expect(tally.waits >= tally.sleeping / 2, "\(tally)")
    #expect(tally.waits + tally.otherGIL >= tally.sleeping * 95 / 100, "\(tally)")
    #expect(tally.invalid <= 10, "\(tally)")
  }

  @Test(
    "A free-threaded build does without, unless it is told otherwise",
    arguments: FoundPython.freeThreaded, [false, true])
  func freeThreaded(_ python: FoundPython, isTold: Bool) throws {
    let program = try python.run(
      PythonScript.spinning, environment: isTold ? ["PYTHON_GIL": "1"] : [:])
    let workers = try #require(program.numbersUntilReady())
    var finder = PythonFinder()
    let runtime = try finder.runtime(of: program.pid)
    #expect(runtime.version == python.version.description)
    #expect(runtime.isFreeThreaded)
    let gil = try #require(try runtime.gils(of: program.pid).first)
    #expect(gil.isEnabled == isTold)
    guard isTold else { return }
    var tally = GILTally()
    try tally.take(200, of: runtime, pid: program.pid, workers: workers)
    #expect(tally.locked >= 60, "\(tally)")
    #expect(tally.waits >= 60, "\(tally)")
    #expect(tally.handovers >= 5, "\(tally)")
  }

  @Test("A thread that waits for input doesn't hold it", arguments: FoundPython.measured)
  func idle(_ python: FoundPython) throws {
    let program = try python.run(PythonScript.idle)
    #expect(program.line() == "ready")
    var finder = PythonFinder()
    let runtime = try finder.runtime(of: program.pid)
    // It prints before it reads; from the moment on in which it sleeps in read(2) it holds nothing.
    try program.untilReading()
    let first = try #require(try runtime.gils(of: program.pid).first)
    for _ in 0..<50 {
      let sample = try runtime.sample(program.pid)
      #expect(sample.invalid == 0)
      #expect(sample.readings == [first])
    }
    #expect(!first.isLocked)
    #expect(first.isEnabled)
    #expect(first.holderThread == nil)
    #expect(first.interpreters == 1)
  }

  @Test(
    "From its exec on it is found, and never taken for something else",
    arguments: FoundPython.measured)
  func starting(_ python: FoundPython) throws {
    let program = try python.run(PythonScript.idle)
    var finder = PythonFinder()
    var tries = 0
    search: while tries < 1_000_000 {
      tries += 1
      switch finder.detect(program.pid) {
      case .python: break search
      case .notYet: continue
      case .notPython:
        Issue.record("not Python, at try \(tries)")
        return
      case .unknown(let reason):
        Issue.record("\(reason) at try \(tries)")
        return
      }
    }
    #expect(tries < 1_000_000)
    #expect(program.line() == "ready")
  }

  @Test("A forked child has its parent's runtime", arguments: FoundPython.measured)
  func forked(_ python: FoundPython) throws {
    let program = try python.run(PythonScript.forked)
    let child = try #require(program.numbersUntilReady()?.first)
    var finder = PythonFinder()
    let runtime = try finder.runtime(of: program.pid)
    #expect(try !runtime.gils(of: program.pid).isEmpty)
    #expect(try !runtime.gils(of: child).isEmpty)
    #expect((try? runtime.gils(of: getpid()))?.isEmpty != false)
    let own = try finder.runtime(of: child)
    #expect(own.version == runtime.version)
    #expect(finder.filesRead <= 2, "Its files were known.")
    // Asked by turns: each answers for itself.
    let pause = try SilentPipe()
    var samples = 0
    var locked = 0
    var held = 0
    while locked < 20, samples < 5000 {
      _ = pause.wait(nanoseconds: 1_000_000)
      samples += 1
      #expect(try runtime.gils(of: program.pid).first?.isLocked == false)
      guard let gil = try runtime.gils(of: child).first, gil.isLocked else { continue }
      locked += 1
      if let holder = gil.holderThread, ThreadCheck.exists(holder, in: child) { held += 1 }
    }
    #expect(locked == 20, "of \(samples)")
    #expect(held >= 18, "\(held) of \(locked)")
  }

  @Test(
    "Subinterpreters share the GIL until 3.11, and have their own from 3.12 on",
    arguments: FoundPython.measured)
  func subinterpreters(_ python: FoundPython) throws {
    let program = try python.run(PythonScript.subinterpreter)
    #expect(program.line() == "ready")
    var finder = PythonFinder()
    let runtime = try finder.runtime(of: program.pid)
    let gils = try runtime.gils(of: program.pid)
    if python.version.minor < 12 {
      #expect(gils.map(\.interpreters) == [2])
    } else {
      #expect(gils.map(\.interpreters) == [1, 1])
      #expect(Set(gils.map(\.address)).count == 2)
    }
  }

  @Test("Older than 3.8 is not measured", arguments: FoundPython.older)
  func older(_ python: FoundPython) throws {
    let program = try python.run(PythonScript.idle)
    #expect(program.line() == "ready")
    var finder = PythonFinder()
    guard case .unknown(let reason) = finder.detect(program.pid) else {
      Issue.record("measured")
      return
    }
    #expect(reason.contains("older than 3.8"))
  }

  @Test("Another program is no Python")
  func cat() throws {
    let program = try RunningProgram("/bin/sh", ["-c", "echo ready; read line"])
    #expect(program.line() == "ready")
    var finder = PythonFinder()
    for _ in 0..<2 {
      guard case .notPython = finder.detect(program.pid) else {
        Issue.record("\(finder.detect(program.pid))")
        return
      }
    }
    #expect(finder.filesRead == 1)
  }

  @Test("A process that isn't there, or has ended")
  func gone() throws {
    var finder = PythonFinder()
    for pid in [-1, 0, CInt.max] {
      guard case .unknown = finder.detect(pid) else {
        Issue.record("found in \(pid)")
        continue
      }
    }
    for python in FoundPython.measured.suffix(1) {
      let program = try python.run("print('ready', flush=True)")
      #expect(program.line() == "ready")
      // The end of its output is its end, but for the kernel's last steps; it isn't reaped yet.
      #expect(program.line() == nil)
      try program.status()
      guard case .unknown(let reason) = finder.detect(program.pid) else {
        Issue.record("found in a zombie")
        return
      }
      #expect(reason.contains("ended"))
    }
  }
}

extension PythonFinder {
  /// What was found instead of a runtime.
  struct NoRuntime: Error {
    var detection: PythonDetection
  }

  /// The runtime of a process that has one.
  mutating func runtime(of pid: CInt) throws(NoRuntime) -> PythonRuntime {
    let detection = detect(pid)
    guard case .python(let runtime) = detection else { throw NoRuntime(detection: detection) }
    return runtime
  }
}

extension RunningProgram {
  /// Returns when its first thread sleeps in read(2): it gave up its time slice for that.
  func untilReading() throws {
    try waitUntil("its first thread to read") {
      try ProcFile.text("/proc/\(pid)/task/\(pid)/syscall").hasPrefix("0 ")
    }
  }
}

/// What samples of a program with threads that all want the GIL say.
struct GILTally: CustomStringConvertible {
  var samples = 0
  var invalid = 0
  var locked = 0
  var handovers: UInt64 = 0
  var interval: UInt64 = 0
  var holderIsWorker = 0
  var holders: Set<pid_t> = []
  /// Samples of single threads.
  var running = 0
  var sleeping = 0
  var waits = 0
  var otherGIL = 0

  var description: String {
    """
    \(samples) samples, \(invalid) invalid, \(locked) locked, \(handovers) hand-overs, \
    holder known \(holderIsWorker); threads: \(running) running, \(sleeping) asleep, \
    \(waits) for the GIL, \(otherGIL) in its mutex or forced switch
    """
  }

  mutating func take(
    _ count: Int, of runtime: PythonRuntime, pid: CInt, workers: [pid_t]
  ) throws {
    let pause = try SilentPipe()
    var first: UInt64?
    for _ in 0..<count {
      // The rate of sampling: 1 kHz at most.
      _ = pause.wait(nanoseconds: 1_000_000)
      let sample = try runtime.sample(pid)
      samples += 1
      invalid += sample.invalid
      guard let gil = sample.readings.first else { continue }
      interval = gil.intervalMicroseconds
      if first == nil { first = gil.switchNumber }
      handovers = gil.switchNumber - (first ?? 0)
      if gil.isLocked { locked += 1 }
      if let holder = gil.holderThread {
        holders.insert(holder)
        if workers.contains(holder) { holderIsWorker += 1 }
      }
      let regions = GILRegions(sample.readings)
      for worker in workers {
        let text = try ProcFile.text("/proc/\(pid)/task/\(worker)/syscall")
        let fields = text.split(separator: " ")
        guard fields.count > 2, let address = UInt64(fields[1].dropFirst(2), radix: 16) else {
          running += 1
          continue
        }
        sleeping += 1
        switch regions.kind(ofFutex: address) {
        case .wait: waits += 1
        case .mutex, .forcedSwitch: otherGIL += 1
        case nil: break
        }
      }
    }
  }
}
