import Glibc
import TandemSystem
import Testing

@Suite struct DescriptorTests {
  /// Whether a number is an open descriptor, and if so, its flags (fcntl(2), `F_GETFD`).
  private func flags(of number: CInt) -> CInt? {
    let flags = fcntl(number, F_GETFD)
    return flags == -1 ? nil : flags
  }

  /// The inode, which tells whether a number was reused by another test running at the same time.
  private func inode(of number: CInt) -> UInt64? {
    var status = stat()
    return fstat(number, &status) == 0 ? UInt64(status.st_ino) : nil
  }

  @Test func everyWayOfMakingOneIsCloseOnExec() throws {
    let opened = try Descriptor.open("/dev/null")
    let copy = try opened.duplicate(atLeast: 50)
    let pipe = try PipeEnds()
    #expect(flags(of: opened.rawValue) == FD_CLOEXEC)
    #expect(flags(of: copy.rawValue) == FD_CLOEXEC)
    #expect(copy.rawValue >= 50)
    #expect(flags(of: pipe.reader.rawValue) == FD_CLOEXEC)
    #expect(flags(of: pipe.writer.rawValue) == FD_CLOEXEC)
  }

  @Test func theLastUseOfTheWriterIsTheReadersEndOfFile() throws {
    let bytes = try PipeEnds().split { reader, writer throws(Errno) in
      try writer.writeAll(Array("hello".utf8))
      try writer.close()
      return try reader.readAll()
    }
    #expect(bytes == Array("hello".utf8))
  }

  @Test func theOwnersEndClosesAndRelinquishDoesNot() throws {
    // The pipe's reader sees end-of-file exactly when no writer is left.
    let given = try PipeEnds(nonBlocking: .both).split { reader, writer throws(Errno) in
      let number = writer.relinquish()
      #expect(fails(.tryAgain) { () throws(Errno) in _ = try reader.readAll() })
      do {
        _ = Descriptor(owning: number)
      }
      return try reader.readAll()
    }
    #expect(given.isEmpty)
  }

  /// Whether `body` throws exactly this error number.
  private func fails(_ expected: Errno, _ body: () throws(Errno) -> Void) -> Bool {
    do throws(Errno) {
      try body()
      return false
    } catch {
      return error == expected
    }
  }

  @Test func failuresAreTheSystemsErrorNumbers() {
    #expect(
      fails(.noSuchFile) { () throws(Errno) in _ = try Descriptor.open("/no/such/file") })
    #expect(
      fails(.invalidArgument) { () throws(Errno) in _ = try Descriptor.open("/dev/null\0x") })
  }

  @Test(arguments: [0, 1, 4095, 4096, 4097, 100_000])
  func readAllReadsWhatWriteAllWrote(count: Int) throws {
    let path = "/tmp/tandem-descriptor-\(getpid())-\(count)"
    defer { unlink(path) }
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let writer = try Descriptor.open(path, [.writeOnly, .create, .exclusive])
    try writer.writeAll(bytes)
    #expect(try Descriptor.open(path).readAll() == bytes)
    #expect(try Descriptor.open(path).readAll(limit: 10) == Array(bytes.prefix(10)))
    #expect(try Descriptor.open(path).readAll(limit: 5000) == Array(bytes.prefix(5000)))
  }
}
