import TandemSystem
import TandemTestSupport
import Testing

@testable import TandemWire

@Suite("Whatever a ring's memory holds, its reader gets a frame or an error")
struct HostileRingTests {
  private func write(
    _ ring: GuardedRing, at position: UInt64, kind: UInt8, size: UInt32, written: UInt64
  ) {
    ring.bytes.storeBytes(of: size, toByteOffset: ring.offset(position) + 4, as: UInt32.self)
    ring.bytes.storeBytes(of: kind, toByteOffset: ring.offset(position) + 16, as: UInt8.self)
    ring.written = written
  }

  private func error(_ ring: GuardedRing, from start: UInt64 = 0) -> RingError? {
    ring.reader = RingReader(ring.memory, from: start)
    do throws(RingError) {
      _ = try ring.next()
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [1, 63, 65, 4096 + 64, .max, .max - 63, 1 << 63] as [UInt64])
  func wrongPositions(_ written: UInt64) {
    let ring = GuardedRing()
    ring.written = written
    #expect(error(ring) == .position)
  }

  @Test func wrongFrames() {
    let ring = GuardedRing()
    for kind in UInt8.min...UInt8.max {
      write(ring, at: 0, kind: kind, size: 0, written: 64)
      let known = RingHeader.Kind(rawValue: kind)
      #expect(error(ring) == (known == nil || known == .filler ? .frame : nil))
    }
    for (size, written, fine) in [
      (16, 64, true), (17, 64, false), (17, 128, true), (4096 - 48, 4096, true),
      (4096 - 47, 4096, false), (UInt32.max, 4096, false), (UInt32.max - 47, 4096, false),
      (1 << 31, 4096, false),
    ] as [(UInt32, UInt64, Bool)] {
      write(ring, at: 0, kind: 2, size: size, written: written)
      #expect((error(ring) == nil) == fine, "\(size) of \(written)")
    }
    // A frame may not go on over the end, though enough is written.
    write(ring, at: 4032, kind: 2, size: 17, written: 4032 + 128)
    #expect(error(ring, from: 4032) == .frame)
  }

  /// A writer that publishes fillers for ever would otherwise hold the reader for ever.
  @Test func fillersWithoutTheirFrames() {
    let ring = GuardedRing()
    // One that doesn't reach the end.
    write(ring, at: 0, kind: 0, size: 16, written: 128)
    #expect(error(ring) == .frame)
    // One with nothing behind it.
    write(ring, at: 4032, kind: 0, size: 16, written: 4096)
    #expect(error(ring, from: 4032) == .frame)
    // Two in a row.
    write(ring, at: 4096, kind: 0, size: 4096 - 48, written: 4032 + 4096)
    write(ring, at: 4032, kind: 0, size: 16, written: 4032 + 4096)
    #expect(error(ring, from: 4032) == .frame)
    // And a good one.
    write(ring, at: 4096, kind: 2, size: 0, written: 4096 + 64)
    #expect(error(ring, from: 4032) == nil)
  }

  @Test(arguments: 0..<4)
  func randomMemory(_ part: Int) {
    var random = SplitMix64(seed: UInt64(part) + 7)
    let ring = GuardedRing(atEnd: part % 2 == 0)
    var frames = 0
    var errors: [RingError: Int] = [:]
    for _ in 0..<2_500 {
      var position = random.next() & ~63
      if part < 2 { position = UInt64(random.below(64) * 64) }
      for offset in stride(from: 0, to: ring.bytes.count, by: 8) {
        ring.bytes.storeBytes(of: random.next(), toByteOffset: offset, as: UInt64.self)
      }
      // Mostly plausible, so that the reader gets beyond the first check.
      for offset in stride(from: 128, to: ring.bytes.count, by: 64) where random.below(8) > 0 {
        let size = UInt32(random.below([17, 200, 4096, 1 << 32][random.below(4)]))
        ring.bytes.storeBytes(of: size, toByteOffset: offset + 4, as: UInt32.self)
        ring.bytes.storeBytes(
          of: UInt8(random.below(8)), toByteOffset: offset + 16, as: UInt8.self)
      }
      if random.below(16) > 0 {
        ring.written = position &+ UInt64(random.below(66)) * 64
      }
      ring.reader = RingReader(ring.memory, from: position)
      let found = ring.drain()
      frames += found.frames
      #expect(found.frames <= 64)
      if let error = found.error { errors[error, default: 0] += 1 }
    }
    #expect(frames > 1000 && errors[.position, default: 0] > 10 && errors[.frame, default: 0] > 100)
  }

  @Test(arguments: 0..<4)
  func mutatedRings(_ part: Int) {
    var random = SplitMix64(seed: UInt64(part) + 70)
    let ring = GuardedRing()
    var (frames, errors) = (0, 0)
    for _ in 0..<5_000 {
      let start = UInt64(random.below(64) * 64)
      ring.restart(at: start)
      var id = 0
      while ring.append(id, [UInt8](repeating: 7, count: random.below(600))) != nil { id += 1 }
      ring.publish()
      for _ in 0...random.below(4) {
        // Where the headers are, or the positions, or anywhere.
        let offset =
          switch random.below(8) {
          case 0: random.below(8)
          case 1...5: 128 + random.below(64) * 64 + random.below(24)
          default: random.below(ring.bytes.count)
          }
        ring.bytes[offset] = UInt8(truncatingIfNeeded: random.next())
      }
      let found = ring.drain()
      frames += found.frames
      errors += found.error == nil ? 0 : 1
      // The writer survives what was done to its side of the memory as well.
      for position in stride(from: start, to: start + 4096, by: 64) {
        _ = ring.isConsumed(position) || ring.revoke(position)
      }
      while ring.append(id) != nil, id < 1000 { id += 1 }
      #expect(id < 1000)
    }
    #expect(frames > 1000 && errors > 1000)
  }

  /// The memory changes under the reader, all the time.
  @Test(.timeLimit(.minutes(10))) func memoryThatIsWrittenWhileItIsRead() async throws {
    let ring = GuardedRing()
    let isOver = SharedFlag()
    async let scribbled: Void = onThread("scribbler") {
      var random = SplitMix64(seed: 5)
      let start = ring.bytes.baseAddress
      while !isOver.value, let start {
        // Kinds and sizes, small numbers at any place of a header; and now and then the position.
        let address = start + random.below(ring.bytes.count / 4) * 4
        SharedWord(address.assumingMemoryBound(to: UInt32.self))
          .store(UInt32(random.below(8)) << UInt32(random.below(24)))
        if random.below(4) == 0 {
          SharedCounter(start.assumingMemoryBound(to: UInt64.self))
            .store(UInt64(random.below(130) * 64))
        }
      }
    }
    // Goes on until there was enough of both.
    var (frames, errors, round) = (0, 0, UInt64(0))
    while frames < 10_000 || errors < 10_000 {
      ring.reader = RingReader(ring.memory, from: round % 128 * 64)
      let found = ring.drain()
      frames += found.frames
      errors += found.error == nil ? 0 : 1
      round += 1
    }
    isOver.set()
    await scribbled
    #expect(round >= 10_000)
  }
}
