import TandemModel
import TandemSystem

extension StillWaitReader {
  mutating func futex(
    _ call: FutexCall, _ futex: FutexWait, limitAt address: UInt64, _ frame: SystemCallFrame
  ) -> StillWait {
    guard let kind = Self.target(of: futex.kind) else { return StillWait(.outside) }
    var wait = StillWait(
      .inside, for: kind, object: "0x" + String(futex.address, radix: 16), isComplete: true)
    wait.address = futex.address
    // A thread that waits for the GIL asks for it again after each interval.
    if kind == .gil { return wait }
    wait.hasLimit = call.hasTimeout
    if call.hasTimeout, let limit = time(at: address), limit > 0 {
      wait.limitNS = call.operation == .wait ? limit : fromNow(limit, call)
    }
    if kind == .threadEnd, call.value > 0, call.value <= Self.mostThreads {
      wait.actors = .thread(Int32(call.value))
      return wait
    }
    if call.isShared, let region = region(around: call.address, in: target.pid), region.isShared {
      share(&wait, region)
      return wait
    }
    if kind == .semaphore, portraits[target.pid]?.isPython == true { wait.target = .pythonLock }
    let isTeam = portraits[target.pid]?.openMP.contains { $0.contains(frame.programCounter) }
    if isTeam == true { wait.target = .openMPTeam }
    if kind == .lock, let actors = holder(call, futex) { wait.actors = actors }
    if isAlone, sharesMemory { wait.isComplete = false }
    return wait
  }

  private static let mostThreads: UInt32 = 1 << 22

  /// A limit on a clock as a time from the beginning of the wait.
  private func fromNow(_ limit: Limit, _ call: FutexCall) -> UInt64? {
    let end = call.isRealtime ? MonotonicClock.time(ofRealtime: limit) : limit
    return end > sinceNS ? end - sinceNS : nil
  }

  private static func target(of kind: FutexKind) -> StandstillWait.Target? {
    switch kind {
    case .gil: .gil
    case .mutex: .lock
    case .pythonLock: .pythonLock
    case .readWriteLock: .readWriteLock
    case .semaphore: .semaphore
    case .pythonQueue: .queue
    case .condition: .condition
    case .barrier: .barrier
    case .queueTurn: .queueTurn
    case .join: .threadEnd
    case .parking, .unknown: .word
    case .systemV: .systemV
    case .unreadable: nil
    }
  }

  /// Whether the worker is the only thread of its process.
  private var isAlone: Bool { (try? ProcTasks.threads(of: target.pid))?.count == 1 }

  /// Whether the worker's parent waits for it to execute a program, and has lent it its memory meanwhile
  /// (vfork(2)).
  private var sharesMemory: Bool {
    guard let parent = (try? ThreadStat.read(target.tid, of: target.pid))?.parent else {
      return true
    }
    return ((try? ProcTasks.threads(of: parent)) ?? []).contains { tid in
      guard case .inCall(let frame)? = try? ProcSyscall.read(tid, of: parent) else { return false }
      return switch calls?[frame.number]?.name {
      case "vfork", "clone", "clone3": true
      default: false
      }
    }
  }

  /// The thread that has a lock, where the lock says so.
  private func holder(_ call: FutexCall, _ futex: FutexWait) -> StillWait.Actors? {
    guard futex.kind == .mutex else { return nil }
    let number: UInt32
    var isCertain = true
    switch call.operation {
    // The word of such a lock is its holder's number, and bits beyond it (futex(2), FUTEX_TID_MASK).
    case .lockPI:
      let word = words(at: call.address, count: 1)?[0] ?? 0
      number = UInt32(truncatingIfNeeded: word) & 0x3fff_ffff
    case .wait where call.value >> 30 == 0b10: number = call.value & 0x3fff_ffff
    case .wait where call.value == 2, .waitBitset where call.value == 2 && call.isRealtime:
      // glibc's mutex: lock and depth, holder and users, kind (`struct __pthread_mutex_s`).
      guard let words = words(at: call.address, count: 3) else { return nil }
      number = UInt32(truncatingIfNeeded: words[1])
      let (depth, users) = (words[0] >> 32, words[1] >> 32)
      let kind = words[2] & 0xffff_ffff
      isCertain = depth <= 1 && users == 1 && kind & ~0x103 == 0
    default: return nil
    }
    guard number > 0, number <= Self.mostThreads else { return nil }
    if ProcThread.exists(CInt(number), of: target.pid) { return .thread(Int32(number)) }
    let isPlain = call.operation == .wait && call.value == 2
    return isCertain && isPlain ? .goneThread(Int32(number)) : nil
  }

  // MARK: Memory between processes

  private func region(around address: UInt64, in pid: CInt) -> MappedRegion? {
    let tid = pid == target.pid ? target.tid : pid
    return try? MappedRegion.first(tid, of: pid) { $0.start <= address && address < $0.end }
  }

  /// A word in memory that several processes map can be changed by any of them.
  private mutating func share(_ wait: inout StillWait, _ region: MappedRegion) {
    let program = waits.descriptors.holders.processes
    let mapping = program.filter { pid in
      let found = try? MappedRegion.first(pid, of: pid) {
        $0.inode == region.inode && $0.device == region.device && $0.isShared
      }
      return found != nil
    }
    wait.actors = .processes(mapping)
    // Nobody else can open what has no name, and what was inherited is the program's. Anybody can open what
    // has one, but for the random names of Python's multiprocessing.
    let isNamed = !region.name.hasSuffix("(deleted)") && !region.name.contains("/sem.mp-")
    if isNamed { wait.nature = .outside }
    wait.isComplete = program.count < Self.mostSharing
  }

  private static let mostSharing = 256

  /// System V semaphores with a key may be used by any program; those without are the program's own.
  func systemV(_ frame: SystemCallFrame, _ futex: FutexWait) -> StillWait {
    guard (try? SystemVSemaphores.read())?.hasKey(Int32(truncatingIfNeeded: futex.address)) == false
    else { return StillWait(.outside) }
    return StillWait(
      .inside, for: .systemV, object: String(futex.address), hasLimit: frame.a3 != 0,
      limitNS: time(at: frame.a3), actors: .processes(waits.descriptors.holders.processes))
  }
}
