import Foundation
import Glibc
import TandemSystem
import Testing

@Suite struct ProcStackScanTests {
  private static let maps = """
    1000-2000 ---p 00000000 00:00 0
    2000-4000 rw-p 00000000 00:00 0
    4000-5000 ---p 00000000 00:00 0
    5000-9000 rw-p 00000000 00:00 0
    10000000-20000000 rw-p 00000000 00:00 0     [heap]

    """

  private static func found(_ pointers: [CInt: UInt64]) -> [CInt: Range<UInt64>] {
    ProcStackScan.mappings(in: Array(maps.utf8), of: pointers)
  }

  @Test func eachPointerIsInItsMapping() {
    #expect(Self.found([1: 0x3ff8, 2: 0x5000]) == [1: 0x2000..<0x4000, 2: 0x5000..<0x9000])
    #expect(Self.found([:]).isEmpty)
    #expect(ProcStackScan.mappings(in: [], of: [1: 5]).isEmpty)
  }

  /// Two stacks in one mapping can't be told apart; a large mapping is more than a stack; and a
  /// pointer may be nowhere.
  @Test func whatIsNotSureIsLeftOut() {
    #expect(Self.found([1: 0x2008, 2: 0x3008, 3: 0x6000]) == [3: 0x5000..<0x9000])
    #expect(Self.found([1: 0x1200_0000]).isEmpty)
    #expect(Self.found([1: 0x9000, 2: 0xffff_ffff_ffff]).isEmpty)
  }

  /// From outside as from inside: a thread of this process that waits with so much stack used.
  @Test func aLiveThreadsStack() throws {
    let ready = DispatchSemaphore(value: 0)
    let done = DispatchSemaphore(value: 0)
    // Written before `ready` and read after it.
    nonisolated(unsafe) var seen: (pointer: UInt64, inside: Int) = (0, 0)
    let thread = Thread {
      withUnsafeTemporaryAllocation(byteCount: 512 << 10, alignment: 16) { buffer in
        buffer.initializeMemory(as: UInt8.self, repeating: 1)
        let inside = (try? ThreadStackRange.ofCallingThread().residentKiB()) ?? 0
        seen = (UInt64(UInt(bitPattern: buffer.baseAddress)), inside)
        ready.signal()
        done.wait()
      }
    }
    thread.stackSize = 2 << 20
    thread.start()
    ready.wait()
    defer { done.signal() }
    let stacks = try ProcStackScan(of: getpid(), pointers: [7: seen.pointer])
    guard let size = stacks.residentKiB(of: 7) else {
      try Test.cancel("the stack's mapping is one with those that happen to lie beside it")
    }
    #expect(size >= 512 && size >= seen.inside, "\(size), inside \(seen.inside)")
    #expect(stacks.residentKiB(of: 8) == nil)
  }

  @Test func nobodysStacks() {
    #expect(throws: Errno.self) { _ = try ProcStackScan(of: CInt.max, pointers: [:]) }
  }
}
