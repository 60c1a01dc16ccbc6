import Foundation
import TandemSystem
import TandemWire

/// Something that takes bytes of a peer: it must survive any.
protocol Target {
  var name: String { get }
  /// Feeds it mutated input.
  ///
  /// - Parameter random: decides what.
  /// - Returns: whether it was taken for good.
  mutating func feed(_ random: inout SplitMix64) -> Bool
}

/// A type, decoded from messages of any type.
struct DecoderTarget<Value: Decodable>: Target {
  let name: String
  private let messages: [[UInt8]]
  private var bytes: [UInt8] = []
  /// The names of one connection, for as many messages as it lasts.
  private var connection = DecodingKeyTable()
  private var sent = 0

  init(_ type: Value.Type, _ messages: [[UInt8]]) {
    name = "\(type)"
    self.messages = messages
  }

  mutating func feed(_ random: inout SplitMix64) -> Bool {
    bytes = messages[random.below(messages.count)]
    Mutator.mutate(&bytes, with: messages, longest: 4096, &random)
    var keys: DecodingKeyTable?
    if random.below(4) == 0 {
      sent += 1
      if sent % 64 == 0 { connection = DecodingKeyTable() }
      keys = connection
    }
    return (try? WireDecoder().decode(Value.self, from: bytes, keys: keys)) != nil
  }
}

/// Values that travel as they lie in memory: any bytes, said to be anything.
struct LentTarget: Target {
  let name = "WireRun"

  mutating func feed(_ random: inout SplitMix64) -> Bool {
    let bytes = (0..<random.below(300)).map { _ in
      random.below(3) == 0 ? UInt8(truncatingIfNeeded: random.next()) : UInt8(ascii: "a")
    }
    let kind = UInt8(random.below(16))
    func take<Value>(_ type: Value.Type) -> Bool {
      bytes.withUnsafeBytes {
        WireRun.value(type, kind: random.below(2) == 0 ? kind : 14, from: $0) != nil
      }
    }
    switch random.below(8) {
    case 0: return take(String.self)
    case 1: return take([UInt8].self)
    case 2: return take(Data.self)
    case 3: return take([SIMD4<Float>].self)
    case 4: return take([SIMD3<Int16>].self)
    case 5: return take([UUID].self)
    case 6: return take([Double].self)
    default: return take([String].self)
    }
  }
}

/// A stream of frames, pushed in pieces.
struct FrameTarget: Target {
  let name = "FrameReader"
  private let pieces: [[UInt8]]

  init(_ messages: [[UInt8]]) {
    pieces = messages.enumerated().map { index, payload in
      Frame(
        kind: Frame.Kind.allCases[index % Frame.Kind.allCases.count], id: UInt32(index),
        payload: Array(payload.prefix(100))
      ).encoded()
    }
  }

  mutating func feed(_ random: inout SplitMix64) -> Bool {
    var bytes: [UInt8] = []
    for _ in 0...random.below(4) { bytes += pieces[random.below(pieces.count)] }
    Mutator.mutate(&bytes, with: pieces, longest: 4096, &random)
    var reader = FrameReader(payloadLimit: 1 << random.below(62))
    var pushed = 0
    while pushed < bytes.count {
      let count = min(1 + random.below(400), bytes.count - pushed)
      reader.push(bytes[pushed..<(pushed + count)])
      pushed += count
    }
    do throws(FrameError) {
      while let frame = try reader.next() {
        precondition(frame.payload.count <= bytes.count, "a frame is longer than what was sent")
      }
      return true
    } catch {
      return false
    }
  }
}

/// A ring whose memory is changed under its reader; beside it lie pages that may not be touched.
struct RingTarget: Target {
  let name = "RingReader"
  private static let capacity = 4096
  private let memory: RingMemory
  private let bytes: UnsafeMutableRawBufferPointer
  private var payload: [UInt8] = []

  init() {
    let page = 4096
    let size = RingMemory.byteCount(capacity: Self.capacity)
    let inside = (size + page - 1) / page * page
    let mapping = mmap(nil, inside + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let mapping, mapping != MAP_FAILED,
      mprotect(mapping + page, inside, PROT_READ | PROT_WRITE) == 0
    else { preconditionFailure("no memory") }
    // It lives as long as the process.
    bytes = UnsafeMutableRawBufferPointer(start: mapping + page + inside - size, count: size)
    memory = RingMemory(at: mapping + page + inside - size, capacity: Self.capacity)
  }

  mutating func feed(_ random: inout SplitMix64) -> Bool {
    bytes.storeBytes(of: 0, toByteOffset: 0, as: UInt64.self)
    bytes.storeBytes(of: 0, toByteOffset: 64, as: UInt64.self)
    var writer = RingWriter(memory)
    var reader = RingReader(memory)
    // Once round, or not, so that frames, fillers and the end stand at any place.
    var passed = random.below(64)
    while passed > 0, writer.append(RingHeader(.task), []) != nil { passed -= 1 }
    writer.publish()
    _ = drain(&reader)
    for number in 0..<random.below(20) {
      var header = RingHeader(RingHeader.Kind.allCases[1 + random.below(6)])
      header.id = UInt32(number)
      let count = random.below([17, 100, 1500][random.below(3)])
      _ = writer.append(header, [UInt8](repeating: UInt8(number), count: count))
    }
    writer.publish()
    var positions: [UInt64] = []
    for _ in 0...random.below(4) { scribble(&random, &positions) }
    let fine = drain(&reader)
    // The writer's side of the memory was changed as well.
    for position in positions { _ = writer.revoke(position) }
    var more = 0
    while more <= 64, writer.append(RingHeader(.task), []) != nil { more += 1 }
    precondition(more <= 64, "the ring takes more than it holds")
    return fine
  }

  /// Changes a field of a header, a position, or anything.
  private func scribble(_ random: inout SplitMix64, _ positions: inout [UInt64]) {
    let value = random.next() >> UInt64(random.below(64))
    let header = 128 + random.below(Self.capacity / 64) * 64
    positions.append(UInt64(random.below(Self.capacity / 32) * 64))
    switch random.below(8) {
    case 0: bytes.storeBytes(of: value & ~63, toByteOffset: 64 * random.below(2), as: UInt64.self)
    case 1: bytes.storeBytes(of: value, toByteOffset: 64 * random.below(2), as: UInt64.self)
    case 2, 3:
      bytes.storeBytes(
        of: UInt32(truncatingIfNeeded: value), toByteOffset: header + 4, as: UInt32.self)
    case 4, 5: bytes[header + 16] = UInt8(random.below(8))
    case 6: bytes[header + random.below(64)] ^= 1 << UInt8(random.below(8))
    default: bytes[random.below(bytes.count)] = UInt8(truncatingIfNeeded: value)
    }
  }

  /// - Returns: whether everything that was there could be read.
  private mutating func drain(_ reader: inout RingReader) -> Bool {
    var frames = 0
    do throws(RingError) {
      while let header = try reader.next() {
        reader.copyPayload(header, into: &payload)
        _ = reader.take()
        reader.advance()
        frames += 1
        precondition(frames <= Self.capacity / 64, "more frames than the ring holds")
      }
      return true
    } catch {
      return false
    }
  }
}
