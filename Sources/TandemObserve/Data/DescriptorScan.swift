import TandemModel
internal import TandemSystem

/// Where the data of a process can come from and go to, by all its descriptors at a moment.
struct DescriptorScan {
  /// One direction: reading or writing.
  struct Direction: Equatable {
    /// Whether a descriptor leads to another process of the program.
    var leadsInside = false
    /// Whether a descriptor leads out of the program, to a file, or to where couldn't be seen.
    var leadsOutside = false
    /// The sum of the positions in the files that are standard streams.
    var position: UInt64 = 0

    /// Bytes that can only have been the program's own.
    ///
    /// - Parameters:
    ///   - bytes: those that were moved between two scans.
    ///   - before: the earlier scan; this one is the later.
    /// - Returns: how many, at least; nil when they may have led elsewhere.
    func inside(_ bytes: UInt64, since before: Direction) -> UInt64? {
      guard leadsInside, before.leadsInside, !leadsOutside, !before.leadsOutside else { return nil }
      // A position that went back tells nothing.
      guard position >= before.position else { return nil }
      let filed = position - before.position
      return bytes - min(bytes, filed)
    }
  }

  /// What it can read.
  var reading = Direction()
  /// What it can write.
  var writing = Direction()
  /// The processes that alone hold the other end of one of its sockets.
  var partners: Set<CInt> = []

  /// The most descriptors that are looked at: of a process with more, nothing is known.
  private static let most = 256

  /// Scans the descriptors of a process; gives nil when they can't be seen, or are too many.
  ///
  /// - Parameters:
  ///   - pid: the process.
  ///   - descriptors: knows what descriptors are, and which processes are the program's.
  ///   - now: the time.
  init?(_ pid: CInt, _ descriptors: inout DescriptorWaits, now: UInt64) {
    guard let numbers = try? ProcDescriptors.all(of: pid, limit: Self.most + 1),
      numbers.count <= Self.most
    else { return nil }
    for number in numbers {
      guard let link = try? ProcDescriptors.link(number, of: nil, in: pid) else { continue }
      // Counters, timers and the like carry no data.
      if case .anonymous = link { continue }
      let access = (try? ProcDescriptors.access(number, of: nil, in: pid)) ?? [.read, .write]
      if access.contains(.read) {
        note(number, link, of: pid, for: .reading, &descriptors, now: now)
      }
      if access.contains(.write) {
        note(number, link, of: pid, for: .writing, &descriptors, now: now)
      }
      if case .socket = link, let owner = descriptors.onlyOwner(number, of: pid, now: now) {
        partners.insert(owner)
      }
    }
  }

  private mutating func note(
    _ number: CInt, _ link: DescriptorLink, of pid: CInt, for use: DescriptorUse,
    _ descriptors: inout DescriptorWaits, now: UInt64
  ) {
    var direction = use == .reading ? reading : writing
    defer { if use == .reading { reading = direction } else { writing = direction } }
    switch descriptors.kind(number, of: pid, in: pid, for: use, now: now) {
    case .pipe(_, .inside), .unixSocket(.inside), .connection(_, .inside):
      direction.leadsInside = true
    // Nothing was ever read from it, and what is written there costs nothing.
    case .device("/dev/null"): break
    // What people type is no amount that matters.
    case .terminal where use == .reading && number == 0: break
    case .file where number <= 2:
      // A program works through the files that it was given as standard streams from their beginning on.
      if let position = try? DescriptorPosition.read(number, of: pid) {
        direction.position &+= position
      } else {
        direction.leadsOutside = true
      }
    case .listener, .event, .timer, .signals, .readinessSet, .process, .fileChanges: break
    default: direction.leadsOutside = true
    }
  }
}
