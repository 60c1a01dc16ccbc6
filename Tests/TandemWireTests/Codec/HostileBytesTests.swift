import TandemSystem
import Testing

@testable import TandemWire

/// Whatever the bytes are, there is a value or an error.
///
/// A trap would end the whole run.
@Suite("Hostile bytes give an error, never a trap")
struct HostileBytesTests {
  private static func samples() throws -> [[UInt8]] {
    let encoder = WireEncoder()
    return [
      try encoder.encode(Wide()),
      try encoder.encode(Optionals(some: 1, nested: 2, point: Point(x: 1, y: 2))),
      try encoder.encode(Shape.group([.circle(radius: 1), .labelled(name: "n", nil), .nothing])),
      try encoder.encode(Tree(value: 1, children: [Tree(value: 300), Tree(value: -3)])),
      try encoder.encode([[1, 2, 3], [], [4]]),
      try encoder.encode([1.5, 2.5]),
      try encoder.encode(["a": [1], "b": [], "ü": [300]]),
      try encoder.encode(Interleaved(first: [1, 2], second: ["a"], own: 9)),
      try encoder.encode(Mixed(numbers: [1], name: "n")),
      try encoder.encode(Dictionary(uniqueKeysWithValues: (0..<12).map { ("k\($0)", $0) })),
      try encoder.encode(UInt128.max),
      try encoder.encode("text"),
    ]
  }

  /// Changes a few bytes, cuts, repeats or splices; lengths are liked best.
  private static func mutate(
    _ sample: [UInt8], with others: [[UInt8]], _ random: inout SplitMix64
  ) -> [UInt8] {
    var bytes = sample
    for _ in 0...random.below(3) {
      guard !bytes.isEmpty else { return bytes }
      let index = random.below(bytes.count)
      switch random.below(8) {
      case 0: bytes[index] = UInt8(truncatingIfNeeded: random.next())
      case 1: bytes[index] ^= 1 << UInt8(random.below(8))
      case 2: bytes[index] = [0, 1, 0x7F, 0x80, 0xFF, 0x0C, 0x08, 0x09][random.below(8)]
      case 3: bytes[index] = UInt8(random.below(0x0E))
      case 4: bytes.removeSubrange(index...)
      case 5: bytes.remove(at: index)
      case 6: bytes.insert(bytes[random.below(bytes.count)], at: index)
      default:
        let other = others[random.below(others.count)]
        bytes.replaceSubrange(index..., with: other[random.below(other.count)...])
      }
    }
    return bytes
  }

  /// Whether the bytes are a value of the type; anything thrown must be a `DecodingError`.
  private static func survives<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) -> Bool {
    do {
      _ = try WireDecoder().decode(type, from: bytes)
      return true
    } catch is DecodingError {
      return false
    } catch {
      // `Mixed` throws an error of its own.
      return false
    }
  }

  /// Takes everything apart, as deep as it goes, in ways that no synthesised code does.
  private struct Explorer: Decodable {
    init(from decoder: any Decoder) throws {
      _ = decoder.codingPath
      if let container = try? decoder.container(keyedBy: Name.self) {
        let keys = container.allKeys
        // Traps if a key is there twice.
        _ = Dictionary(uniqueKeysWithValues: keys.map { ($0.stringValue, 0) })
        for key in keys.reversed() {
          precondition(container.contains(key))
          _ = try? container.decodeNil(forKey: key)
          _ = try? container.decode(Explorer.self, forKey: key)
          var nested = try? container.nestedUnkeyedContainer(forKey: key)
          _ = try? nested?.decode(Int.self)
        }
        _ = try? Point(from: container.superDecoder())
      } else if var container = try? decoder.unkeyedContainer() {
        while !container.isAtEnd {
          let index = container.currentIndex
          if (try? container.decodeNil()) == true { continue }
          if (try? container.decode(Explorer.self)) != nil { continue }
          if let nested = try? container.nestedContainer(keyedBy: Name.self) {
            _ = nested.allKeys
            continue
          }
          precondition(container.currentIndex == index)
          return
        }
      } else {
        let container = try decoder.singleValueContainer()
        _ = try? container.decode(Int8.self)
        _ = try? container.decode(Float.self)
        _ = try? container.decode(UInt128.self)
        _ = try? container.decode(String.self)
        _ = try? container.decode([Int16].self)
      }
    }
  }

  @Test(arguments: 0..<4)
  func mutatedValues(part: Int) throws {
    let samples = try Self.samples()
    var random = SplitMix64(seed: UInt64(part) + 1)
    var accepted = 0
    let rounds = 50_000
    for round in 0..<rounds {
      let bytes = Self.mutate(samples[random.below(samples.count)], with: samples, &random)
      let fine =
        switch round % 40 {
        case 0..<4: Self.survives(Wide.self, bytes)
        case 4..<8: Self.survives(Optionals.self, bytes)
        case 8..<12: Self.survives(Shape.self, bytes)
        case 12..<16: Self.survives(Tree.self, bytes)
        case 16..<20: Self.survives([[Int]].self, bytes)
        case 20..<24: Self.survives([Double].self, bytes)
        case 24..<28: Self.survives([String: [Int16]].self, bytes)
        case 28..<32: Self.survives(Interleaved.self, bytes)
        case 32..<35: Self.survives(Mixed.self, bytes)
        // These two throw a dozen errors a message, which the testing library makes dear.
        case 35: Self.survives(Anything.self, bytes)
        case 36..<39: Self.survives([String: Int].self, bytes)
        default: Self.survives(Explorer.self, bytes)
        }
      if fine { accepted += 1 }
    }
    // The mutations must neither break everything nor nothing.
    #expect(accepted > rounds / 100 && accepted < rounds / 2)
  }

  @Test func anyShortBytes() {
    // All messages of up to two bytes behind the head, with and without new keys.
    for head in [WireFormat.head, WireFormat.head | 1, 0, 0xFF] {
      _ = Self.survives(Explorer.self, [head])
      for first in UInt8.min...UInt8.max {
        _ = Self.survives(Explorer.self, [head, first])
        for second in [UInt8](arrayLiteral: 0, 1, 2, 0x7F, 0x80, 0xFF) {
          _ = Self.survives(Explorer.self, [head, first, second])
          _ = Self.survives([Int].self, [head, first, second, 0, 0, 0, second])
        }
      }
    }
    #expect(!Self.survives(Int.self, []))
  }

  @Test func countsThatAreNotTrue() {
    let huge: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]
    let max: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]
    let ones = [UInt8](repeating: 0xFF, count: 8)
    for kind in UInt8(0)...13 {
      for count in [huge, max, [2], [0], [0xFF]] {
        let run = [Tag.run.rawValue, kind] + count + [1]
        let list = [WireFormat.head, Tag.unkeyed.rawValue, UInt8(run.count), 0, 0, 0] + run
        #expect(!Self.survives([Int].self, list))
        #expect(!Self.survives([Double].self, list))
        #expect(!Self.survives([UInt128].self, list))
        #expect(!Self.survives(Set<Int8>.self, list))
      }
    }
    for count in [huge, max] {
      #expect(!Self.survives(String.self, [WireFormat.head, Tag.string.rawValue] + count + [65]))
      #expect(
        !Self.survives(
          [String: Int].self,
          [WireFormat.head, Tag.keyed.rawValue, 11, 0, 0, 0] + [0] + count + [0x80]))
      #expect(!Self.survives(Int64.self, [WireFormat.head, Tag.integer.rawValue] + max + max))
    }
    for tag in [Tag.keyed, .unkeyed, .longKeyed, .longUnkeyed] {
      #expect(!Self.survives(Explorer.self, [WireFormat.head, tag.rawValue] + ones))
      #expect(!Self.survives([Int].self, [WireFormat.head, tag.rawValue] + ones + ones))
    }
    // New keys: more than there are, more than a table takes, longer than they are.
    let head = WireFormat.head | WireFormat.newKeysFlag
    for keys in [[0xFF, 0x7F], max, [1, 0x7F], [1] + max, [2, 0], [0, 0], []] as [[UInt8]] {
      let message = [head, 0x80] + keys + [UInt8(keys.count), 0, 0, 0]
      #expect(!Self.survives(Int.self, message))
      #expect(!Self.survives(Int.self, [head, 0x80] + keys + [0xFF, 0xFF, 0xFF, 0xFF]))
    }
  }

  @Test func aBombOfDepth() {
    // Each level takes five bytes: a container in a container in a container…
    for tag in [Tag.unkeyed, .keyed] {
      var bytes: [UInt8] = []
      for _ in 0..<2000 {
        var outer = [tag.rawValue]
        let content = (tag == .keyed ? [0, 1, 0x61] : []) + bytes
        outer.appendLittleEndian(UInt32(content.count))
        bytes = outer + content
      }
      bytes.insert(WireFormat.head, at: 0)
      var strict = WireDecoder()
      strict.maximumDepth = 1000
      #expect(throws: DecodingError.self) { try strict.decode(Anything.self, from: bytes) }
      #expect(throws: DecodingError.self) { try strict.decode(Nest.self, from: bytes) }
      // Within the limit it is a value, or no such value, and the stack suffices.
      #expect(Self.survives(Anything.self, bytes) || tag == .keyed)
      #expect(!Self.survives(Nest.self, bytes))
    }
  }

  /// Goes down through nested containers alone.
  private struct Nest: Decodable {
    init(from decoder: any Decoder) throws {
      if var container = try? decoder.unkeyedContainer() {
        while true { container = try container.nestedUnkeyedContainer() }
      }
      var container = try decoder.container(keyedBy: Name.self)
      while true {
        container = try container.nestedContainer(keyedBy: Name.self, forKey: Name("a"))
      }
    }
  }

  @Test func mutatedFrames() throws {
    let payloads = try Self.samples()
    var stream: [UInt8] = []
    for (index, payload) in payloads.enumerated() {
      stream += Frame(
        kind: Frame.Kind.allCases[index % 3], id: UInt32(index), payload: payload
      ).encoded()
    }
    var random = SplitMix64(seed: 99)
    var (broken, frames) = (0, 0)
    for _ in 0..<20_000 {
      let start = random.below(stream.count)
      let bytes = Self.mutate(
        Array(random.below(2) == 0 ? stream[...] : stream[start...].prefix(200)), with: payloads,
        &random)
      var reader = FrameReader(payloadLimit: 1 << random.below(40))
      var pushed = 0
      while pushed < bytes.count {
        let count = min(1 + random.below(400), bytes.count - pushed)
        reader.push(bytes[pushed..<(pushed + count)])
        pushed += count
      }
      do {
        while let frame = try reader.next() {
          frames += 1
          #expect(frame.payload.count <= bytes.count)
        }
      } catch {
        broken += 1
        #expect(throws: error) { try reader.next() }
      }
    }
    #expect(broken > 1000 && frames > 1000)
  }
}
