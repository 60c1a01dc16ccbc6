internal import TandemSystem

/// What is known about processes whose threads wait: their C library, their shared memory, and whether
/// they are stopped.
struct ProcessFacts {
  private struct Facts {
    var library: CLibrary?
    var libraryNS: UInt64 = 0
    var isStopped = false
    var stopNS: UInt64 = 0
    var regions: [MappedRegion] = []
    var regionsNS: UInt64 = 0
    var runtime: RuntimeFacts?
    var runtimeNS: UInt64 = 0
    var runtimeSearches = 0
  }

  /// The most processes that are kept; beyond that, all are dropped.
  private static let limit = 4096
  /// The most regions of shared memory that are kept of a process.
  private static let mostRegions = 16
  /// How long mappings are cached; a program may map other memory at the same place.
  private static let mappedNS: UInt64 = 2_000_000_000
  /// The most searches for a runtime in a process.
  private static let mostRuntimeSearches = 4
  /// How long the state "not stopped" is cached; stops are rare.
  private static let stopNS: UInt64 = 200_000_000

  private var facts: [CInt: Facts] = [:]

  /// How many processes are kept.
  var keptCount: Int { facts.count }

  mutating func remove(_ pid: CInt) { facts[pid] = nil }

  private mutating func make(_ pid: CInt) {
    if facts[pid] != nil { return }
    if facts.count >= Self.limit { facts = [:] }
    facts[pid] = Facts()
  }

  /// Whether a process is stopped (SIGSTOP, a terminal's Ctrl-Z, a debugger): its threads stay in their
  /// system calls meanwhile.
  mutating func isStopped(_ pid: CInt, by tid: CInt, now: UInt64) -> Bool {
    make(pid)
    guard let known = facts[pid] else { return false }
    if known.stopNS != 0, now &- known.stopNS < Self.stopNS { return known.isStopped }
    let isStopped = (try? ThreadStat.read(tid, of: pid))?.isStopped ?? false
    facts[pid]?.isStopped = isStopped
    // A stopped process is read each time, so that its continuation is seen at once.
    facts[pid]?.stopNS = isStopped ? 0 : now
    return isStopped
  }

  /// A process's C library, if known.
  func library(of pid: CInt, now: UInt64) -> CLibrary? {
    guard let known = facts[pid], now &- known.libraryNS < Self.mappedNS else { return nil }
    return known.library
  }

  mutating func note(_ library: CLibrary, of pid: CInt, now: UInt64) {
    make(pid)
    facts[pid]?.library = library
    facts[pid]?.libraryNS = now
  }

  /// A process's runtime; a process loads it soon after its start or never.
  mutating func runtime(of pid: CInt, by tid: CInt, now: UInt64) -> RuntimeFacts {
    make(pid)
    guard let known = facts[pid] else { return RuntimeFacts() }
    if let runtime = known.runtime {
      let isSettled = runtime.runtime != nil || known.runtimeSearches >= Self.mostRuntimeSearches
      if isSettled || now &- known.runtimeNS < Self.mappedNS { return runtime }
    }
    let found = RuntimeFacts(lookingAt: tid, of: pid)
    facts[pid]?.runtime = found
    facts[pid]?.runtimeNS = now
    facts[pid]?.runtimeSearches += 1
    return found
  }

  /// The region of memory that holds an address.
  mutating func region(
    around address: UInt64, of tid: CInt, in pid: CInt, now: UInt64
  ) -> MappedRegion? {
    make(pid)
    guard let known = facts[pid] else { return nil }
    let holds = { (region: MappedRegion) in region.start <= address && address < region.end }
    if now &- known.regionsNS < Self.mappedNS {
      if let region = known.regions.first(where: holds) { return region }
    } else {
      facts[pid]?.regions = []
      facts[pid]?.regionsNS = now
    }
    let found = try? MappedRegion.first(tid, of: pid, where: holds)
    guard let found else { return nil }
    if facts[pid]?.regions.count ?? 0 >= Self.mostRegions { facts[pid]?.regions = [] }
    facts[pid]?.regions.append(found)
    return found
  }
}

/// Which process reads the data that others wait in line for.
struct QueueReaders {
  /// The most processes that a search inspects.
  static let mostProcesses = 64
  private static let restNS: UInt64 = 50_000_000
  private static let limit = 4096

  private var readers: [CInt: CInt] = [:]
  private var last: CInt?
  private var none: [CInt: UInt64] = [:]

  /// How many answers are kept.
  var keptCount: Int { readers.count + none.count }

  /// The process that was found for a waiting one, or for the last.
  func reader(for pid: CInt) -> CInt? { (readers[pid] ?? last).flatMap { $0 == pid ? nil : $0 } }

  /// Whether it is time to search again.
  func maySearch(for pid: CInt, now: UInt64) -> Bool {
    none[pid].map { now &- $0 >= Self.restNS } ?? true
  }

  mutating func note(_ reader: CInt, for pid: CInt) {
    if readers.count >= Self.limit { readers = [:] }
    readers[pid] = reader
    last = reader
    none[pid] = nil
  }

  mutating func noteNone(for pid: CInt, now: UInt64) {
    if none.count >= Self.limit { none = [:] }
    none[pid] = now
    readers[pid] = nil
  }
}

/// Evidence about a live thread's wait for a futex.
struct LiveEvidence: FutexEvidence {
  private let tid: CInt
  private let pid: CInt
  private let address: UInt64
  private let knownLibrary: CLibrary?
  private var words: FutexMemory??
  /// Why the memory could not be read; nil when it could, or wasn't.
  private(set) var refusal: Errno?
  /// The C library, if it had to be searched for.
  private(set) var foundLibrary: CLibrary?

  var isRefused: Bool { refusal?.isRefusal ?? false }

  init(tid: CInt, pid: CInt, address: UInt64, library: CLibrary?) {
    self.tid = tid
    self.pid = pid
    self.address = address
    self.knownLibrary = library
  }

  mutating func memory() -> FutexMemory? {
    if let words { return words }
    var read: FutexMemory?
    do throws(Errno) { read = try FutexMemory.read(address, of: tid) } catch { refusal = error }
    words = .some(read)
    return read
  }

  func isThread(_ number: CInt, ofAnyProcess: Bool) -> Bool {
    ProcThread.exists(number, of: ofAnyProcess ? nil : pid)
  }

  mutating func library() -> CLibrary {
    if let known = knownLibrary ?? foundLibrary { return known }
    var found = CLibrary.unknown
    _ = try? MappedRegion.first(tid, of: pid) { region in
      guard let library = CLibrary(mappedFile: region.name) else { return false }
      found = library
      return true
    }
    foundLibrary = found
    return found
  }

  func byte(_ address: UInt64) -> UInt8? {
    (try? RemoteMemory.read(UInt(address), count: 1, of: tid))?.first
  }

  func isInPrivateMemory() -> Bool {
    let region = try? MappedRegion.first(tid, of: pid) { region in
      region.start <= address && address < region.end
    }
    return region.map { !$0.isShared } ?? false
  }
}
