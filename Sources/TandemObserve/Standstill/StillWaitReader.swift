import TandemModel
import TandemSystem

/// Looks at a worker that has been off the CPU for long: what it waits for, until when, and who could end it.
///
/// A look takes up to some milliseconds, so each wait is looked at once.
struct StillWaitReader {
  /// A worker's wait, or why there is none.
  enum Look: Hashable {
    /// It waits.
    case waits(StillWait)
    /// It goes on, or did so just now.
    case goesOn
    /// It has ended.
    case gone
  }

  /// Reads what threads wait for.
  var waits: WaitReader
  private let isGIL: (UInt64, Int32) -> Bool
  private let calls = SystemCallTable.Architecture.current.map { SystemCallTable($0) }
  /// What is known of the processes.
  var portraits: [Int32: ProcessPortrait] = [:]
  /// What is looked at.
  private var target = Target(tid: 0, pid: 0, now: 0)
  private var sinceNS: UInt64 = 0

  /// Makes a reader, which serves for the looks of one moment.
  ///
  /// - Parameters:
  ///   - waits: reads what threads wait for.
  ///   - isGIL: whether a futex of a process belongs to a global interpreter lock.
  init(_ waits: WaitReader, isGIL: @escaping (UInt64, Int32) -> Bool) {
    self.waits = waits
    self.isGIL = isGIL
  }

  /// Looks at a worker.
  ///
  /// - Parameters:
  ///   - worker: the worker.
  ///   - nowNS: the time.
  /// - Returns: its wait.
  mutating func look(at worker: StillWorker, nowNS: UInt64) -> Look {
    let (tid, pid) = (worker.tid, worker.pid)
    (target, sinceNS) = (Target(tid: tid, pid: pid, now: nowNS), worker.sinceNS ?? nowNS)
    do throws(Errno) {
      let stat = try ThreadStat.read(tid, of: pid)
      if stat.hasEnded { return .gone }
      if stat.isRunnable { return .goesOn }
      // A stopped thread waits for whoever stopped it, and one in state D for a disk.
      guard stat.state == "S" else { return .waits(StillWait(.outside)) }
      guard case .inCall(let frame) = try ProcSyscall.read(tid, of: pid) else {
        return .waits(StillWait(.outside))
      }
      if portraits[pid] == nil { portraits[pid] = ProcessPortrait(of: tid, in: pid) }
      let (gil, process) = (isGIL, pid)
      let wait = waits.wait(in: frame, of: tid, in: pid, now: nowNS) { gil($0, process) }
      var still = self.wait(wait, frame)
      still.site = StillWait.Site(
        stackPointer: frame.stackPointer, programCounter: frame.programCounter)
      still.isAfterFork = portraits[pid]?.isAfterFork ?? false
      return .waits(judged(still))
    } catch {
      switch error {
      case .noSuchFile, .noSuchProcess: return .gone
      default: return .waits(StillWait(.outside))
      }
    }
  }

  /// A wait that a signal's handler could end isn't certain; of a process's first thread, it may be for the
  /// signal.
  private func judged(_ wait: StillWait) -> StillWait {
    guard wait.nature == .inside, let portrait = portraits[target.pid], portrait.handlesSignals
    else { return wait }
    var wait = wait
    switch wait.target {
    // No handler may release these, and none makes a thread or process end.
    case .lock, .readWriteLock, .gil, .queueTurn, .threadEnd, .processEnd, .fileLock,
      .openMPTeam:
      return wait
    default: break
    }
    wait.isComplete = false
    let isOwnPipe = if case .processes([target.pid]) = wait.actors { true } else { false }
    if target.tid == target.pid, !wait.isIdentified || isOwnPipe, !portrait.isJava {
      wait.nature = .outside
    }
    return wait
  }

  private mutating func wait(_ wait: Wait, _ frame: SystemCallFrame) -> StillWait {
    guard let call = calls?[frame.number] else { return StillWait(.outside) }
    target.call = call.name
    switch wait.detail {
    case .futex(let futex) where futex.kind == .systemV: return systemV(frame, futex)
    case .futex(let futex):
      let decoded = call.waitsFor == .futexWait ? FutexCall(newer: frame) : FutexCall(frame)
      let limit = call.waitsFor == .futexWait ? frame.a4 : frame.a3
      return self.futex(decoded, futex, limitAt: limit, frame)
    default: break
    }
    switch call.waitsFor {
    case .time: return StillWait(.ownTime)
    case .child: return child(frame)
    case .reading(let argument):
      return descriptors([(frame.descriptor(argument), .reading)], limit: nil)
    case .writing(let argument):
      return descriptors([(frame.descriptor(argument), .writing)], limit: nil)
    case .fileLock: return fileLock()
    case .fileControl: return wait.state == .lock ? fileLock() : StillWait(.outside)
    case .poll(let timeout, let isPointer):
      return poll(frame, limit: isPointer ? time(at: frame[timeout]) : milliseconds(frame[timeout]))
    case .select: return select(frame)
    default: return StillWait(wait.state == .sleep ? .ownTime : .outside)
    }
  }

  // MARK: Time limits

  /// How long a wait may take.
  typealias Limit = UInt64

  private func milliseconds(_ argument: UInt64) -> Limit? {
    let count = Int32(truncatingIfNeeded: argument)
    return count < 0 ? nil : UInt64(count) * 1_000_000
  }

  /// A time in the thread's memory, in nanoseconds (`struct timespec`); nil without one.
  private func time(at address: UInt64, unit: UInt64 = 1) -> Limit? {
    guard address != 0 else { return nil }
    guard let words = words(at: address, count: 2) else { return 0 }
    return words[0] &* 1_000_000_000 &+ words[1] &* unit
  }

  /// Words of eight bytes in the thread's memory.
  private func words(at address: UInt64, count: Int) -> [UInt64]? {
    guard address != 0, let address = UInt(exactly: address),
      let bytes = try? RemoteMemory.read(address, count: 8 * count, of: target.tid),
      bytes.count == 8 * count
    else { return nil }
    return (0..<count).map { index in
      bytes[8 * index..<8 * index + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
  }

  // MARK: Futexes

  private mutating func futex(
    _ call: FutexCall, _ futex: FutexWait, limitAt address: UInt64, _ frame: SystemCallFrame
  ) -> StillWait {
    guard let kind = Self.target(of: futex.kind) else { return StillWait(.outside) }
    var wait = StillWait(
      .inside, for: kind, object: "0x" + String(futex.address, radix: 16), isComplete: true)
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
    case .mutex, .pythonLock: .lock
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
    guard let parent = (try? ThreadStat.read(target.tid, of: target.pid))?.parent else { return true }
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
    case .lockPI: number = UInt32(truncatingIfNeeded: words(at: call.address, count: 1)?[0] ?? 0) & 0x3fff_ffff
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
    return isCertain && call.operation == .wait && call.value == 2 ? .goneThread(Int32(number)) : nil
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
    // Nobody else can open what has no name, and what was inherited is the program's.
    wait.isComplete = region.name.hasSuffix("(deleted)") && program.count < Self.mostSharing
  }

  private static let mostSharing = 256

  /// System V semaphores may be used by any program that knows their number.
  private func systemV(_ frame: SystemCallFrame, _ futex: FutexWait) -> StillWait {
    StillWait(
      .inside, for: .systemV, object: String(futex.address), hasLimit: frame.a3 != 0,
      limitNS: time(at: frame.a3), actors: .processes(waits.descriptors.holders.processes))
  }

  // MARK: Processes and files

  /// wait4(2) and waitid(2): one child, or any.
  private func child(_ frame: SystemCallFrame) -> StillWait {
    let isWaitID = target.call == "waitid"
    // P_PID, P_PIDFD.
    var wanted: Int32? = Int32(truncatingIfNeeded: isWaitID ? frame.a1 : frame.a0)
    if isWaitID {
      switch frame.a0 {
      case 1: break
      case 3:
        wanted = (try? ProcDescriptors.process(frame.descriptor(1), in: target.pid)) ?? nil
      default: wanted = nil
      }
    }
    let children = (try? ProcTasks.children(of: target.pid)) ?? []
    let pids = wanted.map { $0 > 0 ? [$0] : children } ?? children
    guard !pids.isEmpty else { return StillWait(.outside) }
    return StillWait(
      .inside, for: .processEnd, object: pids.count == 1 ? "process \(pids[0])" : nil,
      actors: .processes(pids), isComplete: true)
  }

  private func fileLock() -> StillWait {
    let program = waits.descriptors.holders
    guard let holders = (try? FileLocks.read())?.holders(for: target.pid), !holders.isEmpty,
      holders.allSatisfy({ program.contains($0) })
    else { return StillWait(.outside) }
    return StillWait(
      .inside, for: .fileLock, object: filePath, actors: .processes(holders),
      // A child may have inherited it.
      isComplete: program.processes.count == holders.count + 1)
  }

  private var filePath: String? {
    guard case .inCall(let frame)? = try? ProcSyscall.read(target.tid, of: target.pid),
      case .path(let path)? = try? ProcDescriptors.link(
        frame.descriptor(0), of: target.tid, in: target.pid)
    else { return nil }
    return path
  }

  // MARK: Descriptors

  /// A wait for descriptors: inside only if all of them lead to the program's own processes alone.
  private mutating func descriptors(
    _ wanted: [(number: CInt, use: DescriptorUse)], limit: Limit?
  ) -> StillWait {
    var wait = StillWait(
      .inside, hasLimit: limit != nil, limitNS: limit, actors: .processes([]), isComplete: true)
    var pids: [Int32] = []
    for (number, use) in wanted {
      let kind = waits.descriptors.kind(
        number, of: target.tid, in: target.pid, for: use, now: target.now)
      if case .process = kind {
        guard let pid = (try? ProcDescriptors.process(number, in: target.pid)) ?? nil else {
          return StillWait(.outside)
        }
        pids.append(pid)
        (wait.target, wait.object) = (.processEnd, "process \(pid)")
        continue
      }
      guard
        let (link, access) = waits.descriptors.otherEnd(
          of: number, of: target.tid, in: target.pid, for: use, now: target.now)
      else { return StillWait(.outside) }
      let found = OtherEnds.search(
        link, access, besides: DescriptorHolders.Holder(pid: target.pid, number: number),
        &waits.descriptors.holders, now: target.now)
      guard !found.isOutside, !found.inside.isEmpty else { return StillWait(.outside) }
      pids += found.inside
      // Anybody can open a pipe that has a name.
      if case .path = link { wait.isComplete = false }
      if !found.isComplete { wait.isComplete = false }
      let isPipe = if case .socket = link { false } else { true }
      let writes = use == .writing
      wait.target =
        isPipe ? (writes ? .pipeRoom : .pipeData) : writes ? .socketRoom : .socketData
      wait.object = Self.name(of: link)
    }
    if wanted.count > 1 { (wait.target, wait.object) = (.severalDescriptors, nil) }
    var seen: Set<Int32> = []
    wait.actors = .processes(pids.filter { seen.insert($0).inserted })
    return wait
  }

  private static func name(of link: DescriptorLink) -> String? {
    switch link {
    case .pipe(let inode): "pipe \(inode)"
    case .path(let path): path
    case .socket, .anonymous: nil
    }
  }

  private mutating func poll(_ frame: SystemCallFrame, limit: Limit?) -> StillWait {
    let count = Int(UInt32(truncatingIfNeeded: frame.a1))
    if count == 0 { return StillWait(limit == nil ? .outside : .ownTime) }
    guard count <= Self.mostPolled, let entries = words(at: frame.a0, count: count) else {
      return StillWait(.outside)
    }
    var wanted: [(number: CInt, use: DescriptorUse)] = []
    for entry in entries {
      // struct pollfd: descriptor, 16 bits of events, 16 bits of results. Negative ones don't count.
      let number = CInt(truncatingIfNeeded: entry)
      if number < 0 { continue }
      // POLLIN and POLLPRI, POLLOUT.
      let events = entry >> 32
      let (reads, writes) = (events & 0x3 != 0, events & 0x4 != 0)
      if reads == writes { return StillWait(.outside) }
      wanted.append((number, reads ? .reading : .writing))
    }
    if wanted.isEmpty { return StillWait(limit == nil ? .outside : .ownTime) }
    return descriptors(wanted, limit: limit)
  }

  private static let mostPolled = 64

  private mutating func select(_ frame: SystemCallFrame) -> StillWait {
    // select(2) has microseconds, pselect6(2) nanoseconds.
    let limit = time(at: frame.a4, unit: target.call == "select" ? 1000 : 1)
    let count = min(Int(Int32(truncatingIfNeeded: frame.a0)), 1024)
    var wanted: [(number: CInt, use: DescriptorUse)] = []
    for (address, use) in [(frame.a1, DescriptorUse.reading), (frame.a2, .writing)]
    where address != 0 && count > 0 {
      guard let set = words(at: address, count: (count + 63) / 64) else {
        return StillWait(.outside)
      }
      for number in 0..<count where set[number / 64] >> UInt64(number % 64) & 1 == 1 {
        wanted.append((CInt(number), use))
      }
    }
    if frame.a3 != 0, wanted.isEmpty { return StillWait(.outside) }
    if wanted.isEmpty { return StillWait(limit == nil ? .outside : .ownTime) }
    return wanted.count > Self.mostPolled ? StillWait(.outside) : descriptors(wanted, limit: limit)
  }
}
