import Glibc
import TandemSystem
import TandemTestSupport
import Testing

@testable import TandemObserve

/// Layouts that no interpreter here has, in memory that the test makes up.
@Suite("The GIL's layouts")
struct GILLayoutTests {
  // MARK: Versions

  @Test("Versions as numbers and as texts")
  func versions() {
    #expect(PythonVersion(hex: 0x030b_07f0)?.description == "3.11.7")
    #expect(PythonVersion(hex: 0x030e_00c2)?.description == "3.14.0rc2")
    #expect(PythonVersion(hex: 0x030f_00a1)?.level == .alpha)
    for hex: UInt64 in [0, 0x0b07f0, 0x030b_0700, 0x7f0b_07f0, .max, 0x1_030b_07f0] {
      #expect(PythonVersion(hex: hex) == nil, "\(hex)")
    }
    #expect(PythonVersion("3.9.18") == PythonVersion(3, 9, 18))
    #expect(PythonVersion("3.11.2+") == PythonVersion(3, 11, 2))
    #expect(PythonVersion("3.13.0b4") == PythonVersion(3, 13, 0, level: .beta, serial: 4))
    for text in [
      "", "3", "3.9", "3.9.", "3.9.x", "3.9.1.2", "3.9.1rc", "3.9.1x2", "3.9.1 ", "3..1",
    ] {
      #expect(PythonVersion(text) == nil, "\(text)")
    }
  }

  @Test("Names of files")
  func names() {
    #expect(PythonFileName("python") != nil)
    #expect(PythonFileName("python3")?.major == 3)
    #expect(PythonFileName("python3.11")?.minor == 11)
    #expect(PythonFileName("libpython3.13t.so.1.0")?.minor == 13)
    #expect(PythonFileName("libpython3.11d.so")?.minor == 11)
    #expect(PythonFileName("libpython3.7m.so.1.0")?.minor == 7)
    #expect(PythonFileName("libpython3.so")?.minor == nil)
    for name in [
      "pypy3", "libpypy3-c.so", "ruby", "pythonista", "python3.x", "python4", "libpyt.so",
    ] {
      #expect(PythonFileName(name) == nil, "\(name)")
    }
  }

  // MARK: The table

  @Test("Every version from 3.8 to 3.15 has a row, and what was tried says so")
  func table() {
    for architecture in PythonArchitecture.allCases {
      #expect(
        GILOffsets.table.filter { $0.architecture == architecture }.map(\.minor)
          == Array(GILOffsets.minors))
    }
    #expect(GILOffsets.row(minor: 7, .x86) == nil)
    #expect(GILOffsets.row(minor: 16, .x86) == nil)
    for row in GILOffsets.table {
      #expect((row.triedWith != nil) == (row.architecture == .x86))
      guard case .fixed(let offsets) = row.layout else { continue }
      let all = [
        offsets.interpretersHead, offsets.interpreterNext, offsets.interpreterThreads,
        offsets.threadInterpreter, offsets.threadID, offsets.nativeThreadID ?? 0,
      ]
      #expect(all.allSatisfy { $0 % 8 == 0 })
      #expect((offsets.nativeThreadID == nil) == (row.minor < 11))
    }
  }

  @Test("The parts of the GIL")
  func structure() {
    let usual = GILStructure(hasFlag: false, mutexSize: PythonArchitecture.x86.mutexSize)
    #expect(usual.wait == 32..<80)
    #expect(usual.mutex == 80..<120)
    #expect(usual.forcedSwitch == 120..<208)
    let arm = GILStructure(hasFlag: false, mutexSize: PythonArchitecture.arm.mutexSize)
    #expect(arm.forcedSwitch == 128..<224)
    let free = GILStructure(hasFlag: true, mutexSize: 40)
    #expect(free.wait == 40..<88)
    #expect(free.locked == 24)
    #expect(free.words == 5)
  }

  @Test("What a futex is for")
  func futexes() {
    let structure = GILStructure(hasFlag: false, mutexSize: 40)
    func reading(_ address: UInt64) -> GILReading {
      GILReading(
        address: address, isEnabled: true, isLocked: true, holderThread: nil, switchNumber: 1,
        intervalMicroseconds: 5000, structure: structure)
    }
    let regions = GILRegions([reading(0x1000), reading(0x9000)])
    #expect(regions.kind(ofFutex: 0x1000 + 72) == .wait)
    #expect(regions.kind(ofFutex: 0x1000 + 76) == .wait)
    #expect(regions.kind(ofFutex: 0x9000 + 80) == .mutex)
    #expect(regions.kind(ofFutex: 0x9000 + 120) == .forcedSwitch)
    for address: UInt64 in [0, 0x1000, 0x1000 + 31, 0x1000 + 208, 0x8fff, .max] {
      #expect(regions.kind(ofFutex: address) == nil, "\(address)")
    }
    #expect(GILRegions([]).isEmpty)
    #expect(!regions.isEmpty)
  }

  @Test("The documentation has the table's figures")
  func documentation() throws {
    let text = try Repository.text("Documentation/gil-offsets.md")
    for row in GILOffsets.table {
      #expect(text.contains(row.documented), "\(row.documented)")
    }
  }

  // MARK: Descriptions

  @Test("A description is read", arguments: [13, 14, 15], [false, true])
  func described(minor: Int, isFreeThreaded: Bool) throws {
    let made = try MadeUpPython(minor: minor, isFreeThreaded: isFreeThreaded)
    #expect(made.offsets.structure.hasFlag == isFreeThreaded)
    #expect(made.offsets.gil == .behindPointerInInterpreter(MadeUpPython.pointer))
    #expect(made.offsets.nativeThreadID == 160)
    let runtime = made.runtime
    #expect(runtime.check(getpid()) == .ready)
    #expect(runtime.version == "3.\(minor).2")
    #expect(runtime.isFreeThreaded == isFreeThreaded)
    #expect(runtime.isTried)
    let gil = try #require(try runtime.gils(of: getpid()).first)
    #expect(gil.isEnabled)
    #expect(gil.isLocked)
    #expect(gil.switchNumber == 77)
    #expect(gil.intervalMicroseconds == 5000)
    #expect(gil.holderThread == getpid())
    let regions = GILRegions([gil])
    #expect(regions.kind(ofFutex: gil.address + (isFreeThreaded ? 40 : 32)) == .wait)
    #expect(regions.kind(ofFutex: gil.address + (isFreeThreaded ? 39 : 31)) == nil)
  }

  @Test("A free-threaded build without its GIL")
  func withoutGIL() throws {
    let made = try MadeUpPython(minor: 14, isFreeThreaded: true)
    made.set(gil: 0, 0)
    made.set(gil: made.offsets.structure.locked, 0)
    let gil = try #require(try made.runtime.gils(of: getpid()).first)
    #expect(!gil.isEnabled)
    #expect(!gil.isLocked)
    // While a module is imported it is on.
    made.set(gil: 0, 1)
    #expect(try made.runtime.gils(of: getpid()).first?.isEnabled == true)
  }

  @Test("A description that lies is refused")
  func lies() throws {
    for minor in [13, 14, 15] {
      let places = try MadeUpPython.places(minor)
      let good = try MadeUpPython(minor: minor, isFreeThreaded: false).description
      _ = try DebugOffsets.read(good, at: places, .x86)
      let fields = [
        24, 40, 48, 64, 72, places.cevalGIL, places.cevalGIL + 8, places.cevalGIL + 16,
        places.cevalGIL + 24, places.cevalGIL + 32, places.thread, places.thread + 24,
        places.threadID, places.threadID + 8,
      ]
      for field in fields {
        for value: UInt64 in [1, 0xFFFF_FFFF, .max, .max - 7] {
          var bad = good
          bad.replaceSubrange(field..<field + 8, with: MadeUpPython.bytes(value))
          #expect(throws: DebugOffsets.Refusal.self, "3.\(minor): \(value) at \(field)") {
            try DebugOffsets.read(bad, at: places, .x86)
          }
        }
      }
      // The cookie, the major version, the flag.
      for byte in [2, 8 + 3, 16 + 2] {
        var bad = good
        bad[byte] ^= 0x80
        #expect(DebugOffsets.Beginning(bad) == nil)
      }
      for count in 0..<good.count {
        #expect(throws: DebugOffsets.Refusal.self) {
          try DebugOffsets.read(Array(good[..<count]), at: places, .x86)
        }
      }
    }
  }

  // MARK: Memory

  @Test("Subinterpreters with GILs of their own, and with a shared one")
  func subinterpreters() throws {
    let made = try MadeUpPython(minor: 13, isFreeThreaded: false)
    let runtime = made.runtime
    #expect(try runtime.gils(of: getpid()).count == 1)
    made.addInterpreter(ownGIL: true)
    #expect(try runtime.gils(of: getpid()).map(\.interpreters) == [1, 1])
    #expect(try runtime.gils(of: getpid()).first?.address == made.interpreter + MadeUpPython.own)
    made.addInterpreter(ownGIL: false)
    #expect(try runtime.gils(of: getpid()).map(\.interpreters) == [2, 1])
    #expect(runtime.check(getpid()) == .ready)
  }

  @Test("More interpreters than one call reads")
  func manyInterpreters() throws {
    let made = try MadeUpPython(minor: 13, isFreeThreaded: false)
    for _ in 0..<60 { made.addInterpreter(ownGIL: true) }
    #expect(try made.runtime.gils(of: getpid()).count == 61)
  }

  @Test("What makes no sense is dropped and counted")
  func invalid() throws {
    let made = try MadeUpPython(minor: 13, isFreeThreaded: false)
    let runtime = made.runtime
    let structure = made.offsets.structure
    func sample() throws -> GILSample { try runtime.sample(getpid()) }
    #expect(try sample().invalid == 0)
    made.set(gil: structure.locked, 7)
    #expect(try sample() == GILSample(readings: [], invalid: 1))
    made.set(gil: structure.locked, 1)
    let holder = made.get(gil: structure.lastHolder)
    for bad: UInt64 in [holder + 1, 0x10, made.base] {
      made.set(gil: structure.lastHolder, bad)
      #expect(try sample() == GILSample(readings: [], invalid: 1), "\(bad)")
    }
    // The first to take it is written down a moment later.
    made.set(gil: structure.lastHolder, 0)
    #expect(try sample() == GILSample(readings: [], invalid: 0))
    // A thread that is gone may have been the last to have it.
    made.set(gil: structure.locked, 0)
    made.set(gil: structure.lastHolder, 0x10)
    #expect(try sample().readings.first?.isLocked == false)
    // Not made yet: nothing is wrong.
    made.set(gil: structure.locked, UInt64(UInt32.max))
    #expect(try sample() == GILSample(readings: [], invalid: 0))
    guard case .notYet = runtime.check(getpid()) else {
      Issue.record("\(runtime.check(getpid()))")
      return
    }
  }

  @Test("A list of interpreters without an end, or that leads nowhere")
  func endless() throws {
    let made = try MadeUpPython(minor: 13, isFreeThreaded: false)
    made.set(interpreter: made.offsets.interpreterNext, made.interpreter)
    #expect(try made.runtime.sample(getpid()) == GILSample(readings: [], invalid: 1))
    made.set(interpreter: made.offsets.interpreterNext, 8)
    #expect(try made.runtime.sample(getpid()) == GILSample(readings: [], invalid: 1))
    made.set(interpreter: made.offsets.interpreterNext, 13)
    #expect(made.runtime.check(getpid()) != .ready)
    made.set(interpreter: made.offsets.interpreterNext, 0)
    #expect(made.runtime.check(getpid()) == .ready)
  }

  @Test("Before it is initialised, and when it isn't what it was")
  func beginnings() throws {
    let made = try MadeUpPython(minor: 13, isFreeThreaded: false)
    made.set(runtime: made.offsets.interpretersHead, 0)
    guard case .notYet = made.runtime.check(getpid()) else {
      Issue.record("\(made.runtime.check(getpid()))")
      return
    }
    made.set(runtime: made.offsets.interpretersHead, made.interpreter)
    #expect(made.runtime.check(getpid()) == .ready)
    made.set(interpreter: made.offsets.interpreterThreads, 0)
    guard case .notYet = made.runtime.check(getpid()) else {
      Issue.record("\(made.runtime.check(getpid()))")
      return
    }
    made.set(runtime: 8, 0x030d_03f0)
    guard case .wrong = made.runtime.check(getpid()) else {
      Issue.record("\(made.runtime.check(getpid()))")
      return
    }
    #expect(made.runtime.check(-1) == .unreadable(.noSuchProcess))
  }

  @Test("The number of a thread is one of the process, or none")
  func numbers() throws {
    let made = try MadeUpPython(minor: 13, isFreeThreaded: false)
    // Number 1 is another process's.
    made.set(thread: 160, 1)
    #expect(try made.runtime.gils(of: getpid()).first?.holderThread == nil)
    // This thread's pthread_t leads to its number.
    made.set(thread: 152, UInt64(UInt(pthread_self())))
    let own = try made.runtime.gils(of: getpid()).first?.holderThread
    #expect(own == CInt(truncatingIfNeeded: syscallGettid()))
  }

  private func syscallGettid() -> Int {
    let link = (try? ProcFile.text("/proc/thread-self/status")).map { KeyedLines(Array($0.utf8)) }
    return link?.count("Pid") ?? -1
  }
}

extension GILOffsets.Row {
  /// Its line in the documentation, as far as figures go.
  fileprivate var documented: String {
    let tried = triedWith.map { "yes, \($0)" } ?? "no"
    switch layout {
    case .fixed(let offsets):
      let gil =
        switch offsets.gil {
        case .inRuntime(let offset): "`_PyRuntime` + \(offset)"
        case .behindPointerInInterpreter(let offset): "pointer at interpreter + \(offset)"
        }
      let native = offsets.nativeThreadID.map { "\($0)" } ?? "–"
      return
        "| 3.\(minor) | \(architecture.name) | \(offsets.interpretersHead) | \(gil) |"
        + " \(offsets.interpreterNext) | \(offsets.interpreterThreads) |"
        + " \(offsets.threadInterpreter) | \(offsets.threadID) | \(native) | \(tried) |"
    case .described(let places):
      return
        "| 3.\(minor) | \(architecture.name) | \(places.size) | \(places.runtime.interpretersHead) |"
        + " \(places.interpreter.next) | \(places.interpreter.threads) | \(places.cevalGIL) |"
        + " \(places.thread) | \(places.threadID) | \(tried) |"
    }
  }
}

/// An interpreter as it would lie in memory, in this process's own.
private final class MadeUpPython {
  static let pointer: UInt64 = 16
  static let own: UInt64 = 1024
  static let next: UInt64 = 64

  let memory: UnsafeMutableRawPointer
  let base: UInt64
  let offsets: GILOffsets
  let description: [UInt8]
  let minor: Int
  private let isFreeThreaded: Bool
  private var used = 4096

  var interpreter: UInt64 { base + 1024 }
  var thread: UInt64 { base + 3072 }

  static func bytes(_ value: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }

  /// Where the description of a version has its figures, as the table says.
  static func places(_ minor: Int) throws -> DebugOffsetsPlaces {
    let row = try #require(GILOffsets.row(minor: minor, .x86))
    guard case .described(let places) = row.layout else {
      throw ToolFailed(command: ["3.\(minor) doesn't describe itself"])
    }
    return places
  }

  init(minor: Int, isFreeThreaded: Bool) throws {
    self.minor = minor
    self.isFreeThreaded = isFreeThreaded
    memory = .allocate(byteCount: 256 << 10, alignment: 16)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: 256 << 10)
    base = UInt64(UInt(bitPattern: memory))
    let places = try Self.places(minor)
    let structure = GILStructure(hasFlag: isFreeThreaded, mutexSize: 40)
    var description = [UInt8](repeating: 0, count: places.size)
    func put(_ value: UInt64, at place: Int) {
      description.replaceSubrange(place..<place + 8, with: Self.bytes(value))
    }
    description.replaceSubrange(0..<8, with: Array("xdebugpy".utf8))
    put(UInt64(0x0300_02f0 | minor << 16), at: 8)
    put(isFreeThreaded ? 1 : 0, at: 16)
    put(1024, at: 24)
    put(800, at: 40)
    put(2048, at: 48)
    put(Self.next, at: 64)
    put(80, at: 72)
    put(Self.pointer, at: places.cevalGIL)
    put(Self.own, at: places.cevalGIL + 8)
    put(Self.own + structure.locked, at: places.cevalGIL + 24)
    put(Self.own + structure.lastHolder, at: places.cevalGIL + 32)
    put(304, at: places.thread)
    put(16, at: places.thread + 24)
    put(152, at: places.threadID)
    put(160, at: places.threadID + 8)
    self.description = description
    offsets = try DebugOffsets.read(description, at: places, .x86)
    memory.copyMemory(from: description, byteCount: description.count)
    set(runtime: 800, interpreter)
    set(interpreter: 80, thread)
    set(interpreter: Self.pointer, interpreter + Self.own)
    set(thread: 16, interpreter)
    set(thread: 160, UInt64(getpid()))
    if isFreeThreaded { set(gil: 0, UInt64(Int32.max)) }
    set(gil: structure.interval, 5000)
    set(gil: structure.lastHolder, thread)
    set(gil: structure.locked, 1)
    set(gil: structure.switchNumber, 77)
  }

  deinit { memory.deallocate() }

  var runtime: PythonRuntime {
    PythonRuntime(
      PythonFile.Runtime(
        address: 0, firstAddress: 0, version: PythonVersion(3, minor, 2),
        versionSource: .debugOffsets, isFreeThreaded: isFreeThreaded,
        beginning: DebugOffsets.Beginning(description)?.words, architecture: .x86,
        offsets: offsets),
      base: base)
  }

  private func set(_ address: UInt64, _ value: UInt64) {
    memory.storeBytes(of: value, toByteOffset: Int(address - base), as: UInt64.self)
  }

  func set(runtime offset: UInt64, _ value: UInt64) { set(base + offset, value) }
  func set(interpreter offset: UInt64, _ value: UInt64) { set(interpreter + offset, value) }
  func set(thread offset: UInt64, _ value: UInt64) { set(thread + offset, value) }
  func set(gil offset: UInt64, _ value: UInt64) { set(interpreter + Self.own + offset, value) }

  func get(gil offset: UInt64) -> UInt64 {
    memory.load(fromByteOffset: Int(interpreter + Self.own + offset - base), as: UInt64.self)
  }

  /// Puts an interpreter before the others, as Python does.
  func addInterpreter(ownGIL: Bool) {
    let new = base + UInt64(used)
    used += 2048
    let head = memory.load(fromByteOffset: 800, as: UInt64.self)
    set(new + Self.next, head)
    set(new + Self.pointer, (ownGIL ? new : interpreter) + Self.own)
    set(new + Self.own + offsets.structure.interval, 5000)
    set(base + 800, new)
  }
}
