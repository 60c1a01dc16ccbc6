internal import TandemSystem

/// Finds which observed process holds the other end of a pipe or a socket.
///
/// A search goes through all descriptors of all processes and serves all queries within a tenth of a
/// second. The next query first checks the holder found before, with one system call. So pipes inside the
/// program cost next to nothing, and pipes that lead out cost a full search ten times a second, or less
/// often when searches take long.
struct DescriptorHolders {
  /// A descriptor of an observed process.
  struct Holder: Equatable {
    var pid: CInt
    var number: CInt
  }

  /// What is searched for.
  private struct Wanted: Hashable {
    var link: DescriptorLink
    var access: DescriptorAccess
  }

  /// What a process held when it was scanned.
  private struct Holdings {
    var timeNS: UInt64
    var ends: [DescriptorLink: [(number: CInt, access: DescriptorAccess)]]
  }

  /// How old a result may be.
  static let freshNS: UInt64 = 100_000_000
  /// How old a scan may be that proves an absence.
  static let momentNS: UInt64 = 5_000_000
  /// Searches take at most one part in this many of the time.
  private static let share: UInt64 = 50
  /// The most descriptors of a process that are scanned.
  private static let mostDescriptors = 4096
  /// The most answers that are kept.
  private static let mostAnswers = 8192

  private(set) var processes: [CInt] = []
  private var members: Set<CInt> = []
  private var holdings: [CInt: Holdings] = [:]
  private var holders: [Wanted: Holder] = [:]
  private var absences: [Wanted: UInt64] = [:]
  /// There is no search before this time.
  private var restUntilNS: UInt64 = 0

  /// How many answers and descriptors are kept.
  var keptCount: Int {
    holders.count + absences.count + holdings.values.reduce(0) { $0 + $1.ends.count }
  }

  mutating func add(_ pid: CInt) {
    if members.insert(pid).inserted { processes.append(pid) }
  }

  mutating func remove(_ pid: CInt) {
    guard members.remove(pid) != nil else { return }
    processes.removeAll { $0 == pid }
    holdings[pid] = nil
  }

  func contains(_ pid: CInt) -> Bool { members.contains(pid) }

  /// Finds a descriptor that leads somewhere and was opened for a purpose.
  ///
  /// - Parameters:
  ///   - link: where it leads.
  ///   - access: what it must have been opened for: any of these.
  ///   - first: the process to search first.
  ///   - except: a descriptor that doesn't count: the one that the thread waits for.
  ///   - now: the time.
  /// - Returns: a holder; nil when no observed process has one.
  mutating func holder(
    of link: DescriptorLink, _ access: DescriptorAccess, first: CInt, except: Holder?, now: UInt64
  ) -> Holder? {
    let wanted = Wanted(link: link, access: access)
    if let known = holders[wanted], known != except, members.contains(known.pid) {
      if (try? ProcDescriptors.link(known.number, of: nil, in: known.pid)) == link { return known }
      holders[wanted] = nil
    }
    if let seen = absences[wanted], now &- seen < Self.freshNS || now < restUntilNS { return nil }
    absences[wanted] = nil

    // CPU time, not wall time: a busy machine is no reason to search less often.
    let begin = ThreadCPUClock.now()
    var found = search(wanted, first: first, except: except, now: now)
    if found == nil {
      // It may have been opened after a scan that served others.
      for (pid, known) in holdings where now &- min(now, known.timeNS) >= Self.momentNS {
        holdings[pid] = nil
      }
      found = search(wanted, first: first, except: except, now: now)
    }
    restUntilNS = MonotonicClock.now() &+ (ThreadCPUClock.now() &- begin) &* Self.share
    if holders.count >= Self.mostAnswers { holders = [:] }
    if absences.count >= Self.mostAnswers { absences = [:] }
    if let found { holders[wanted] = found } else { absences[wanted] = now }
    return found
  }

  /// Goes through the processes, beginning with one.
  private mutating func search(
    _ wanted: Wanted, first: CInt, except: Holder?, now: UInt64
  ) -> Holder? {
    var found: Holder?
    if members.contains(first) { found = holder(wanted, in: first, except: except, now: now) }
    for pid in processes where found == nil && pid != first {
      found = holder(wanted, in: pid, except: except, now: now)
    }
    return found
  }

  /// Whether a process has a descriptor that leads somewhere and was opened for a purpose.
  mutating func holds(
    _ pid: CInt, _ link: DescriptorLink, _ access: DescriptorAccess, now: UInt64
  ) -> Bool {
    holder(Wanted(link: link, access: access), in: pid, except: nil, now: now) != nil
  }

  /// The most processes that are searched for all holders of an end.
  private static let mostSearched = 64

  /// The only process that holds an end.
  ///
  /// - Parameters:
  ///   - link: where it leads.
  ///   - now: the time.
  /// - Returns: nil when no observed process has one, when several do, or when there are too many
  ///   processes to search.
  mutating func onlyHolder(of link: DescriptorLink, now: UInt64) -> CInt? {
    guard processes.count <= Self.mostSearched else { return nil }
    var found: CInt?
    for pid in processes where holds(pid, link, [.read, .write], now: now) {
      if found != nil { return nil }
      found = pid
    }
    return found
  }

  /// Finds a descriptor of one process.
  private mutating func holder(
    _ wanted: Wanted, in pid: CInt, except: Holder?, now: UInt64
  ) -> Holder? {
    if let known = holdings[pid] {
      let held = match(known, wanted, in: pid, except: except)
      if let held, (try? ProcDescriptors.link(held.number, of: nil, in: pid)) == wanted.link {
        return held
      }
      if now &- known.timeNS < Self.freshNS { return nil }
    }
    let scanned = scan(pid, now: now)
    let held = match(scanned, wanted, in: pid, except: except)
    holdings[pid] = scanned
    return held
  }

  private func match(
    _ holdings: Holdings, _ wanted: Wanted, in pid: CInt, except: Holder?
  ) -> Holder? {
    for (number, access) in holdings.ends[wanted.link] ?? [] {
      let holder = Holder(pid: pid, number: number)
      if holder != except, !access.isDisjoint(with: wanted.access) { return holder }
    }
    return nil
  }

  /// Scans the descriptors of a process.
  private func scan(_ pid: CInt, now: UInt64) -> Holdings {
    var ends: [DescriptorLink: [(number: CInt, access: DescriptorAccess)]] = [:]
    let numbers = (try? ProcDescriptors.all(of: pid, limit: Self.mostDescriptors)) ?? []
    for number in numbers {
      guard let link = try? ProcDescriptors.link(number, of: nil, in: pid) else { continue }
      switch link {
      case .socket: ends[link, default: []].append((number, [.read, .write]))
      case .pipe, .path:
        // Paths are kept because of named pipes; other files are few.
        guard let access = try? ProcDescriptors.access(number, of: nil, in: pid) else { continue }
        ends[link, default: []].append((number, access))
      case .anonymous: break
      }
    }
    return Holdings(timeNS: now, ends: ends)
  }
}
