package import TandemModel
internal import TandemSystem

/// What a thread wants of a descriptor.
package enum DescriptorUse: Sendable, Hashable {
  /// To read data, so the writer counts.
  case reading
  /// To write, so the reader counts.
  case writing
  /// Whatever the descriptor was opened for.
  case any
}

extension DescriptorKind {
  /// How a wait for such a descriptor is counted.
  package var state: WorkerState {
    switch self {
    case .file, .terminal, .device, .socket, .fileChanges, .ring: .io
    case .pipe(_, let end), .unixSocket(let end), .connection(_, let end):
      switch end {
      case .inside: .waitingForWork
      case .outside: .io
      case .unknown: .other
      }
    case .listener, .event, .signals, .readinessSet, .messageQueue: .waitingForWork
    case .timer: .sleep
    case .process: .child
    case .kernelObject, .unreadable: .other
    }
  }

  /// A descriptor without a file, by the kernel's name for it.
  init(anonymous name: String) {
    self =
      switch name {
      case "eventfd": .event
      case "timerfd": .timer
      case "signalfd": .signals
      case "eventpoll": .readinessSet
      case "inotify", "fanotify": .fileChanges
      case "pidfd": .process
      case "io_uring": .ring
      default: .kernelObject(name)
      }
  }
}

/// Finds out what the descriptors of observed processes are, and caches it for a while.
struct DescriptorWaits {
  /// A descriptor of a process.
  private struct Place: Hashable {
    var pid: CInt
    var number: CInt
  }

  /// What is known about a descriptor, valid while it leads to the same thing.
  private struct Known {
    var link: DescriptorLink
    var access: DescriptorAccess
    var base: Base
    var timeNS: UInt64

    var isUnsettled: Bool {
      if case .unsettled = base { true } else { false }
    }
  }

  /// A descriptor before its other end is found.
  private enum Base {
    case settled(DescriptorKind)
    case pipe(name: String?)
    /// A Unix socket whose peer has this inode.
    case unixPeer(UInt64)
    /// A connection whose peer has this inode; nil when it isn't on this machine.
    case connection(String, UInt64?)
    /// Query again soon.
    case unsettled(DescriptorKind)
  }

  private static let mostDescriptors = 8192

  var holders = DescriptorHolders()
  private var sockets = SocketPeers()
  private var known: [Place: Known] = [:]

  /// How many entries are kept.
  var keptCount: Int { known.count + holders.keptCount + sockets.keptCount }

  mutating func remove(_ pid: CInt) {
    holders.remove(pid)
    known = known.filter { $0.key.pid != pid }
  }

  /// Finds out what a descriptor is.
  ///
  /// - Parameters:
  ///   - number: the descriptor.
  ///   - tid: the thread that waits.
  ///   - pid: its process.
  ///   - use: what the thread wants of it.
  ///   - now: the time.
  /// - Returns: what it is.
  mutating func kind(
    _ number: CInt, of tid: CInt, in pid: CInt, for use: DescriptorUse, now: UInt64
  ) -> DescriptorKind {
    guard let link = try? ProcDescriptors.link(number, of: tid, in: pid) else {
      return .unreadable
    }
    let place = Place(pid: pid, number: number)
    let descriptor: Known
    if let before = known[place], before.link == link,
      !before.isUnsettled || now &- before.timeNS < DescriptorHolders.freshNS
    {
      descriptor = before
    } else {
      descriptor = inspect(link, number, of: tid, in: pid, now: now)
      if known.count >= Self.mostDescriptors { known = [:] }
      known[place] = descriptor
    }
    return kind(descriptor, place, for: use, now: now)
  }

  /// Says what the descriptors at the other end of a pipe or a connection on this machine are.
  ///
  /// - Parameters:
  ///   - number: the descriptor.
  ///   - tid: the thread that waits.
  ///   - pid: its process.
  ///   - use: what the thread wants of it.
  ///   - now: the time.
  /// - Returns: where they lead, and what they must have been opened for; nil when there is no other end, or
  ///   none that is known.
  mutating func otherEnd(
    of number: CInt, of tid: CInt, in pid: CInt, for use: DescriptorUse, now: UInt64
  ) -> (link: DescriptorLink, access: DescriptorAccess)? {
    _ = kind(number, of: tid, in: pid, for: use, now: now)
    guard let descriptor = known[Place(pid: pid, number: number)] else { return nil }
    switch descriptor.base {
    case .pipe:
      let access: DescriptorAccess = use == .reading ? .write : use == .writing ? .read : []
      return access.isEmpty ? nil : (descriptor.link, access)
    case .unixPeer(let peer), .connection(_, let peer?):
      return (.socket(inode: peer), [.read, .write])
    case .connection(_, nil), .settled, .unsettled: return nil
    }
  }

  /// Finds the other end, if there is one.
  private mutating func kind(
    _ descriptor: Known, _ place: Place, for use: DescriptorUse, now: UInt64
  ) -> DescriptorKind {
    switch descriptor.base {
    case .settled(let kind), .unsettled(let kind): return kind
    case .pipe(let name):
      let wanted: DescriptorAccess =
        switch use {
        case .reading: .write
        case .writing: .read
        case .any:
          descriptor.access == .read
            ? .write : descriptor.access == .write ? .read : [.read, .write]
        }
      let own = DescriptorHolders.Holder(pid: place.pid, number: place.number)
      let holder = holders.holder(
        of: descriptor.link, wanted, first: place.pid, except: own, now: now)
      return .pipe(name: name, holder == nil ? .outside : .inside)
    case .unixPeer(let peer): return .unixSocket(end(of: peer, place, now: now))
    case .connection(let text, let peer):
      return .connection(text, peer.map { end(of: $0, place, now: now) } ?? .outside)
    }
  }

  /// The process that alone holds the other end of a socket.
  ///
  /// - Parameters:
  ///   - number: the socket's descriptor, of which `kind` has found out what it is.
  ///   - pid: its process.
  ///   - now: the time.
  /// - Returns: nil when no other observed process holds it, or several do.
  mutating func onlyOwner(_ number: CInt, of pid: CInt, now: UInt64) -> CInt? {
    let peer: UInt64
    switch known[Place(pid: pid, number: number)]?.base {
    case .unixPeer(let inode)?, .connection(_, let inode?)?: peer = inode
    default: return nil
    }
    return holders.onlyHolder(of: .socket(inode: peer), now: now).flatMap { $0 == pid ? nil : $0 }
  }

  private mutating func end(
    of peer: UInt64, _ place: Place, now: UInt64
  ) -> DescriptorKind.OtherEnd {
    let holder = holders.holder(
      of: .socket(inode: peer), [.read, .write], first: place.pid, except: nil, now: now)
    return holder == nil ? .outside : .inside
  }

  /// More sockets that wait for connections than this aren't looked for in the program.
  private static let mostListeners = 64

  /// Whether a connection that wasn't listed yet leads outside: where nobody in the program waits for
  /// connections, nobody in it has the other end.
  private mutating func leadsOutside(_ name: String, of pid: CInt, now: UInt64) -> Bool {
    guard name.hasPrefix("TCP"), let listeners = sockets.listeners,
      listeners.count <= Self.mostListeners
    else { return false }
    return listeners.allSatisfy { inode in
      holders.holder(
        of: .socket(inode: inode), [.read, .write], first: pid, except: nil, now: now) == nil
    }
  }

  private mutating func inspect(
    _ link: DescriptorLink, _ number: CInt, of tid: CInt, in pid: CInt, now: UInt64
  ) -> Known {
    var access: DescriptorAccess = [.read, .write]
    let base: Base
    switch link {
    case .anonymous(let name): base = .settled(DescriptorKind(anonymous: name))
    case .pipe:
      base = .pipe(name: nil)
      access = (try? ProcDescriptors.access(number, of: tid, in: pid)) ?? access
    case .path(let path):
      switch try? ProcDescriptors.type(number, of: tid, in: pid) {
      case .namedPipe:
        base = .pipe(name: path)
        access = (try? ProcDescriptors.access(number, of: tid, in: pid)) ?? access
      case .terminal: base = .settled(.terminal(path))
      case .device: base = .settled(.device(path))
      // Where statx(2) is filtered, a path is most likely a file's.
      case .stored, .other, nil: base = .settled(.file(path))
      }
    case .socket(let inode):
      let name = (try? ProcDescriptors.socketProtocol(number, of: tid, in: pid)) ?? ""
      switch sockets.inspect(inode, protocol: name, of: tid, in: pid, now: now) {
      case .unix(.connected(let peer)) where peer != 0: base = .unixPeer(peer)
      // A peer without an inode hasn't been accepted yet, here or elsewhere.
      case .unix(.connected): base = .unsettled(.unixSocket(.unknown))
      case .unix(.listening): base = .settled(.listener(""))
      case .unix(.unconnected): base = .unsettled(.socket(name))
      case .unixUnknown: base = .unsettled(.unixSocket(.unknown))
      case .connection(let text, let peer, isSettled: true): base = .connection(text, peer)
      case .connection(let text, _, isSettled: false):
        base = .unsettled(.connection(text, .unknown))
      case .listener(let text): base = .settled(.listener(text))
      case .unconnected: base = .unsettled(.socket(name))
      case .unknown:
        base = .unsettled(
          .connection(name, leadsOutside(name, of: pid, now: now) ? .outside : .unknown))
      case .otherFamily: base = .settled(.socket(name))
      }
    }
    return Known(link: link, access: access, base: base, timeNS: now)
  }
}
