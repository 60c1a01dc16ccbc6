internal import TandemModel
package import TandemSystem

/// Finds out what sleeping threads wait for, from `/proc/PID/task/TID/syscall` and what it leads to.
///
/// One reader serves one program, on one thread. It caches what it knows about descriptors and waiters,
/// in bounded memory.
package struct WaitReader {
  /// How long a thread that was seen waiting counts as waiting.
  private static let sightingNS: UInt64 = 100_000_000

  private let calls: SystemCallTable?
  /// Whether `noteRunning` is called for each thread that continues; then a thread that was seen waiting
  /// counts as waiting until that call.
  private let reportsRunning: Bool

  var descriptors = DescriptorWaits()
  var processes = ProcessFacts()
  private var waiters = FutexWaiters()
  private var turns = FutexTurns()
  private var queueReaders = QueueReaders()
  private var loops = EventLoops()
  /// Why memory of the program could not be read; nil when it could, or when that wasn't tried.
  package private(set) var memoryRefused: Errno?
  /// The runtimes found in processes, including those that have ended.
  package private(set) var runtimes: [CInt: LanguageRuntime] = [:]
  private static let mostRuntimes = 1_000
  /// Where locks in memory lie, and who was seen holding those on files; the first ones when there are many.
  package internal(set) var lockFacts = LockFacts()

  /// Makes a reader.
  ///
  /// - Parameters:
  ///   - processes: the program's processes: what their pipes and sockets lead to is inside.
  ///   - reportsRunning: whether `noteRunning` is called for each thread that continues.
  ///   - architecture: whose system calls the program makes; nil when they aren't known: then no call
  ///     is understood.
  package init(
    processes: [CInt] = [], reportsRunning: Bool = false,
    architecture: SystemCallTable.Architecture? = .current
  ) {
    self.reportsRunning = reportsRunning
    calls = architecture.map { SystemCallTable($0) }
    for pid in processes { descriptors.holders.add(pid) }
  }

  // MARK: Changes of the program

  /// Notes that a process belongs to the program.
  ///
  /// - Parameter pid: the process.
  package mutating func add(process pid: CInt) { descriptors.holders.add(pid) }

  /// Notes that a process has ended, or isn't the program's any more.
  ///
  /// - Parameter pid: the process.
  package mutating func remove(process pid: CInt) {
    descriptors.remove(pid)
    processes.remove(pid)
    loops.remove(pid)
  }

  /// Notes that a process runs another program from now on (execve(2)).
  ///
  /// - Parameter pid: the process.
  package mutating func noteExec(of pid: CInt) {
    processes.remove(pid)
    loops.remove(pid)
    runtimes[pid] = nil
  }

  /// Notes that a thread runs or has ended, so that it no longer waits where it was seen.
  ///
  /// - Parameter tid: the thread.
  package mutating func noteRunning(_ tid: CInt) { waiters.remove(tid) }

  /// How many facts are kept, of whatever kind: bounded, however long the program runs.
  package var keptCount: Int {
    descriptors.keptCount + processes.keptCount + waiters.threadCount + turns.keptCount
      + queueReaders.keptCount + loops.keptCount + runtimes.count + lockFacts.keptCount
  }

  /// What a wait is to the event loop of the thread that waits.
  ///
  /// - Parameters:
  ///   - wait: the wait.
  ///   - tid: the thread.
  ///   - pid: its process.
  /// - Returns: nil when it says nothing about a loop.
  mutating func loopWait(_ wait: Wait, of tid: CInt, in pid: CInt) -> LoopWait? {
    let target = Target(tid: tid, pid: pid, now: MonotonicClock.now())
    var isNode = false
    if case .descriptor(_, .readinessSet) = wait.detail {
      isNode = runtime(target).runtime == .node
    }
    return loops.use(of: wait, by: tid, in: pid, isNode: isNode, now: target.now)
  }

  // MARK: Reading

  /// Finds out what a thread waits for.
  ///
  /// - Parameters:
  ///   - tid: the thread.
  ///   - pid: its process.
  ///   - isGIL: whether a futex of the process belongs to a global interpreter lock, by its address.
  /// - Returns: what it waits for, or why that is unknown.
  package mutating func read(
    _ tid: CInt, of pid: CInt, isGIL: (UInt64) -> Bool
  ) -> WaitReading {
    let reading: ProcSyscall
    do throws(Errno) {
      reading = try ProcSyscall.read(tid, of: pid)
    } catch {
      return Self.reading(of: error)
    }
    let now = MonotonicClock.now()
    switch reading {
    case .running:
      waiters.remove(tid)
      return .running
    case .outsideCall: return outsideCall(tid, of: pid)
    case .inCall(let frame):
      if processes.isStopped(pid, by: tid, now: now) {
        return .waiting(Wait(.other, call: calls?[frame.number]?.name, .systemCall(frame.number)))
      }
      return .waiting(wait(in: frame, of: tid, in: pid, now: now, isGIL: isGIL))
    }
  }

  /// What an error of reading means.
  static func reading(of error: Errno) -> WaitReading {
    switch error {
    case .noSuchFile, .noSuchProcess: .gone
    default: .refused(error)
    }
  }

  /// A thread that is off the CPU outside of a system call: it waits for a page of memory, is stopped, or
  /// has ended.
  private func outsideCall(_ tid: CInt, of pid: CInt) -> WaitReading {
    do throws(Errno) {
      return switch try ThreadStat.read(tid, of: pid).state {
      case "R": .running
      case "Z", "X", "x": .gone
      // Pages come from a disk, or from a file on one.
      case "D": .waiting(Wait(.io))
      default: .waiting(Wait(.other))
      }
    } catch {
      return Self.reading(of: error)
    }
  }

  /// Finds out what a thread in a system call waits for.
  ///
  /// - Parameters:
  ///   - frame: the call.
  ///   - tid: the thread.
  ///   - pid: its process.
  ///   - now: the time, as `MonotonicClock` gives it.
  ///   - isGIL: whether a futex belongs to a global interpreter lock.
  /// - Returns: what it waits for.
  package mutating func wait(
    in frame: SystemCallFrame, of tid: CInt, in pid: CInt, now: UInt64, isGIL: (UInt64) -> Bool
  ) -> Wait {
    // Registers of 32 bits are those of a 32-bit program, whose calls have other numbers.
    let isNarrow = frame.stackPointer < 1 << 32 && frame.programCounter < 1 << 32
    guard let call = calls?[frame.number], !isNarrow else {
      return Wait(.other, .systemCall(frame.number))
    }
    var target = Target(tid: tid, pid: pid, now: now)
    target.call = call.name
    switch call.waitsFor {
    case .futex: return futexWait(FutexCall(frame), target, isGIL)
    case .futexWait: return futexWait(FutexCall(newer: frame), target, isGIL)
    case .restart: return restarted(frame, target, isGIL)
    default: return otherWait(call.waitsFor, frame, target)
    }
  }

  /// A call that was interrupted by a stop or a signal, and continues under another number.
  ///
  /// Its arguments are still there, and the kernel's function shows which call it was.
  private mutating func restarted(
    _ frame: SystemCallFrame, _ target: Target, _ isGIL: (UInt64) -> Bool
  ) -> Wait {
    let function = (try? ProcThread.kernelFunction(target.tid, of: target.pid)) ?? ""
    if function.contains("futex") { return futexWait(FutexCall(frame), target, isGIL) }
    if function.contains("nanosleep") { return Wait(.sleep, call: target.call) }
    if function.contains("poll") {
      return otherWait(.poll(timeout: 2, isPointer: false), frame, target)
    }
    // Only sleeps and waits with a time limit are restarted like this.
    return Wait(.sleep, call: target.call, .systemCall(frame.number))
  }

  /// Notes why memory could not be read, if that applies to the whole program.
  mutating func note(refusal error: Errno) {
    if error.isRefusal, memoryRefused == nil { memoryRefused = error }
  }

  // MARK: Futexes

  private mutating func futexWait(
    _ call: FutexCall, _ target: Target, _ isGIL: (UInt64) -> Bool
  ) -> Wait {
    if isGIL(call.address) {
      let seen = note(.word(call.address, of: target.pid), call.address, target)
      return Wait(
        .gil, call: target.call,
        .futex(FutexWait(address: call.address, kind: .gil, waiters: seen)))
    }
    var evidence = LiveEvidence(
      tid: target.tid, pid: target.pid, address: call.address,
      library: processes.library(of: target.pid, now: target.now))
    let recognised = FutexRules.recognise(call, &evidence)
    if let refusal = evidence.refusal { note(refusal: refusal) }
    guard let found = recognised else {
      return Wait(.other, call: target.call)
    }
    if let library = evidence.foundLibrary {
      processes.note(library, of: target.pid, now: target.now)
    }
    let facts = runtime(target)
    if let special = RuntimeWaits.recognise(call, found.kind, facts, of: target.tid) {
      let key = FutexWaiters.Key.word(special.address, of: target.pid)
      let count = note(key, call.address, target)
      var wait = Wait(
        special.state ?? FutexRules.state(special.kind, waiters: count), call: target.call,
        .futex(FutexWait(address: special.address, kind: special.kind, waiters: count)))
      if wait.state == .lock { note(special.kind, key, special.address, target, of: &wait) }
      return wait
    }
    let key = key(call, found, target)
    let seen = note(key, call.address, target)
    var count = max(seen, found.waiters ?? 1)
    if count == 1, FutexRules.waitersDecide(found.kind), found.waiters == nil {
      count += olderWaiters(on: key, target)
    }
    var state = FutexRules.state(found.kind, waiters: count)
    let waitersDecide =
      FutexRules.waitersDecide(found.kind)
      && !RuntimeWaits.isLock(call, found.kind, waiters: count, facts)
    if waitersDecide {
      state =
        verdict(
          at: key, call.address, waiters: count,
          mayBeIdle: found.kind != .pythonLock,
          target) == .lock
        ? .lock : .waitingForWork
    }
    let isTentative = state == .lock && waitersDecide
    if call.isShared, state == .lock, found.kind == .semaphore || found.kind == .unknown,
      isQueueForData(target)
    {
      state = .waitingForWork
    }
    var wait = Wait(
      state, call: target.call,
      .futex(
        FutexWait(
          address: found.address, kind: found.kind, waiters: count, isShared: call.isShared)))
    wait.isTentative = isTentative && state == .lock
    if state == .lock { note(found.kind, key, found.address, target, of: &wait) }
    return wait
  }

  /// Corrects a wait for a lock of a Python interpreter's by the functions that the thread is in.
  ///
  /// - Parameters:
  ///   - wait: the wait.
  ///   - known: what these functions wait for.
  ///   - tid: the thread.
  ///   - pid: its process.
  mutating func settle(_ wait: inout Wait, as known: PythonWait, of tid: CInt, in pid: CInt) {
    guard case .futex(let futex) = wait.detail else { return }
    switch known {
    case .lock:
      (wait.state, wait.isTentative) = (.lock, false)
      guard wait.lock == nil else { return }
      let target = Target(tid: tid, pid: pid, now: MonotonicClock.now())
      note(futex.kind, .word(futex.address, of: pid), futex.address, target, of: &wait)
    // Each thread waits for a condition on a lock of its own. Several on one take that of the condition again,
    // in the same function.
    case .condition where futex.waiters > 1, .queue where futex.waiters > 1: return
    case .condition, .queue, .simpleQueue, .threadEnd:
      (wait.state, wait.isTentative, wait.lock) = (.waitingForWork, false, nil)
    }
  }

  /// Notes which lock in memory a thread waits for.
  private mutating func note(
    _ kind: FutexKind, _ key: WaitKey, _ address: UInt64, _ target: Target, of wait: inout Wait
  ) {
    lockFacts.find(key, at: address, of: target.tid, in: target.pid)
    wait.lock = WaitedLock(
      key: key, kind: ObservedLock.Kind(kind), pid: target.pid, address: address)
  }

  /// The runtime of a thread's process.
  mutating func runtime(_ target: Target) -> RuntimeFacts {
    let facts = processes.runtime(of: target.pid, by: target.tid, now: target.now)
    if let runtime = facts.runtime, runtimes.count < Self.mostRuntimes {
      runtimes[target.pid] = runtime
    }
    return facts
  }

  /// What a word is taken for when its waiters decide, by its samples over time.
  private mutating func verdict(
    at key: FutexWaiters.Key, _ address: UInt64, waiters count: Int,
    mayBeIdle: Bool, _ target: Target
  ) -> FutexTurns.Verdict {
    let seen = waiters
    let isOfOneProcess = if case .word = key { true } else { false }
    return turns.note(
      target.tid, at: key, counts: try? SchedStat.read(.thread(target.tid, of: target.pid)),
      waiters: count, nowNS: target.now,
      // Idle workers of process pools are recognised by the pipe that one of them reads.
      mayBeIdle: mayBeIdle && isOfOneProcess
    ) { user in
      let sighting = seen.sighting(of: user)
      if let sighting, sighting.key != key { return false }
      let (pid, place) = (sighting?.pid ?? target.pid, sighting?.address ?? address)
      // Another process's thread that wasn't seen here lately may be anywhere.
      if sighting == nil, !isOfOneProcess { return false }
      do throws(Errno) {
        guard case .inCall(let frame) = try ProcSyscall.read(user, of: pid) else { return false }
        return frame.a0 == place
      } catch {
        switch error {
        case .noSuchFile, .noSuchProcess: return nil
        default: return false
        }
      }
    }
  }

  /// The key of a futex, the same for all threads that wait for it.
  private mutating func key(
    _ call: FutexCall, _ found: FutexRules.Recognised, _ target: Target
  ) -> FutexWaiters.Key {
    guard call.isShared, found.kind != .join,
      let region = processes.region(
        around: call.address, of: target.tid, in: target.pid, now: target.now),
      region.isShared
    else { return .word(found.address, of: target.pid) }
    return .shared(
      region.device, inode: region.inode,
      offset: region.offset &+ (call.address &- region.start))
  }

  /// Notes where a thread waits, and returns how many were seen there.
  mutating func note(
    _ key: FutexWaiters.Key, _ address: UInt64, _ target: Target
  ) -> Int {
    waiters.note(
      target.tid,
      FutexWaiters.Sighting(
        key: key, address: address, pid: target.pid, timeNS: target.now))
    let since = reportsRunning ? 0 : target.now &- min(target.now, Self.sightingNS)
    return max(1, waiters.count(on: key, since: since))
  }

  /// Notes a thread that waits for a set of System V semaphores.
  ///
  /// - Returns: how many threads were seen there, and what the set is taken for.
  mutating func noteSystemV(
    _ number: UInt64, _ target: Target
  ) -> (count: Int, verdict: FutexTurns.Verdict) {
    let key = FutexWaiters.Key.systemV(number)
    let seen = note(key, number, target)
    let count = seen > 1 ? seen : 1 + olderWaiters(on: key, target)
    return (
      count, verdict(at: key, number, waiters: count, mayBeIdle: false, target)
    )
  }

  /// Counts threads that were seen on a futex some time ago and still wait there.
  private func olderWaiters(on key: FutexWaiters.Key, _ target: Target) -> Int {
    let since = target.now &- min(target.now, Self.sightingNS)
    var count = 0
    for (tid, sighting) in waiters.older(on: key, than: since, except: target.tid) {
      if case .inCall(let frame)? = try? ProcSyscall.read(tid, of: sighting.pid),
        frame.a0 == sighting.address
      {
        count += 1
      }
    }
    return count
  }

  /// Whether a thread that waits for a semaphore between processes really waits for data: another
  /// process holds the semaphore and waits for data from a pipe that this one would read next.
  ///
  /// The workers of Python's `multiprocessing.Pool`, and the readers of its queues, wait for work like
  /// this.
  private mutating func isQueueForData(_ target: Target) -> Bool {
    if let reader = queueReaders.reader(for: target.pid), waitsInLine(target, behind: reader) {
      return true
    }
    guard queueReaders.maySearch(for: target.pid, now: target.now) else { return false }
    for pid in descriptors.holders.processes.prefix(QueueReaders.mostProcesses)
    where pid != target.pid && waitsInLine(target, behind: pid) {
      queueReaders.note(pid, for: target.pid)
      return true
    }
    queueReaders.noteNone(for: target.pid, now: target.now)
    return false
  }

  /// Whether the first thread of a process waits for data from a pipe or socket of the program's that
  /// another process would read as well.
  private mutating func waitsInLine(_ target: Target, behind pid: CInt) -> Bool {
    guard descriptors.holders.contains(pid),
      case .inCall(let frame)? = try? ProcSyscall.read(pid, of: pid),
      case .reading(let argument)? = calls?[frame.number]?.waitsFor
    else { return false }
    let number = frame.descriptor(argument)
    guard let link = try? ProcDescriptors.link(number, of: pid, in: pid) else { return false }
    let kind = descriptors.kind(number, of: pid, in: pid, for: .reading, now: target.now)
    guard kind.state == .waitingForWork else { return false }
    return descriptors.holders.holds(target.pid, link, .read, now: target.now)
  }
}

/// A thread whose wait is being read.
struct Target {
  var tid: CInt
  var pid: CInt
  var now: UInt64
  /// The name of the system call.
  var call: String?
}
