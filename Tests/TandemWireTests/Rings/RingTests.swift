import TandemSystem
import Testing

@testable import TandemWire

/// A payload that tells its number and length.
private func payload(_ number: Int, _ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: number &* 31 &+ $0) }
}

@Suite("Frames pass through a ring whole and in order")
struct RingTests {
  @Test func everyFieldComesOut() throws {
    let ring = GuardedRing()
    for kind in RingHeader.Kind.allCases where kind != .filler {
      var header = RingHeader(kind)
      header.id = 0x0102_0304
      header.count = 0x0506_0708
      header.flags = 0x09
      header.function = 0x0A0B
      header.codecNanoseconds = 0x0C0D_0E0F
      header.began = 0x1011_1213_1415_1617
      header.ran = 0x1819_1A1B_1C1D_1E1F
      header.wholeSize = 0x2021_2223_2425_2627
      #expect(ring.append(header, [1, 2, 3]) != nil)
      ring.publish()
      header.payloadSize = 3
      let (found, bytes) = try #require(try ring.pop())
      #expect(found == header && bytes == [1, 2, 3])
    }
    // The layout that RingFrame.swift states.
    #expect(ring.bytes[128 + 4] == 3 && ring.bytes[128 + 8] == 4)
    #expect(ring.bytes[128 + 16] == RingHeader.Kind.define.rawValue)
    #expect(ring.bytes[128 + 17] == 9 && ring.bytes[128 + 18] == 0x0B)
    #expect(ring.bytes[128 + 40] == 0x27)
  }

  @Test func nothingIsSeenBeforeItIsPublished() throws {
    let ring = GuardedRing()
    #expect(!ring.publish())
    for id in 0..<5 { #expect(ring.append(id, payload(id, id)) != nil) }
    #expect(!ring.hasFrame)
    #expect(try ring.next() == nil)
    #expect(ring.publish())
    #expect(!ring.publish())
    for id in 0..<5 {
      #expect(ring.hasFrame)
      let first = try ring.next()
      #expect(try ring.next() == first)
      let (header, bytes) = try #require(try ring.pop())
      #expect(header.id == UInt32(id) && bytes == payload(id, id))
    }
    #expect(!ring.hasFrame)
    #expect(try ring.next() == nil)
  }

  @Test func aFullRingTakesNothingUntilItIsRead() throws {
    let ring = GuardedRing()
    // Tiny frames take a cache line each, all of them: no byte is kept free.
    for id in 0..<64 { #expect(ring.append(id, payload(id, 16)) != nil) }
    #expect(ring.append(64) == nil && !ring.hasRoom(0))
    ring.publish()
    #expect(ring.append(64) == nil)
    _ = try ring.next()
    // Looked at is not given back.
    #expect(!ring.hasRoom(0))
    ring.advance()
    #expect(ring.hasRoom(16) && !ring.hasRoom(17))
    #expect(ring.append(64, payload(64, 17)) == nil)
    #expect(ring.append(64, payload(64, 16)) != nil)
    ring.publish()
    for id in 1...64 {
      let (header, bytes) = try #require(try ring.pop())
      #expect(header.id == UInt32(id) && bytes == payload(id, 16))
    }
    #expect(try ring.next() == nil)
  }

  @Test(arguments: 0..<64)
  func theLargestPayloadFitsWhereverTheRingStands(_ before: Int) throws {
    let ring = GuardedRing()
    for id in 0..<before {
      #expect(ring.append(id) != nil)
      ring.publish()
      _ = try ring.pop()
    }
    // Half of the ring, with the header.
    let largest = 2048 - RingHeader.size
    #expect(ring.hasRoom(largest))
    #expect(ring.append(99, payload(99, largest)) != nil)
    ring.publish()
    let (header, bytes) = try #require(try ring.pop())
    #expect(header.id == 99 && bytes == payload(99, largest))
    #expect(!ring.hasFrame)
    // One that can't fit anywhere is refused, and changes nothing.
    #expect(ring.append(1, payload(1, 4096)) == nil)
    #expect(!ring.publish())
  }

  @Test(arguments: [0, 1 << 32 - 4096, .max - 8191, .max - 63] as [UInt64])
  func anythingWrittenComesOutInOrder(_ start: UInt64) throws {
    let ring = GuardedRing(from: start, atEnd: start == 0)
    var random = SplitMix64(seed: start &+ 1)
    var (written, read, fillers) = (0, 0, 0)
    var sizes: [Int] = []
    var positions: [UInt64] = []
    for _ in 0..<20_000 {
      switch random.below(4) {
      case 0, 1:
        let size = random.below([1, 20, 300, 2001][random.below(4)])
        let room = ring.hasRoom(size)
        let position = ring.append(written, payload(written, size))
        #expect((position != nil) == room)
        if let position {
          if position % 4096 == 0 { fillers += 1 }
          #expect(position % 64 == 0 && Int(position % 4096) + 48 + size <= 4096)
          sizes.append(size)
          positions.append(position)
          written += 1
        }
      case 2: ring.publish()
      default:
        for _ in 0...random.below(3) {
          guard let (header, bytes) = try ring.pop() else { break }
          #expect(header.id == UInt32(read) && bytes == payload(read, sizes[read]))
          #expect(ring.isConsumed(positions[read]))
          #expect(!ring.revoke(positions[read]))
          read += 1
          if read < written { #expect(!ring.isConsumed(positions[read])) }
        }
      }
    }
    ring.publish()
    while let (header, bytes) = try ring.pop() {
      #expect(header.id == UInt32(read) && bytes == payload(read, sizes[read]))
      read += 1
    }
    #expect(read == written && written > 3000 && fillers > 100)
  }

  @Test func aFrameIsTakenOrTakenBack() throws {
    let ring = GuardedRing()
    let positions = (0..<4).compactMap { ring.append($0) }
    // Before it is seen, after, and never twice.
    #expect(ring.revoke(positions[0]) && !ring.revoke(positions[0]))
    ring.publish()
    #expect(ring.revoke(positions[1]))
    #expect(try ring.next()?.id == 0)
    #expect(!ring.take())
    ring.advance()
    #expect(ring.isConsumed(positions[0]) && !ring.isConsumed(positions[1]))
    _ = try ring.next()
    #expect(!ring.take())
    ring.advance()
    _ = try ring.next()
    #expect(ring.take())
    #expect(!ring.revoke(positions[2]) && !ring.isConsumed(positions[2]))
    ring.advance()
    #expect(!ring.revoke(positions[2]) && ring.isConsumed(positions[2]))
    #expect(ring.revoke(positions[3]))
  }

  /// A reader that lies about its position gets no other frame taken back and makes no room.
  @Test func aLyingReaderHarmsOnlyItself() throws {
    let ring = GuardedRing()
    let first = try #require(ring.append(0))
    for id in 1..<64 { _ = ring.append(id) }
    ring.publish()
    for _ in 0..<64 { _ = try ring.pop() }
    #expect(ring.append(64) != nil)
    // Back to the beginning: the first frame's memory is the last one's by now.
    ring.read = 0
    #expect(ring.isConsumed(first) && !ring.revoke(first))
    for lie in [.max, 1 << 63, 4096 + 64 + 64, 1, 63, 0] as [UInt64] {
      ring.read = lie
      _ = ring.hasRoom(0)
    }
    // 63 frames more fit; they are no more than the memory holds.
    var more = 0
    while ring.append(65 + more) != nil { more += 1 }
    #expect(more == 63)
  }
}
