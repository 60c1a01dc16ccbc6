import Glibc
import TandemSystem
import Testing

/// The descriptors of processes, and what is at the other end of sockets.
@Suite struct ProcDescriptorsTests {
  private func link(_ text: String) -> DescriptorLink {
    let bytes = Array(text.utf8)
    return DescriptorLink(bytes.span)
  }

  @Test func linksAreToldApart() {
    #expect(link("pipe:[4711]") == .pipe(inode: 4711))
    #expect(link("socket:[18446744073709551615]") == .socket(inode: .max))
    #expect(link("anon_inode:[eventfd]") == .anonymous("eventfd"))
    #expect(link("anon_inode:inotify") == .anonymous("inotify"))
    #expect(link("pidfd:[12]") == .anonymous("pidfd"))
    #expect(link("/tmp/pipe:[1]") == .path("/tmp/pipe:[1]"))
    for wrong in [
      "", "pipe:", "pipe:[", "pipe:[]", "pipe:[1", "pipe:[x]", "pipe:[1]x", "pipe:[ 1]",
      "pipe:[-1]", "pipe:[18446744073709551616]", "socket:[1 ]",
    ] {
      #expect(link(wrong) == .path(wrong))
    }
  }

  @Test func ownDescriptorsAreSeenAsTheyAre() throws {
    let pipe = try PipeEnds()
    let (reader, writer) = (pipe.reader.rawValue, pipe.writer.rawValue)
    let pid = getpid()
    let shared = try ProcDescriptors.link(reader, of: nil, in: pid)
    guard case .pipe = shared else {
      Issue.record("\(shared)")
      return
    }
    #expect(try ProcDescriptors.link(writer, of: pid, in: pid) == shared)
    #expect(try ProcDescriptors.access(reader, of: nil, in: pid) == .read)
    #expect(try ProcDescriptors.access(writer, of: nil, in: pid) == .write)
    #expect(try ProcDescriptors.type(reader, of: nil, in: pid) == .namedPipe)
    let all = try ProcDescriptors.all(of: pid, limit: 100_000)
    #expect(all.contains(reader) && all.contains(writer))
    #expect(all == all.sorted())
    #expect(try ProcDescriptors.all(of: pid, limit: 1).count == 1)

    let null = try Descriptor.open("/dev/null")
    #expect(try ProcDescriptors.type(null.rawValue, of: nil, in: pid) == .device)
    let folder = try Descriptor.open("/proc/self")
    #expect(try ProcDescriptors.type(folder.rawValue, of: nil, in: pid) == .stored)
    #expect(
      try ProcDescriptors.networkNamespace(nil) == ProcDescriptors.networkNamespace((pid, pid)))
    _ = consume pipe
  }

  @Test func aUnixSocketsPeerIsFound() throws {
    let pair = try SocketPair(.stream, nearNeverWaits: false)
    let near = Descriptor(owning: pair.near)
    let far = Descriptor(owning: pair.far)
    let pid = getpid()
    #expect(
      try ProcDescriptors.socketProtocol(near.rawValue, of: nil, in: pid).hasPrefix("UNIX"))
    guard case .socket(let one) = try ProcDescriptors.link(near.rawValue, of: nil, in: pid),
      case .socket(let other) = try ProcDescriptors.link(far.rawValue, of: nil, in: pid)
    else {
      Issue.record("no sockets")
      return
    }
    var diagnostics = try SocketDiagnostics()
    #expect(try diagnostics.unixPeer(of: one) == .connected(other))
    #expect(try diagnostics.unixPeer(of: other) == .connected(one))
    let alone = Descriptor(
      owning: socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0))
    guard case .socket(let inode) = try ProcDescriptors.link(alone.rawValue, of: nil, in: pid)
    else {
      Issue.record("no socket")
      return
    }
    #expect(try diagnostics.unixPeer(of: inode) == .unconnected)
    #expect(throws: Errno.noSuchFile) { try diagnostics.unixPeer(of: 1) }
    _ = consume far
  }

  /// Answers that no kernel gives.
  @Test func brokenAnswersAreErrors() {
    func bytes(_ words: [UInt32]) -> [UInt8] {
      words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
    }
    // Length, type 20, sequence 9, sender; family 1, inode 5, cookie; a peer of 6.
    let right = bytes([44 - 4, 20, 9, 0, 1, 5, 0, 0, 2 << 16 | 8, 6])
    #expect(
      (try? SocketDiagnostics.unixPeer(in: right.span, sequence: 9, inode: 5)) == .connected(6))
    #expect(throws: Errno.badMessage) {
      try SocketDiagnostics.unixPeer(in: right.span, sequence: 8, inode: 5)
    }
    #expect(throws: Errno.badMessage) {
      try SocketDiagnostics.unixPeer(in: right.span, sequence: 9, inode: 4)
    }
    for count in 0..<right.count {
      #expect(throws: Errno.badMessage) {
        try SocketDiagnostics.unixPeer(
          in: right.span.extracting(first: count), sequence: 9, inode: 5)
      }
    }
    // An attribute that is longer than the message, and one without a length.
    for attribute: UInt32 in [2 << 16 | 12, 2 << 16 | 0, 2 << 16 | 3] {
      let wrong = bytes([40, 20, 9, 0, 1, 5, 0, 0, attribute, 6])
      #expect(throws: Errno.badMessage) {
        try SocketDiagnostics.unixPeer(in: wrong.span, sequence: 9, inode: 5)
      }
    }
    let refused = bytes([36, 2, 9, 0, UInt32(bitPattern: -1), 0, 0, 0, 0])
    #expect(throws: Errno.notPermitted) {
      try SocketDiagnostics.unixPeer(in: refused.span, sequence: 9, inode: 5)
    }
    var sockets: [InternetSocket] = []
    for wrong in [[], bytes([16, 3, 8, 0]), bytes([40, 20, 9, 0, 0, 0, 0, 0, 0, 0])] {
      #expect(throws: Errno.badMessage) {
        try SocketDiagnostics.append(wrong.span, sequence: 9, to: &sockets)
      }
    }
    #expect(
      (try? SocketDiagnostics.append(bytes([16, 3, 9, 0]).span, sequence: 9, to: &sockets)) == true)
    #expect(sockets.isEmpty)
  }

  // MARK: TCP and UDP

  /// A line of `/proc/net/tcp` on a machine of this order of bytes.
  private func parse(_ line: String) -> InternetSocket? {
    let bytes = Array(line.utf8)
    return InternetSocket(bytes.span)
  }

  @Test func linesOfTheKernelsTables() throws {
    #if _endian(little)
      let listener = try #require(
        parse(
          "   0: 0100007F:07E8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 650 1 0 100 0 0 10 0"
        ))
      #expect(listener.inode == 650)
      #expect(listener.isListening)
      #expect(listener.local.description == "127.0.0.1:2024")
      #expect(listener.remote.isUnset)
      let connection = try #require(
        parse(
          "  12: 0000000000000000FFFF00000100000A:C350 B80D0120000000000000000001000000:01BB 01 00000000:00000000 00:00000000 00000000  1000        0 77 1 0"
        ))
      #expect(connection.local.description == "10.0.0.1:50000")
      #expect(connection.remote.description == "[2001:db8::1]:443")
      #expect(!connection.isListening)
    #endif
    for wrong in [
      "", "  sl  local_address rem_address   st tx_queue", "0: 0100007F", "0: 0100007F:07E8",
      "0: 0100007:07E8 00000000:0000 0A 0:0 0:0 0 0 0 650",
      "0: 010000zz:07E8 00000000:0000 0A 0 0 0 0 0 6",
      "0: 0100007F:17E80 00000000:0000 0A 0:0 0:0 0 0 0 650",
      "0: 0100007F:07E8 00000000:0000 0A 0:0",
      "0: 0100007F0100007F:07E8 00000000:0000 0A 0:0 0:0 0 0 0 650",
    ] {
      #expect(parse(wrong) == nil, "\(wrong)")
    }
  }

  @Test func addressesReadLikeAddresses() {
    func text(_ high: UInt64, _ low: UInt64) -> String {
      InternetEndpoint(high: high, low: low, port: 1).description
    }
    #expect(text(0, 0) == "[::]:1")
    #expect(text(0, 1) == "[::1]:1")
    #expect(text(0x2001_0db8_0000_0000, 0) == "[2001:db8::]:1")
    #expect(text(0x2001_0db8_0000_0001, 0x0001_0001_0001_0001) == "[2001:db8:0:1:1:1:1:1]:1")
    #expect(text(0x0001_0000_0000_0001, 0x0000_0000_0000_0001) == "[1:0:0:1::1]:1")
    #expect(InternetEndpoint(v4: 0x0a00_0001, port: 443).description == "10.0.0.1:443")
  }

  /// A connection as the kernel's two ways of telling tell it.
  @Test func aConnectionOfItsOwnIsListed() throws {
    let listener = Descriptor(
      owning: socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(listener.rawValue, $0, length)
        _ = getsockname(listener.rawValue, $0, &length)
      }
    }
    listen(listener.rawValue, 1)
    guard
      case .socket(let inode) = try ProcDescriptors.link(listener.rawValue, of: nil, in: getpid())
    else {
      Issue.record("no socket")
      return
    }
    let port = UInt16(bigEndian: address.sin_port)
    var diagnostics = try SocketDiagnostics()
    let listed = try diagnostics.sockets(.tcp, limit: 100_000).first { $0.inode == inode }
    let parsed = InternetSocket.parse(try ProcFile.bytes("/proc/self/net/tcp"), limit: 100_000)
      .first { $0.inode == inode }
    #expect(listed == parsed)
    #expect(listed?.local.description == "127.0.0.1:\(port)")
    #expect(listed?.isListening == true)
    // Another question after a long answer.
    #expect(throws: Errno.noSuchFile) { try diagnostics.unixPeer(of: 1) }
  }

  // MARK: Memory

  @Test func linesOfMaps() throws {
    func region(_ text: String) -> MappedRegion? {
      let bytes = Array(text.utf8)
      return MappedRegion(bytes.span)
    }
    let shared = try #require(
      region("7f00-8f00 rw-s 00001000 00:1a 42                   /dev/shm/sem.x y (deleted)"))
    #expect(shared.isShared)
    #expect((shared.start, shared.end, shared.offset) == (0x7f00, 0x8f00, 0x1000))
    #expect((shared.device, shared.inode) == ("00:1a", 42))
    #expect(shared.name == "/dev/shm/sem.x y (deleted)")
    let anonymous = try #require(region("7f00-8f00 rw-p 00000000 00:00 0 "))
    #expect(!anonymous.isShared)
    #expect(anonymous.name == "")
    for wrong in [
      "", "7f00", "7f00-", "7f00- 8f00 rw-p 0 0:0 0", "8f00-7f00 rw-p 0 00:00 0",
      "7f00-8f00 rw-x 0 00:00 0", "7f00-8f00 rw", "7f00-8f00 rw-p zz 00:00 0",
      "7f00-8f00 rw-p 0 00:00 x",
    ] {
      #expect(region(wrong) == nil, "\(wrong)")
    }
    let own = try MappedRegion.first(getpid(), of: getpid()) { $0.name == "[stack]" }
    #expect(own?.isShared == false)
  }
}
