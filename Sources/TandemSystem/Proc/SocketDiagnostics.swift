internal import CTandemShims
internal import Glibc

/// What the kernel reveals to every user about the sockets of this network namespace (sock_diag(7)).
package struct SocketDiagnostics: ~Copyable {
  /// The protocol of netlink that asks about sockets (`NETLINK_SOCK_DIAG`).
  private static let diagnostics: CInt = 4
  /// Asks for the other end of a Unix socket (`UDIAG_SHOW_PEER`), and the attribute that has it
  /// (`UNIX_DIAG_PEER`).
  private static let showPeer: UInt32 = 4
  private static let peer: UInt16 = 2

  private let netlink: Descriptor
  private var sequence: UInt32 = 0

  /// Opens a socket to ask through.
  ///
  /// - Throws: the error number of socket(2).
  package init() throws(Errno) {
    netlink = Descriptor(
      owning: try Syscall.check {
        socket(AF_NETLINK, CInt(SOCK_RAW.rawValue) | CInt(SOCK_CLOEXEC.rawValue), Self.diagnostics)
      })
  }

  // MARK: Unix sockets

  /// What is at the other end of a Unix socket.
  package enum UnixPeer: Sendable, Hashable {
    /// A socket with this inode; 0 when the connection waits to be accepted.
    case connected(UInt64)
    /// None: the socket waits for connections.
    case listening
    /// None: the socket isn't connected.
    case unconnected
  }

  /// Asks for the other end of a Unix socket.
  ///
  /// - Parameter inode: the socket's inode.
  /// - Returns: its other end.
  /// - Throws: `ENOENT` when there is no such socket in this network namespace, or the kernel has no
  ///   `CONFIG_UNIX_DIAG`; `EBADMSG` for an answer that isn't one.
  package mutating func unixPeer(of inode: UInt64) throws(Errno) -> UnixPeer {
    // struct unix_diag_req: family, protocol, padding, states, inode, what to show, no cookie.
    var request = Message(.byFamily, sequence: nextSequence())
    request.append(UInt8(AF_UNIX))
    request.append(UInt8(0))
    request.append(UInt16(0))
    request.append(UInt32.max)
    request.append(UInt32(truncatingIfNeeded: inode))
    request.append(Self.showPeer)
    request.append(UInt64.max)
    try send(request)
    let answer = try receive()
    let (sequence, wanted) = (sequence, UInt32(truncatingIfNeeded: inode))
    return try Self.unixPeer(in: answer.span, sequence: sequence, inode: wanted)
  }

  /// Reads an answer about a Unix socket.
  ///
  /// - Parameters:
  ///   - answer: what the kernel sent.
  ///   - sequence: the question's number.
  ///   - inode: the requested socket.
  /// - Returns: the socket's other end.
  /// - Throws: the error number in the answer, or `EBADMSG` when it isn't an answer.
  package static func unixPeer(
    in answer: Span<UInt8>, sequence: UInt32, inode: UInt32
  ) throws(Errno) -> UnixPeer {
    guard let header = Header(answer, at: 0), header.sequence == sequence else {
      throw .badMessage
    }
    try header.throwItsError(in: answer, at: 0)
    // struct unix_diag_msg: family, type, state, padding, inode, cookie; then attributes.
    let (body, end) = (Header.size, header.length)
    guard header.type == Header.byFamily, body + TANDEM_UNIX_DIAG_SIZE <= end,
      answer[body] == UInt8(AF_UNIX), word(answer, at: body + TANDEM_UNIX_DIAG_INODE) == inode
    else { throw .badMessage }
    if answer[body + TANDEM_UNIX_DIAG_STATE] == UInt8(InternetSocket.listening) {
      return .listening
    }
    var attribute = body + TANDEM_UNIX_DIAG_SIZE
    let prefix = TANDEM_NETLINK_ATTRIBUTE_SIZE
    while attribute + prefix <= end {
      let length = Int(half(answer, at: attribute))
      guard length >= prefix, attribute + length <= end else { throw .badMessage }
      let type = half(answer, at: attribute + TANDEM_NETLINK_ATTRIBUTE_TYPE)
      if type == Self.peer, length >= prefix + MemoryLayout<UInt32>.size {
        return .connected(UInt64(word(answer, at: attribute + prefix)))
      }
      attribute += Self.aligned(length)
    }
    return .unconnected
  }

  // MARK: TCP and UDP

  /// A protocol over IP.
  package enum Transport: UInt8, Sendable, CaseIterable {
    case tcp = 6
    case udp = 17
  }

  /// Lists all sockets of a protocol, IPv4 and IPv6.
  ///
  /// The kernel walks over its whole table of connections, which takes some tenths of a millisecond
  /// also where there are few; `/proc/net/tcp` takes ten times as long.
  ///
  /// - Parameters:
  ///   - transport: the protocol.
  ///   - limit: the most sockets to keep of each family.
  /// - Returns: a socket each.
  /// - Throws: `ENOENT` when the kernel lacks this (`CONFIG_INET_DIAG`), or `EBADMSG`.
  package mutating func sockets(
    _ transport: Transport, limit: Int
  ) throws(Errno) -> [InternetSocket] {
    var found: [InternetSocket] = []
    for family in [UInt8(AF_INET), UInt8(AF_INET6)] {
      // struct inet_diag_req_v2: family, protocol, extensions, padding, states, a socket's identity.
      var request = Message(.byFamily, sequence: nextSequence(), dump: true)
      request.append(family)
      request.append(transport.rawValue)
      request.append(UInt16(0))
      request.append(UInt32.max)
      for _ in 0..<5 { request.append(UInt64(0)) }
      request.append(UInt64.max)
      try send(request)
      var kept: [InternetSocket] = []
      // Read to its end also when enough were kept: the rest would be taken for the next answer.
      var isComplete = false
      while !isComplete {
        let answer = try receive()
        isComplete = try Self.append(answer.span, sequence: sequence, to: &kept)
        if kept.count > limit { kept.removeLast(kept.count - limit) }
      }
      found += kept
    }
    return found
  }

  /// Reads a part of an answer about TCP or UDP sockets.
  ///
  /// - Parameters:
  ///   - answer: what the kernel sent at once.
  ///   - sequence: the question's number.
  ///   - sockets: gets each socket.
  /// - Returns: whether it was the last part.
  /// - Throws: the error number in the answer, or `EBADMSG` when it isn't an answer.
  package static func append(
    _ answer: Span<UInt8>, sequence: UInt32, to sockets: inout [InternetSocket]
  ) throws(Errno) -> Bool {
    var begin = 0
    guard !answer.isEmpty else { throw .badMessage }
    while begin < answer.count {
      guard let header = Header(answer, at: begin), header.sequence == sequence else {
        throw .badMessage
      }
      try header.throwItsError(in: answer, at: begin)
      if header.type == Header.done { return true }
      // Ports and addresses are in the order of the network.
      let body = begin + Header.size
      guard header.type == Header.byFamily, body + TANDEM_INET_DIAG_SIZE <= begin + header.length
      else { throw .badMessage }
      let isV4 = answer[body] == UInt8(AF_INET)
      func endpoint(port: Int, address: Int) -> InternetEndpoint {
        let port = UInt16(bigEndian: half(answer, at: body + port))
        let words = (0..<4).map { UInt32(bigEndian: word(answer, at: body + address + 4 * $0)) }
        if isV4 { return InternetEndpoint(v4: words[0], port: port) }
        return InternetEndpoint(
          high: UInt64(words[0]) << 32 | UInt64(words[1]),
          low: UInt64(words[2]) << 32 | UInt64(words[3]), port: port)
      }
      sockets.append(
        InternetSocket(
          inode: UInt64(word(answer, at: body + TANDEM_INET_DIAG_INODE)),
          local: endpoint(
            port: TANDEM_INET_DIAG_LOCAL_PORT, address: TANDEM_INET_DIAG_LOCAL_ADDRESS),
          remote: endpoint(
            port: TANDEM_INET_DIAG_REMOTE_PORT, address: TANDEM_INET_DIAG_REMOTE_ADDRESS),
          isListening: answer[body + TANDEM_INET_DIAG_STATE] == UInt8(InternetSocket.listening)))
      begin += Self.aligned(header.length)
    }
    return false
  }

  // MARK: Messages

  /// Messages and attributes begin at multiples of four bytes (`NLMSG_ALIGN`, `NLA_ALIGN`).
  private static func aligned(_ length: Int) -> Int { (length + 3) & ~3 }

  private mutating func nextSequence() -> UInt32 {
    sequence &+= 1
    return sequence
  }

  private func send(_ message: Message) throws(Errno) {
    let number = netlink.rawValue
    let bytes = message.complete()
    // SAFETY: send reads only the bytes of the array.
    let sent = try Syscall.check {
      unsafe bytes.withUnsafeBytes { unsafe Glibc.send(number, $0.baseAddress, $0.count, 0) }
    }
    guard sent == bytes.count else { throw .badMessage }
  }

  /// Takes what the kernel has sent, which it did before it returned from the question.
  private func receive() throws(Errno) -> [UInt8] {
    let number = netlink.rawValue
    var bytes = [UInt8](repeating: 0, count: 32768)
    // SAFETY: recv writes at most `count` bytes into the array.
    let count = try Syscall.check {
      unsafe bytes.withUnsafeMutableBytes {
        unsafe recv(number, $0.baseAddress, $0.count, CInt(MSG_DONTWAIT))
      }
    }
    bytes.removeLast(bytes.count - count)
    return bytes
  }

  /// The beginning of every message (netlink(7), struct nlmsghdr).
  private struct Header {
    static let size = TANDEM_NETLINK_HEADER_SIZE
    static let byFamily: UInt16 = 20  // SOCK_DIAG_BY_FAMILY
    static let error: UInt16 = 2  // NLMSG_ERROR
    static let done: UInt16 = 3  // NLMSG_DONE

    /// With the header, without padding; the whole message is there.
    let length: Int
    let type: UInt16
    let sequence: UInt32

    init?(_ bytes: Span<UInt8>, at begin: Int) {
      guard begin + Self.size <= bytes.count else { return nil }
      length = Int(word(bytes, at: begin))
      type = half(bytes, at: begin + TANDEM_NETLINK_TYPE)
      sequence = word(bytes, at: begin + TANDEM_NETLINK_SEQUENCE)
      guard length >= Self.size, begin + length <= bytes.count else { return nil }
    }

    func throwItsError(in bytes: Span<UInt8>, at begin: Int) throws(Errno) {
      guard type == Self.error else { return }
      guard length >= Self.size + 4 else { throw .badMessage }
      let number = Int32(bitPattern: word(bytes, at: begin + Self.size))
      throw number < 0 && number > -4096 ? Errno(rawValue: -number) : .badMessage
    }
  }

  /// A question being put together.
  private struct Message {
    enum Kind: UInt16 { case byFamily = 20 }  // SOCK_DIAG_BY_FAMILY

    /// `NLM_F_REQUEST`; and `NLM_F_DUMP`, which asks for all there are.
    private static let asks: UInt16 = 0x1
    private static let dumps: UInt16 = 0x300

    private var bytes: [UInt8] = []

    init(_ kind: Kind, sequence: UInt32, dump: Bool = false) {
      append(UInt32(0))  // The length, known at the end.
      append(kind.rawValue)
      append(dump ? Self.asks | Self.dumps : Self.asks)
      append(sequence)
      append(UInt32(0))  // To the kernel.
    }

    mutating func append<Number: FixedWidthInteger>(_ number: Number) {
      // SAFETY: a fixed-width integer has no padding.
      unsafe withUnsafeBytes(of: number) { unsafe bytes.append(contentsOf: $0) }
    }

    /// The bytes with their length filled in.
    consuming func complete() -> [UInt8] {
      var bytes = bytes
      // SAFETY: as above; the index is below the four bytes of the number.
      unsafe withUnsafeBytes(of: UInt32(bytes.count)) { length in
        for index in 0..<4 { bytes[index] = unsafe length[index] }
      }
      return bytes
    }
  }
}

private func half(_ bytes: Span<UInt8>, at offset: Int) -> UInt16 {
  // SAFETY: the callers have checked that the bytes are there; any bits are a number.
  unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self)
}

private func word(_ bytes: Span<UInt8>, at offset: Int) -> UInt32 {
  // SAFETY: as above.
  unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self)
}
