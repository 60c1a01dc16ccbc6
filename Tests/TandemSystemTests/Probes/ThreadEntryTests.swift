import Glibc
import Synchronization
import TandemSystem
import Testing

/// Where threads began, of threads of this process whose function is known.
@Suite struct ThreadEntryTests {
  private static let mayEnd = Latch()
  private static let hasBegun = Latch()
  private static let tid = Atomic<Int32>(0)

  private static let body: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
    _ in
    tid.store(OSThread.currentID, ordering: .releasing)
    hasBegun.open()
    _ = mayEnd.wait()
    return nil
  }

  @Test func theFunctionOfAThreadIsFound() throws {
    var thread = pthread_t()
    try #require(pthread_create(&thread, nil, Self.body, nil) == 0)
    _ = Self.hasBegun.wait()
    defer {
      Self.mayEnd.open()
      pthread_join(thread, nil)
    }
    var code: [Range<UInt64>] = []
    _ = try MappedRegion.first(getpid(), of: getpid()) { region in
      if region.isExecutable { code.append(region.start..<region.end) }
      return false
    }
    let found = try ThreadEntry.address(of: Self.tid.load(ordering: .acquiring)) { address in
      code.contains { $0.contains(address) }
    }
    #expect(found == UInt64(UInt(bitPattern: unsafeBitCast(Self.body, to: Int.self))))
  }

  @Test func aThreadThatIsGoneHasNone() {
    #expect(throws: Errno.self) { try ThreadEntry.address(of: Int32.max) { _ in true } }
  }
}
