import Synchronization
import TandemSystem
import TandemTestSupport
import Testing

@testable import TandemWire

/// Something that one thread tells others once.
final class SharedFlag: Sendable {
  private let word = Atomic(false)
  var value: Bool { word.load(ordering: .acquiring) }
  func set() { word.store(true, ordering: .releasing) }
}

@Suite("Two threads at the ends of a ring")
struct RingThreadTests {
  /// A ring with a bell at each end: work for the reader, room for the writer.
  private final class Line: @unchecked Sendable {
    // Each end of the ring is one thread's; what the bells hold is used atomically.
    let ring: GuardedRing
    let work: Doorbell
    let room: Doorbell
    private let bells: SharedMemory

    init(capacity: Int) throws {
      ring = GuardedRing(capacity: capacity)
      bells = try SharedMemory(name: "bells", byteCount: 2 * Doorbell.byteCount)
      work = Doorbell(at: bells.base)
      room = Doorbell(at: bells.base + Doorbell.byteCount)
    }
  }

  /// What frame number `id` carries: its number again and again, so many bytes.
  private static func check(_ bytes: [UInt8], _ id: Int) -> Bool {
    bytes.count == size(id) && bytes.allSatisfy { $0 == UInt8(truncatingIfNeeded: id) }
  }

  private static func size(_ id: Int) -> Int {
    let mixed = UInt64(truncatingIfNeeded: id) &* 0x9E37_79B9_7F4A_7C15 >> 40
    return mixed % 64 == 0 ? Int(mixed % 1900) : Int(mixed % 24)
  }

  /// Both sleep when they must and are woken by the other alone: a wake-up lost would hang the test.
  @Test(.timeLimit(.minutes(10)), arguments: [(4096, 1_000_000), (1 << 16, 1_000_000)])
  func millionsOfFramesInOrder(_ capacity: Int, _ count: Int) async throws {
    let line = try Line(capacity: capacity)
    async let sleeps = onThread("writer") {
      var sleeps = 0
      let payloads = (0..<256).map { [UInt8](repeating: UInt8($0), count: 1900) }
      for id in 0..<count {
        let part = payloads[id & 255].prefix(Self.size(id))
        var header = RingHeader(.task)
        header.id = UInt32(id)
        while part.withUnsafeBytes({ line.ring.writer.append(header, $0) }) == nil {
          if line.ring.publish() { line.work.ring() }
          line.room.sleep { line.ring.hasRoom(part.count) }
          sleeps += 1
        }
        // Several frames per publication, and one now and then.
        if id % 7 == 0, line.ring.publish() { line.work.ring() }
      }
      if line.ring.publish() { line.work.ring() }
      return sleeps
    }
    async let outcome = onThread("reader") { () -> (frames: Int, wrong: Int, sleeps: Int) in
      var (frames, wrong, sleeps) = (0, 0, 0)
      var bytes: [UInt8] = []
      while frames < count {
        guard let header = try? line.ring.next() else {
          line.work.sleep { line.ring.hasFrame }
          sleeps += 1
          continue
        }
        line.ring.reader.copyPayload(header, into: &bytes)
        if header.id != UInt32(frames) || !Self.check(bytes, frames) || !line.ring.take() {
          wrong += 1
        }
        line.ring.advance()
        line.room.ring()
        frames += 1
      }
      return (frames, wrong, sleeps)
    }
    let (frames, wrong, readerSleeps) = await outcome
    let writerSleeps = await sleeps
    #expect(frames == count && wrong == 0)
    #expect(readerSleeps > 0 && writerSleeps > 0)
  }

  /// The writer takes frames back while the reader takes them: each is exactly one side's.
  @Test(.timeLimit(.minutes(10)))
  func takingAndTakingBack() async throws {
    let count = 200_000
    let line = try Line(capacity: 4096)
    async let revoked = onThread("writer") {
      var revoked: Set<Int> = []
      var random = SplitMix64(seed: 3)
      var recent: [(id: Int, position: UInt64)] = []
      for id in 0..<count {
        while true {
          if let position = line.ring.append(id) {
            recent.append((id, position))
            break
          }
          line.room.sleep { line.ring.hasRoom(0) }
        }
        if line.ring.publish() { line.work.ring() }
        if random.below(4) == 0 {
          // One that was just published, or is long gone: its memory is another frame's.
          let (id, position) = recent[recent.count - 1 - random.below(min(recent.count, 150))]
          if line.ring.revoke(position) { revoked.insert(id) }
        }
        if recent.count > 1000 { recent.removeFirst(500) }
      }
      return revoked
    }
    async let taken = onThread("reader") {
      var taken: Set<Int> = []
      var frames = 0
      while frames < count {
        guard let header = try? line.ring.next() else {
          line.work.sleep { line.ring.hasFrame }
          continue
        }
        if line.ring.take() { taken.insert(Int(header.id)) }
        line.ring.advance()
        line.room.ring()
        frames += 1
      }
      return taken
    }
    let (back, own) = (await revoked, await taken)
    #expect(back.isDisjoint(with: own))
    #expect(back.count + own.count == count)
    #expect(back.count > 100 && own.count > 100)
  }
}

@Suite("A doorbell wakes its sleeper")
struct DoorbellTests {
  private final class Bell: @unchecked Sendable {
    // Everything here is used atomically.
    let bell: Doorbell
    let memory: SharedMemory
    let work = Atomic(0)
    init() throws {
      memory = try SharedMemory(name: "bell", byteCount: Doorbell.byteCount)
      bell = Doorbell(at: memory.base)
    }
  }

  @Test func aRingForNobodyCostsNothingAndIsNotKept() throws {
    let bell = try Bell()
    for _ in 0..<5 { bell.bell.ring() }
    // Neither word has moved: nobody was asleep.
    #expect(bell.memory.base.load(as: UInt64.self) == 0)
    bell.bell.ringAlways()
    #expect(bell.memory.base.load(as: UInt64.self) == 1)
    var looks = 0
    bell.bell.sleep {
      looks += 1
      return true
    }
    #expect(looks == 1)
    // A nap ends by itself, and leaves no flag behind.
    bell.bell.sleep(nanoseconds: 1) { false }
    #expect(bell.memory.base.load(as: UInt64.self) == 1)
  }

  /// Several ringers, one sleeper: it sees every piece of work, without naps.
  @Test(.timeLimit(.minutes(10)))
  func manyRingers() async throws {
    let bell = try Bell()
    let each = 50_000
    async let seen = onThread("sleeper") {
      var seen = 0
      while seen < 3 * each {
        seen += bell.work.exchange(0, ordering: .acquiringAndReleasing)
        bell.bell.sleep { seen == 3 * each || bell.work.load(ordering: .acquiring) > 0 }
      }
      return seen
    }
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<3 {
        group.addTask {
          await onThread("ringer \(number)") {
            for _ in 0..<each {
              bell.work.wrappingAdd(1, ordering: .releasing)
              if number == 0 { bell.bell.ringAlways() } else { bell.bell.ring() }
            }
          }
        }
      }
    }
    #expect(await seen == 3 * each)
  }
}
