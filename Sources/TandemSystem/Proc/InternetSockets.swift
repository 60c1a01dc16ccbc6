/// An end of a connection over TCP or UDP.
package struct InternetEndpoint: Sendable, Hashable, CustomStringConvertible {
  /// The upper half of the IPv6 address; of an IPv4 address it is 0.
  package var high: UInt64
  /// The lower half of the IPv6 address; an IPv4 address is written as `::ffff:a.b.c.d`.
  package var low: UInt64
  /// The port, from 0 to 65,535.
  package var port: UInt16

  /// Makes an end with an IPv6 address.
  ///
  /// - Parameters:
  ///   - high: the upper half.
  ///   - low: the lower half.
  ///   - port: the port.
  package init(high: UInt64, low: UInt64, port: UInt16) {
    self.high = high
    self.low = low
    self.port = port
  }

  /// Makes an end with an IPv4 address, which is the same as its IPv6 form: a socket of either family
  /// may be at the other end of a connection.
  ///
  /// - Parameters:
  ///   - address: the address, its first byte highest.
  ///   - port: the port.
  package init(v4 address: UInt32, port: UInt16) {
    self.init(high: 0, low: 0xffff_0000_0000 | UInt64(address), port: port)
  }

  /// Whether the address is an IPv4 address.
  package var isV4: Bool { high == 0 && low >> 32 == 0xffff }

  /// Whether it is unset, as the other end of a socket that isn't connected is.
  package var isUnset: Bool { port == 0 }

  /// The address and the port, as people write them.
  package var description: String {
    if isV4 {
      let bytes = stride(from: 24, through: 0, by: -8).map {
        String(UInt8(truncatingIfNeeded: low >> $0))
      }
      return bytes.joined(separator: ".") + ":\(port)"
    }
    return "[\(groups)]:\(port)"
  }

  /// The eight groups, the longest run of zeros left out (RFC 5952).
  private var groups: String {
    let groups =
      stride(from: 48, through: 0, by: -16).map { UInt16(truncatingIfNeeded: high >> $0) }
      + stride(from: 48, through: 0, by: -16).map { UInt16(truncatingIfNeeded: low >> $0) }
    var longest = 0..<0
    var start = 0
    while start < 8 {
      var end = start
      while end < 8, groups[end] == 0 { end += 1 }
      if end - start > max(1, longest.count) { longest = start..<end }
      start = max(end, start + 1)
    }
    func text(_ range: Range<Int>) -> String {
      groups[range].map { String($0, radix: 16) }.joined(separator: ":")
    }
    return longest.isEmpty
      ? text(0..<8) : text(0..<longest.lowerBound) + "::" + text(longest.upperBound..<8)
  }
}

/// A socket over TCP or UDP.
package struct InternetSocket: Sendable, Hashable {
  /// Its inode; 0 when no descriptor leads to it any more.
  package var inode: UInt64
  /// Its own end.
  package var local: InternetEndpoint
  /// The other end.
  package var remote: InternetEndpoint
  /// Whether it waits for connections (`TCP_LISTEN`).
  package var isListening: Bool

  /// Makes a value.
  ///
  /// - Parameters:
  ///   - inode: its inode.
  ///   - local: its own end.
  ///   - remote: the other end.
  ///   - isListening: whether it waits for connections.
  package init(
    inode: UInt64, local: InternetEndpoint, remote: InternetEndpoint, isListening: Bool
  ) {
    self.inode = inode
    self.local = local
    self.remote = remote
    self.isListening = isListening
  }

  /// `TCP_LISTEN` of the kernel's `include/net/tcp_states.h`.
  package static let listening: UInt64 = 10

  /// Parses a line of `/proc/net/tcp`, `tcp6`, `udp` or `udp6` (proc_pid_net(5)).
  ///
  /// - Parameter line: the line without its end: number, both ends, state, queues, timer, retries,
  ///   user, timeout, inode.
  package init?(_ line: Span<UInt8>) {
    var position = 0
    guard ASCIIScan.unsigned(line, at: &position) != nil, position < line.count,
      line[position] == UInt8(ascii: ":")
    else { return nil }
    position += 1
    guard let local = Self.endpoint(line, at: &position),
      let remote = Self.endpoint(line, at: &position),
      let state = ASCIIScan.unsigned(line, at: &position, radix: 16)
    else { return nil }
    // Queues, timer and retries, user and timeout.
    for _ in 0..<5 {
      ASCIIScan.skipBlanks(line, at: &position)
      while position < line.count, line[position] > 0x20 { position += 1 }
    }
    guard let inode = ASCIIScan.unsigned(line, at: &position) else { return nil }
    self.init(
      inode: inode, local: local, remote: remote, isListening: state == Self.listening)
  }

  private static func endpoint(
    _ line: Span<UInt8>, at position: inout Int
  ) -> InternetEndpoint? {
    ASCIIScan.skipBlanks(line, at: &position)
    let start = position
    while position < line.count, line[position] > 0x20, line[position] != UInt8(ascii: ":") {
      position += 1
    }
    guard position < line.count, line[position] == UInt8(ascii: ":") else { return nil }
    // Each group of eight digits is four bytes of the address, read as this machine reads a word.
    var words: [UInt32] = []
    for group in stride(from: start, to: position, by: 8) {
      guard group + 8 <= position else { return nil }
      let digits = line.extracting(group..<(group + 8))
      var end = 0
      guard let word = ASCIIScan.unsigned(digits, at: &end, radix: 16), end == 8,
        let word = UInt32(exactly: word)
      else { return nil }
      words.append(UInt32(bigEndian: word))
    }
    position += 1
    guard let port = ASCIIScan.unsigned(line, at: &position, radix: 16),
      let port = UInt16(exactly: port)
    else { return nil }
    switch words.count {
    case 1: return InternetEndpoint(v4: words[0], port: port)
    case 4:
      return InternetEndpoint(
        high: UInt64(words[0]) << 32 | UInt64(words[1]),
        low: UInt64(words[2]) << 32 | UInt64(words[3]), port: port)
    default: return nil
    }
  }

  /// Parses the text of a whole file; lines that it doesn't understand are passed over.
  ///
  /// - Parameters:
  ///   - bytes: the text.
  ///   - limit: the most sockets to keep.
  /// - Returns: a socket each.
  package static func parse(_ bytes: [UInt8], limit: Int) -> [InternetSocket] {
    var sockets: [InternetSocket] = []
    var begin = 0
    for end in bytes.indices where bytes[end] == UInt8(ascii: "\n") {
      if let socket = InternetSocket(bytes.span.extracting(begin..<end)) { sockets.append(socket) }
      if sockets.count >= limit { break }
      begin = end + 1
    }
    return sockets
  }
}
