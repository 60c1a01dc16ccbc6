import Synchronization
import TandemSystem
import Testing

@testable import TandemWire

/// What users' own `encode(to:)` and `init(from:)` may expect of containers.
@Suite("Containers behave as in Foundation's coders")
struct ContainerTests {
  /// Encodes with a closure.
  private struct Writes: Encodable {
    var body: (any Encoder) throws -> Void
    init(_ body: @escaping (any Encoder) throws -> Void) { self.body = body }
    func encode(to encoder: any Encoder) throws { try body(encoder) }
  }

  private struct Broken: Error {}

  private func wireError(_ error: (any Error)?) -> WireError? {
    switch error {
    case DecodingError.dataCorrupted(let context)?: context.underlyingError as? WireError
    case EncodingError.invalidValue(_, let context)?: context.underlyingError as? WireError
    default: nil
    }
  }

  @Test func theSameKeyTwice() throws {
    let bytes = try WireEncoder().encode(
      Writes { encoder in
        var container = encoder.container(keyedBy: Name.self)
        try container.encode(1, forKey: Name("a"))
        try container.encode(2, forKey: Name("b"))
        var other = encoder.container(keyedBy: Name.self)
        try other.encode(3, forKey: Name("a"))
      })
    #expect(try WireDecoder().decode([String: Int].self, from: bytes) == ["a": 3, "b": 2])
    let many = try WireEncoder().encode(
      Writes { encoder in
        var container = encoder.container(keyedBy: Name.self)
        for index in 0..<100 { try container.encode(index, forKey: Name("\(index % 20)")) }
        // The same key to `String`, with other bytes.
        try container.encode(-1, forKey: Name("\u{E9}"))
        try container.encode(-2, forKey: Name("e\u{301}"))
      })
    let back = try WireDecoder().decode([String: Int].self, from: many)
    #expect(back.count == 21)
    #expect(back["3"] == 83 && back["\u{E9}"] == -2)
  }

  @Test func manyAndLongKeys() throws {
    // More names than a table takes, and names longer than it takes.
    var map: [String: Int] = [String(repeating: "long", count: 100): -1]
    for index in 0..<10_000 { map["key \(index)"] = index }
    let keys = EncodingKeyTable()
    let names = DecodingKeyTable()
    for _ in 0..<2 {
      let bytes = try WireEncoder().encode([Fields(map), Fields(map)], keys: keys)
      let back = try WireDecoder().decode([Fields].self, from: bytes, keys: names)
      #expect(back == [Fields(map), Fields(map)])
      #expect(keys.count == KeyTableLimit.names && names.count == keys.count)
    }
  }

  @Test func keysInAnyOrder() throws {
    struct Backwards: Decodable {
      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        #expect(container.allKeys.count == 20)
        for round in 0..<3 {
          for index in (0..<20).reversed() {
            let key = Name("k\((index * 7 + round) % 20)")
            #expect(container.contains(key))
            #expect(try !container.decodeNil(forKey: key))
            #expect(try container.decode(Int.self, forKey: key) == (index * 7 + round) % 20)
            #expect(!container.contains(Name("no \(index)")))
            #expect(try container.decodeIfPresent(Int.self, forKey: Name("no")) == nil)
          }
        }
      }
    }
    let bytes = try WireEncoder().encode(
      Writes { encoder in
        var container = encoder.container(keyedBy: Name.self)
        for index in 0..<20 { try container.encode(index, forKey: Name("k\(index)")) }
      })
    _ = try WireDecoder().decode(Backwards.self, from: bytes)
  }

  @Test func aTableServesAConnection() throws {
    let keys = EncodingKeyTable()
    let names = DecodingKeyTable()
    let first = try WireEncoder().encode(Point(x: 1, y: 2), keys: keys)
    let second = try WireEncoder().encode(Point(x: 1, y: 2), keys: keys)
    #expect(second.count < first.count && second[0] == WireFormat.head)
    let decoder = WireDecoder()
    #expect(try decoder.decode(Point.self, from: first, keys: names) == Point(x: 1, y: 2))
    #expect(try decoder.decode(Point.self, from: second, keys: names) == Point(x: 1, y: 2))
    // Without the table, the names are missing.
    #expect(
      wireError(#expect(throws: (any Error).self) { try decoder.decode(Point.self, from: second) })
        == .unknownKey(1, offset: 6))
    // A message that was not made has sent no names; one that can't be decoded has.
    #expect(throws: Broken.self) {
      try WireEncoder().encode(
        Writes { encoder in
          var container = encoder.container(keyedBy: Name.self)
          try container.encode(1, forKey: Name("new"))
          throw Broken()
        }, keys: keys)
    }
    #expect(keys.count == 2)
    let third = try WireEncoder().encode(Fields(["other": 1]), keys: keys)
    #expect(throws: DecodingError.self) {
      try decoder.decode(Int.self, from: third, keys: names)
    }
    #expect(names.count == 3)
    let fourth = try WireEncoder().encode(Fields(["other": 2, "x": 3]), keys: keys)
    #expect(
      try decoder.decode([String: Int].self, from: fourth, keys: names) == ["other": 2, "x": 3])
  }

  /// A table searches when it is small and hashes when it is not; a message that fails takes its
  /// names away again, across that border too.
  @Test(arguments: [1, 15, 16, 17, 18, 40])
  func tablesThatGrowAndShrink(kept: Int) throws {
    let keys = EncodingKeyTable()
    let names = DecodingKeyTable()
    func map(_ range: Range<Int>) -> Fields {
      Fields(Dictionary(uniqueKeysWithValues: range.map { ("k\($0)", $0) }))
    }
    func goesThrough(_ range: Range<Int>) throws {
      let bytes = try WireEncoder().encode(map(range), keys: keys)
      #expect(try WireDecoder().decode(Fields.self, from: bytes, keys: names) == map(range))
      #expect(keys.count == names.count)
    }
    try goesThrough(0..<kept)
    for extra in [1, 5, 30] {
      #expect(throws: Broken.self) {
        try WireEncoder().encode(
          Writes { encoder in
            var container = encoder.unkeyedContainer()
            try container.encode(map(kept..<(kept + extra)))
            throw Broken()
          }, keys: keys)
      }
      #expect(keys.count == kept)
      try goesThrough(0..<kept)
    }
    try goesThrough(0..<(kept + 30))
    #expect(keys.count == kept + 30)
  }

  @Test func anErrorLeavesNoBytes() throws {
    struct Fails: Encodable {
      func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        try container.encode("half")
        var nested = container.nestedUnkeyedContainer()
        try nested.encode(1)
        throw Broken()
      }
    }
    let bytes = try WireEncoder().encode(
      Writes { encoder in
        var container = encoder.container(keyedBy: Name.self)
        try container.encode([1], forKey: Name("a"))
        #expect(throws: Broken.self) { try container.encode(Fails(), forKey: Name("b")) }
        var list = container.nestedUnkeyedContainer(forKey: Name("c"))
        #expect(throws: Broken.self) { try list.encode(Fails()) }
        #expect(list.count == 0)
        try list.encode(2)
      })
    #expect(try WireDecoder().decode([String: [Int]].self, from: bytes) == ["a": [1], "c": [2]])
    var buffer: [UInt8] = [1, 2, 3]
    #expect(throws: Broken.self) { try WireEncoder().append(Fails(), to: &buffer) }
    #expect(buffer == [1, 2, 3])
    try WireEncoder().append([1, 2], to: &buffer)
    #expect(try WireDecoder().decode([Int].self, from: buffer[3...]) == [1, 2])
  }

  @Test func whatNoValueMayDo() throws {
    let twice = Writes { encoder in
      var container = encoder.singleValueContainer()
      try container.encode(1)
      try container.encode(2)
    }
    let both = Writes { encoder in
      _ = encoder.unkeyedContainer()
      var container = encoder.container(keyedBy: Name.self)
      try container.encode(1, forKey: Name("a"))
    }
    let silent = Writes { encoder in
      _ = encoder.unkeyedContainer()
      _ = encoder.container(keyedBy: Name.self)
    }
    for value in [twice, both, silent] {
      #expect(
        wireError(#expect(throws: (any Error).self) { try WireEncoder().encode([value]) })
          == .conflictingContainers)
    }
    var kept: KeyedEncodingContainer<Name>?
    var nested: (any UnkeyedEncodingContainer)?
    let keeps = Writes { encoder in
      var container = encoder.container(keyedBy: Name.self)
      nested = container.nestedUnkeyedContainer(forKey: Name("a"))
      kept = container
    }
    let late = Writes { encoder in
      var container = encoder.unkeyedContainer()
      try container.encode(keeps)
      #expect(throws: EncodingError.self) { try kept?.encode("b", forKey: Name("b")) }
      #expect(throws: EncodingError.self) { try nested?.encode("b") }
      try container.encode(1)
    }
    let bytes = try WireEncoder().encode(late)
    #expect(try WireDecoder().decode(Count.self, from: bytes).count == 2)
    #expect(throws: EncodingError.self) { try kept?.encode("b", forKey: Name("b")) }
    #expect(throws: EncodingError.self) { try nested?.encode("b") }
    _ = kept?.nestedUnkeyedContainer(forKey: Name("c"))
    _ = kept?.superEncoder().unkeyedContainer()
    _ = nested?.superEncoder().singleValueContainer()
  }

  private struct Count: Decodable {
    var count: Int
    init(from decoder: any Decoder) throws { count = try decoder.unkeyedContainer().count ?? -1 }
  }

  @Test func nothingEncodedIsAnEmptyContainer() throws {
    let bytes = try WireEncoder().encode([Writes { _ in }])
    #expect(try WireDecoder().decode([Empty].self, from: bytes) == [Empty()])
  }

  @Test func codingPathsWhileEncoding() throws {
    var paths: [String] = []
    let leaf = Writes { encoder in
      paths.append(encoder.codingPath.map(\.stringValue).joined(separator: "."))
      try 1.encode(to: encoder)
    }
    _ = try WireEncoder().encode(
      Writes { encoder in
        var container = encoder.container(keyedBy: Name.self)
        try container.encode([leaf, leaf], forKey: Name("a"))
        var nested = container.nestedUnkeyedContainer(forKey: Name("b"))
        try nested.encode(leaf)
        try container.encode(leaf, forKey: Name("c"))
        try nested.encode(["d": leaf])
        try leaf.encode(to: container.superEncoder())
        #expect(nested.codingPath.map(\.stringValue) == ["b"])
        #expect(container.codingPath.isEmpty)
      })
    #expect(paths == ["a.Index 0", "a.Index 1", "b.Index 0", "c", "b.Index 1.d", "super"])
  }

  private struct Inner: Codable { var value: Int8 }
  private struct Outer: Codable { var list: [[String: Inner]] }

  /// What kind of error the bytes give, and where.
  private func path(_ bytes: [UInt8]) -> (String, [String])? {
    do {
      _ = try WireDecoder().decode(Outer.self, from: bytes)
      return nil
    } catch DecodingError.typeMismatch(_, let context) {
      return ("mismatch", context.codingPath.map(\.stringValue))
    } catch DecodingError.valueNotFound(_, let context) {
      return ("nil", context.codingPath.map(\.stringValue))
    } catch DecodingError.keyNotFound(let key, let context) {
      return ("no \(key.stringValue)", context.codingPath.map(\.stringValue))
    } catch DecodingError.dataCorrupted(let context) {
      return ("corrupted", context.codingPath.map(\.stringValue))
    } catch {
      return ("\(error)", [])
    }
  }

  @Test func errorsSayWhere() throws {
    let all = ["list", "Index 1", "k", "value"]
    func message<Value: Encodable>(_ value: Value) throws -> [UInt8] {
      try WireEncoder().encode(
        Writes { encoder in
          var container = encoder.container(keyedBy: Name.self)
          var list = container.nestedUnkeyedContainer(forKey: Name("list"))
          try list.encode(["k": Inner(value: 1)])
          try list.encode(["k": value])
        })
    }
    let good = try message(["value": 5])
    #expect(path(good) == nil)
    for (bytes, kind, place) in [
      (try message(["value": 1000]), "corrupted", all),
      (try message(["value": -129]), "corrupted", all),
      (try message(["value": 0.5]), "corrupted", all),
      (try message(["value": "x"]), "mismatch", all),
      (try message(["value": [1]]), "mismatch", all),
      (try message(["value": true]), "mismatch", all),
      (try message(["value": Int?.none]), "nil", all),
      (try message(["other": 1]), "no value", Array(all.dropLast())),
      (try message(3), "mismatch", Array(all.dropLast())),
      (try message([1, 2]), "mismatch", Array(all.dropLast())),
      (try message(String?.none), "nil", Array(all.dropLast())),
    ] {
      let found = path(bytes)
      #expect(found?.0 == kind)
      #expect(found?.1 == place)
    }
  }

  @Test func depthIsBounded() throws {
    let limit = WireFormat.maximumDepth
    let deepest = try WireEncoder().encode(Chain.of(length: limit))
    #expect(try WireDecoder().decode(Chain.self, from: deepest).length == limit)
    let deeper = Chain.of(length: limit + 1)
    #expect(
      wireError(#expect(throws: (any Error).self) { try WireEncoder().encode(deeper) })
        == .tooDeep(limit: limit))
    // A circle has no end.
    let circle = Chain.of(length: 3)
    circle.next?.next?.next = circle
    #expect(
      wireError(#expect(throws: (any Error).self) { try WireEncoder().encode(circle) })
        == .tooDeep(limit: limit))
    circle.next = nil
    // Nor has one without containers.
    final class Loop: Codable {
      func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self)
      }
      init() {}
      init(from decoder: any Decoder) throws {
        _ = try decoder.singleValueContainer().decode(Loop.self)
      }
    }
    #expect(
      wireError(#expect(throws: (any Error).self) { try WireEncoder().encode(Loop()) })
        == .tooDeep(limit: limit))
    #expect(
      wireError(
        #expect(throws: (any Error).self) { try WireDecoder().decode(Loop.self, from: [0x20, 0]) })
        == .tooDeep(limit: limit))
    // Nested containers and arrays that are copied whole count alike, on both sides.
    func nested(_ depth: Int) -> Writes {
      Writes { encoder in
        func fill(_ container: inout any UnkeyedEncodingContainer, _ depth: Int) throws {
          guard depth > 1 else { return try container.encode([1, 2]) }
          var inner = container.nestedUnkeyedContainer()
          try fill(&inner, depth - 1)
        }
        var container = encoder.unkeyedContainer()
        try fill(&container, depth - 1)
      }
    }
    var shallow = WireEncoder()
    shallow.maximumDepth = 128
    _ = try shallow.encode(nested(128))
    #expect(throws: EncodingError.self) { try shallow.encode(nested(129)) }
    #expect(throws: EncodingError.self) { try shallow.encode(nested(1280)) }
    // What a lenient encoder makes, a stricter decoder refuses.
    var strict = WireDecoder()
    strict.maximumDepth = 300
    let bytes = try WireEncoder().encode(Chain.of(length: 400))
    #expect(
      wireError(#expect(throws: (any Error).self) { try strict.decode(Chain.self, from: bytes) })
        == .tooDeep(limit: 300))
  }

  /// However small the stack is that it begins on.
  @Test func linksMayBeThousandsDeep() async throws {
    let sum = Sum.of(3000)
    let done = Latch()
    let result = Mutex<Result<Bool, any Error>?>(nil)
    try OSThread.start(name: "small", stackBytes: 256 << 10) {
      let outcome = Result { () throws -> Bool in
        let bytes = try WireEncoder().encode(sum)
        // Taken apart one by one: dropped whole, it would take stack for each link.
        return try WireDecoder().decode(Sum.self, from: bytes).takenApart() == 3000
      }
      result.withLock { $0 = outcome }
      done.open()
    }
    #expect(done.wait(timeout: .seconds(60)))
    #expect(try result.withLock { try $0?.get() } == true)
    // Not dropped before, on the small stack.
    withExtendedLifetime(sum) {}
  }
}

/// Links of an indirect enum.
private indirect enum Sum: Codable, Sendable {
  case nothing
  case more(Sum)

  static func of(_ count: Int) -> Sum { (0..<count).reduce(.nothing) { sum, _ in .more(sum) } }

  consuming func takenApart() -> Int {
    var count = 0
    var rest = self
    while case .more(let next) = rest {
      rest = next
      count += 1
    }
    return count
  }
}
