internal import TandemModel
internal import TandemSystem

extension WaitReader {
  /// What a thread waits for in a call that isn't about a futex.
  mutating func otherWait(_ waitsFor: CallWait, _ frame: SystemCallFrame, _ target: Target) -> Wait
  {
    let call = target.call
    switch waitsFor {
    case .time:
      // This is Go's monitor thread: a sleeping goroutine has no sleeping thread.
      return Wait(runtime(target).runtime == .go ? .waitingForWork : .sleep, call: call)
    case .reading(let argument):
      return descriptorWait(frame.descriptor(argument), for: .reading, target)
    case .writing(let argument):
      return descriptorWait(frame.descriptor(argument), for: .writing, target)
    case .descriptor(let argument):
      return descriptorWait(frame.descriptor(argument), for: .any, target)
    case .file(let argument):
      // The wait is for the file system, whatever the descriptor is.
      let number = frame.descriptor(argument)
      return Wait(.io, call: call, .descriptor(number, kind(number, for: .any, target)))
    case .path(let argument):
      return Wait(.io, call: call, path(at: frame[argument], target).map { .path($0) } ?? .none)
    case .fileSystem, .asynchronous: return Wait(.io, call: call)
    case .ring: return Wait(.io, call: call, .descriptor(frame.descriptor(0), .ring))
    case .fileLock: return fileLock(frame, target)
    case .fileControl:
      // F_SETLKW, F_OFD_SETLKW of <asm-generic/fcntl.h>.
      if frame.a1 == 7 || frame.a1 == 38 { return fileLock(frame, target) }
      return otherWait(.file(0), frame, target)
    case .poll(let timeout, let isPointer): return poll(frame, timeout, isPointer, target)
    case .select: return select(frame, target)
    case .readinessSet:
      let set = frame.descriptor(0)
      return Wait(
        isForATime(set, frame, target) ? .sleep : .waitingForWork, call: call,
        .descriptor(set, .readinessSet))
    case .child: return Wait(.child, call: call)
    case .childOfClone: return clone(flags: frame.a0, target)
    case .childOfClone3:
      // struct clone_args begins with the flags.
      let flags = word(at: frame.a0, target)
      return flags.map { clone(flags: $0, target) } ?? Wait(.child, call: call)
    case .signal, .message, .futexSet: return Wait(.waitingForWork, call: call)
    case .systemVSemaphore: return systemVSemaphore(frame, target)
    case .futex, .futexWait, .restart, .other: return Wait(.other, call: call)
    }
  }

  // MARK: Descriptors

  private mutating func kind(
    _ number: CInt, for use: DescriptorUse, _ target: Target
  ) -> DescriptorKind {
    descriptors.kind(number, of: target.tid, in: target.pid, for: use, now: target.now)
  }

  private mutating func descriptorWait(
    _ number: CInt, for use: DescriptorUse, _ target: Target
  ) -> Wait {
    let kind = kind(number, for: use, target)
    return Wait(kind.state, call: target.call, .descriptor(number, kind))
  }

  private mutating func fileLock(_ frame: SystemCallFrame, _ target: Target) -> Wait {
    let number = frame.descriptor(0)
    let kind = kind(number, for: .any, target)
    var wait = Wait(.lock, call: target.call, .descriptor(number, kind))
    if let inode = try? ProcDescriptors.inode(number, of: target.tid, in: target.pid) {
      lockFacts.note(file: kind, inode: inode)
      wait.waiters = note(.file(inode: inode), 0, target)
      wait.lock = WaitedLock(key: .file(inode: inode), kind: .file, pid: target.pid)
    }
    return wait
  }

  // MARK: Readiness

  /// poll(2): of no descriptor, a sleep; of one, as if it were read or written.
  private mutating func poll(
    _ frame: SystemCallFrame, _ timeout: Int, _ isPointer: Bool, _ target: Target
  ) -> Wait {
    // Without a limit only a signal ends a wait for nothing.
    let hasLimit =
      isPointer ? frame[timeout] != 0 : Int32(truncatingIfNeeded: frame[timeout]) >= 0
    let count = UInt32(truncatingIfNeeded: frame.a1)
    if count == 0 { return Wait(hasLimit ? .sleep : .waitingForWork, call: target.call) }
    // struct pollfd: descriptor, 16 bits of events, 16 bits of results.
    guard count == 1 else { return Wait(.waitingForWork, call: target.call) }
    // It may be a wait for I/O as well.
    guard let entry = word(at: frame.a0, target) else { return Wait(.other, call: target.call) }
    let number = CInt(truncatingIfNeeded: entry)
    if number < 0 { return Wait(hasLimit ? .sleep : .waitingForWork, call: target.call) }
    // POLLIN and POLLPRI, POLLOUT.
    let events = entry >> 32
    let (reads, writes) = (events & 0x3 != 0, events & 0x4 != 0)
    return descriptorWait(
      number, for: reads == writes ? .any : reads ? .reading : .writing, target)
  }

  /// select(2), the same by sets of bits.
  private mutating func select(_ frame: SystemCallFrame, _ target: Target) -> Wait {
    let asleep = Wait(frame.a4 != 0 ? .sleep : .waitingForWork, call: target.call)
    let count = Int(Int32(truncatingIfNeeded: frame.a0))
    if count <= 0 { return asleep }
    // FD_SETSIZE: larger sets are allocated by hand, and seldom hold one descriptor.
    let bytes = (min(count, 1024) + 63) / 64 * 8
    var found: (number: CInt, uses: Set<DescriptorUse>)?
    for (address, use) in [
      (frame.a1, DescriptorUse.reading), (frame.a2, .writing), (frame.a3, .any),
    ] where address != 0 {
      guard let set = read(address, count: bytes, target) else {
        return Wait(.other, call: target.call)
      }
      for number in 0..<min(count, set.count * 8) where set[number / 8] >> (number % 8) & 1 == 1 {
        let number = CInt(number)
        if let before = found, before.number != number {
          return Wait(.waitingForWork, call: target.call)
        }
        found = (number, (found?.uses ?? []).union([use]))
      }
    }
    guard let found else { return asleep }
    let use = found.uses.count == 1 ? found.uses.first ?? .any : .any
    return descriptorWait(found.number, for: use, target)
  }

  /// Whether only a time limit can end a wait for one of several descriptors: nobody else is there who could,
  /// and none of them leads out of the program.
  ///
  /// So sleeps a loop all of whose tasks sleep (`asyncio.sleep`).
  private mutating func isForATime(
    _ set: CInt, _ frame: SystemCallFrame, _ target: Target
  ) -> Bool {
    let hasLimit =
      target.call == "epoll_pwait2" ? frame.a3 != 0 : Int32(truncatingIfNeeded: frame.a3) > 0
    guard hasLimit, descriptors.holders.processes == [target.pid],
      (try? ProcTasks.threads(of: target.pid))?.count == 1,
      let watched = try? ProcDescriptors.watched(by: set, in: target.pid),
      watched.count <= Self.mostWatched
    else { return false }
    return watched.allSatisfy { number in
      switch kind(number, for: .reading, target) {
      case .event, .timer, .pipe(_, .inside), .unixSocket(.inside), .connection(_, .inside): true
      default: false
      }
    }
  }

  /// More descriptors than this aren't looked at.
  private static let mostWatched = 16

  // MARK: Others

  /// A clone(2) that takes long is one that waits for the child to run its own program (`CLONE_VFORK`).
  private func clone(flags: UInt64, _ target: Target) -> Wait {
    Wait(flags & 0x4000 != 0 ? .child : .other, call: target.call)
  }

  private mutating func systemVSemaphore(_ frame: SystemCallFrame, _ target: Target) -> Wait {
    let (count, verdict) = noteSystemV(frame.a0, target)
    var wait = Wait(
      verdict == .lock ? .lock : .waitingForWork, call: target.call,
      .futex(FutexWait(address: frame.a0, kind: .systemV, waiters: count, isShared: true)))
    wait.isTentative = verdict == .lock
    if verdict == .lock {
      wait.lock = WaitedLock(key: .systemV(frame.a0), kind: .systemVSemaphore, pid: target.pid)
    }
    return wait
  }

  /// Bytes of the thread's memory.
  private mutating func read(_ address: UInt64, count: Int, _ target: Target) -> [UInt8]? {
    do throws(Errno) {
      return try RemoteMemory.read(UInt(address), count: count, of: target.tid)
    } catch {
      note(refusal: error)
      return nil
    }
  }

  /// Eight bytes of the thread's memory.
  private mutating func word(at address: UInt64, _ target: Target) -> UInt64? {
    guard address != 0, let bytes = read(address, count: 8, target), bytes.count == 8 else {
      return nil
    }
    return bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// A path in the thread's memory.
  private mutating func path(at address: UInt64, _ target: Target) -> String? {
    guard address != 0 else { return nil }
    // Not over the end of a page: the next may not be mapped.
    let count = min(256, 4096 - Int(address % 4096))
    guard let bytes = read(address, count: count, target) else { return nil }
    let text = bytes.prefix { $0 != 0 }
    return text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
  }
}
