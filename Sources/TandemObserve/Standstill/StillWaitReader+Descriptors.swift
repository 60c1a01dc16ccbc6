import TandemModel
import TandemSystem

extension StillWaitReader {
  /// A wait for descriptors: inside only if all of them lead to the program's own processes alone.
  mutating func descriptors(
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
      if case .path = link { return StillWait(.outside) }
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

  mutating func poll(_ frame: SystemCallFrame, limit: Limit?) -> StillWait {
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

  mutating func select(_ frame: SystemCallFrame) -> StillWait {
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
