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
  let calls = SystemCallTable.Architecture.current.map { SystemCallTable($0) }
  /// What is known of the processes.
  var portraits: [Int32: ProcessPortrait] = [:]
  /// What is looked at.
  private(set) var target = Target(tid: 0, pid: 0, now: 0)
  private(set) var sinceNS: UInt64 = 0

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
      // A thread with a smaller number than the process was there before it: a fork copied the lock that it had.
      if case .goneThread(let holder) = still.actors, holder < pid,
        portraits[pid]?.isForked == true
      {
        still.isAfterFork = true
      }
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
    // Of all that threads wait for, a handler in C may change a semaphore or a word (signal-safety(7)). One of
    // Python's runs on the first thread.
    if !portrait.isPython, !portrait.isJava, wait.target == .semaphore || wait.target == .word {
      wait.nature = .outside
    }
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

  // MARK: Time limits

  /// How long a wait may take.
  typealias Limit = UInt64

  func milliseconds(_ argument: UInt64) -> Limit? {
    let count = Int32(truncatingIfNeeded: argument)
    return count < 0 ? nil : UInt64(count) * 1_000_000
  }

  /// A time in the thread's memory, in nanoseconds (`struct timespec`); nil without one.
  func time(at address: UInt64, unit: UInt64 = 1) -> Limit? {
    guard address != 0 else { return nil }
    guard let words = words(at: address, count: 2) else { return 0 }
    return words[0] &* 1_000_000_000 &+ words[1] &* unit
  }

  /// Words of eight bytes in the thread's memory.
  func words(at address: UInt64, count: Int) -> [UInt64]? {
    guard address != 0, let address = UInt(exactly: address),
      let bytes = try? RemoteMemory.read(address, count: 8 * count, of: target.tid),
      bytes.count == 8 * count
    else { return nil }
    return (0..<count).map { index in
      bytes[8 * index..<8 * index + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
  }
}
