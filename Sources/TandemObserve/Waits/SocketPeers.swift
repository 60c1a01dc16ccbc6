internal import TandemSystem

/// What is at the other end of the sockets of observed processes.
///
/// Unix sockets are queried one by one. TCP and UDP sockets can't be, since the kernel only lists them
/// all. Listing takes at most a hundredth of the time, and a newer socket is unknown until the next
/// listing.
struct SocketPeers {
  /// What is at the other end of a socket.
  enum Peer {
    case unix(SocketDiagnostics.UnixPeer)
    /// A Unix socket of another network namespace, or on a kernel without this information.
    case unixUnknown
    /// A connection: its other end in words, and that end's inode when it is on this machine. It isn't
    /// settled as long as a local other end hasn't been accepted.
    case connection(String, peer: UInt64?, isSettled: Bool)
    /// A socket that waits for connections, with its address.
    case listener(String)
    /// A UDP socket without a peer.
    case unconnected
    /// A socket over TCP or UDP that wasn't listed yet.
    case unknown
    /// A socket of another family.
    case otherFamily
  }

  /// All sockets of a protocol.
  private struct Listing {
    var byInode: [UInt64: InternetSocket] = [:]
    var byEnds: [Ends: UInt64] = [:]
    /// Other ends on this machine that haven't been accepted yet.
    var unaccepted: Set<Ends> = []
    /// When it may be made anew.
    var restUntilNS: UInt64 = 0
  }

  /// Both ends of a connection, as one side sees it.
  private struct Ends: Hashable {
    var local: InternetEndpoint
    var remote: InternetEndpoint
  }

  private static let mostSockets = 32768
  private static let share: UInt64 = 100

  private var diagnostics: Connection?
  private var listings: [SocketDiagnostics.Transport: Listing] = [:]
  /// This program's network namespace.
  private var ownNamespace: DescriptorLink?

  /// A socket to the kernel, which can't be copied, in a box.
  private final class Connection {
    var diagnostics: SocketDiagnostics

    init() throws(Errno) { diagnostics = try SocketDiagnostics() }
  }

  /// How many sockets are kept.
  var keptCount: Int { listings.values.reduce(0) { $0 + $1.byInode.count } }

  /// Finds the other end of a socket.
  ///
  /// - Parameters:
  ///   - inode: the socket's inode.
  ///   - name: its protocol's name.
  ///   - tid: a thread that has it open.
  ///   - pid: its process.
  ///   - now: the time.
  /// - Returns: what is at its other end.
  mutating func inspect(
    _ inode: UInt64, protocol name: String, of tid: CInt, in pid: CInt, now: UInt64
  ) -> Peer {
    if name.hasPrefix("UNIX") { return unix(inode) }
    let transport: SocketDiagnostics.Transport
    switch name {
    case "TCP", "TCPv6", "MPTCP": transport = .tcp
    case "UDP", "UDPv6": transport = .udp
    // Old kernels and filters don't give the protocol, so it may be any.
    case "": return unix(inode)
    default: return .otherFamily
    }
    if !isSettled(inode, transport) {
      if now >= listings[transport]?.restUntilNS ?? 0 { list(transport, of: tid, in: pid) }
    }
    guard let listing = listings[transport], let socket = listing.byInode[inode] else {
      return .unknown
    }
    let protocolName = transport == .tcp ? "TCP" : "UDP"
    if socket.isListening { return .listener("\(protocolName) \(socket.local)") }
    if socket.remote.isUnset { return .unconnected }
    let other = Ends(local: socket.remote, remote: socket.local)
    return .connection(
      "\(protocolName) \(socket.remote)", peer: listing.byEnds[other],
      isSettled: !listing.unaccepted.contains(other))
  }

  /// The TCP sockets that waited for connections when they were listed last; nil when they never were.
  var listeners: [UInt64]? {
    listings[.tcp]?.byInode.values.filter(\.isListening).map(\.inode)
  }

  /// Whether the last listing says all that there is to say about a socket.
  private func isSettled(_ inode: UInt64, _ transport: SocketDiagnostics.Transport) -> Bool {
    guard let listing = listings[transport], let socket = listing.byInode[inode] else {
      return false
    }
    return !listing.unaccepted.contains(Ends(local: socket.remote, remote: socket.local))
  }

  private mutating func unix(_ inode: UInt64) -> Peer {
    do throws(Errno) {
      let connection: Connection
      if let diagnostics {
        connection = diagnostics
      } else {
        connection = try Connection()
        diagnostics = connection
      }
      return .unix(try connection.diagnostics.unixPeer(of: inode))
    } catch {
      // After an answer that wasn't one, the next might be to this question.
      if error != .noSuchFile { diagnostics = nil }
      return .unixUnknown
    }
  }

  /// Lists all sockets of a protocol in the network namespace of a process.
  private mutating func list(
    _ transport: SocketDiagnostics.Transport, of tid: CInt, in pid: CInt
  ) {
    let begin = MonotonicClock.now()
    var listing = Listing()
    for socket in sockets(transport, of: tid, in: pid) {
      let ends = Ends(local: socket.local, remote: socket.remote)
      if socket.inode == 0 {
        listing.unaccepted.insert(ends)
        continue
      }
      listing.byInode[socket.inode] = socket
      if !socket.remote.isUnset { listing.byEnds[ends] = socket.inode }
    }
    let end = MonotonicClock.now()
    listing.restUntilNS = end &+ (end &- begin) &* Self.share
    listings[transport] = listing
  }

  private mutating func sockets(
    _ transport: SocketDiagnostics.Transport, of tid: CInt, in pid: CInt
  ) -> [InternetSocket] {
    if isInOwnNamespace(tid, of: pid), let connection = try? Connection(),
      let found = try? connection.diagnostics.sockets(transport, limit: Self.mostSockets)
    {
      return found
    }
    let names = transport == .tcp ? ["net/tcp", "net/tcp6"] : ["net/udp", "net/udp6"]
    return names.flatMap { name in
      let path = ProcSubject.thread(tid, of: pid).path(name)
      return (try? ProcFile.bytes(path)).map {
        InternetSocket.parse($0, limit: Self.mostSockets)
      } ?? []
    }
  }

  private mutating func isInOwnNamespace(_ tid: CInt, of pid: CInt) -> Bool {
    if ownNamespace == nil { ownNamespace = try? ProcDescriptors.networkNamespace(nil) }
    guard let ownNamespace else { return false }
    return (try? ProcDescriptors.networkNamespace((tid, pid))) == ownNamespace
  }
}
