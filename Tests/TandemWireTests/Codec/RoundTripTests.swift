import Foundation
@testable import TandemWire
import Testing

@Suite("Values come back as they went")
struct RoundTripTests {
  /// Sends a value there and back, by JSON and by wire.
  private func check<Value: Codable & Equatable>(
    _ value: Value, json: Bool = true, _ location: SourceLocation = #_sourceLocation
  ) throws {
    if json {
      let viaJSON = try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
      #expect(viaJSON == value, "the table promises JSON's round trip", sourceLocation: location)
    }
    let bytes = try WireEncoder().encode(value)
    #expect(try WireDecoder().decode(Value.self, from: bytes) == value, sourceLocation: location)
    // The same inside each kind of container.
    let list = [value, value]
    #expect(
      try WireDecoder().decode([Value].self, from: WireEncoder().encode(list)) == list,
      sourceLocation: location)
    let map = ["a": value]
    #expect(
      try WireDecoder().decode([String: Value].self, from: WireEncoder().encode(map)) == map,
      sourceLocation: location)
    // A message is one value, whole: no prefix of it is.
    for count in 0..<min(bytes.count, 200) {
      #expect(throws: DecodingError.self, sourceLocation: location) {
        try WireDecoder().decode(Value.self, from: bytes[..<count])
      }
    }
  }

  private func checkInteger<Value: FixedWidthInteger & Codable>(_ type: Value.Type) throws {
    var values: Set<Value> = [.min, .max, .max - 1, .min + 1, 0, 1, 100]
    for shift in 0..<Value.bitWidth {
      let power = Value(1) << shift
      values.formUnion([power, power &- 1, power &+ 1, ~power])
    }
    for value in values {
      let bytes = try WireEncoder().encode(value)
      #expect(try WireDecoder().decode(Value.self, from: bytes) == value)
      let list = try WireEncoder().encode([Single(value)])
      #expect(try WireDecoder().decode([Single<Value>].self, from: list) == [Single(value)])
    }
  }

  @Test func integersOfEveryWidth() throws {
    try checkInteger(Int.self)
    try checkInteger(Int8.self)
    try checkInteger(Int16.self)
    try checkInteger(Int32.self)
    try checkInteger(Int64.self)
    try checkInteger(Int128.self)
    try checkInteger(UInt.self)
    try checkInteger(UInt8.self)
    try checkInteger(UInt16.self)
    try checkInteger(UInt32.self)
    try checkInteger(UInt64.self)
    try checkInteger(UInt128.self)
  }

  @Test func primitives() throws {
    try check(true)
    try check(false)
    try check(0.1)
    try check(Float(0.1))
    try check(-0.0)
    try check(Double.greatestFiniteMagnitude)
    try check(Double.leastNonzeroMagnitude)
    try check("")
    try check("ascii")
    try check(String(repeating: "länger ", count: 100))
    try check("👩‍👩‍👧‍👦🏳️‍🌈\u{0}\u{FFFF}\u{10FFFF}\u{FEFF}")
  }

  @Test func numbersThatJSONCannotSay() throws {
    for value in [
      Double.infinity, -.infinity, .nan, .signalingNaN, .init(nan: 5, signaling: false),
    ] {
      let back = try WireDecoder().decode(Double.self, from: WireEncoder().encode(value))
      #expect(back.bitPattern == value.bitPattern)
    }
    let back = try WireDecoder().decode(Float.self, from: WireEncoder().encode(-Float.infinity))
    #expect(back == -.infinity)
  }

  @Test func unicodeIsKeptByteForByte() throws {
    let composed = "\u{E9}"
    let decomposed = "e\u{301}"
    #expect(composed == decomposed)
    let keys = EncodingKeyTable()
    let names = DecodingKeyTable()
    for text in [composed, decomposed, "\u{212A}", "K"] {
      let bytes = try WireEncoder().encode([text: text], keys: keys)
      let back = try WireDecoder().decode([String: String].self, from: bytes, keys: names)
      let entry = try #require(back.first)
      #expect(Array(entry.key.utf8) == Array(text.utf8))
      #expect(Array(entry.value.utf8) == Array(text.utf8))
    }
  }

  @Test func structsAndOptionals() throws {
    try check(Point(x: -5, y: 2.5))
    try check(Empty())
    try check(Wide())
    try check(Many())
    try check(Optionals())
    try check(Optionals(some: 1, text: "t", nested: 2, point: Point(x: 0, y: 0)))
    try check(Int?.none)
    try check(Int?.some(3))
    try check([Int?.none, 1, nil])
    try check([[Point?]]())
  }

  @Test func enums() throws {
    try check(Level.allCases)
    try check(Shape.nothing)
    try check(Shape.circle(radius: 1))
    try check(Shape.rectangle(1, 2))
    try check(Shape.labelled(name: "n", nil))
    try check(
      Shape.group([
        .nothing, .group([]), .labelled(name: "", Point(x: 1, y: 1)), .group([.nothing]),
      ])
    )
    try check(Expression.sum(.sum(.number(1), .number(2)), .number(-3)))
  }

  @Test func collections() throws {
    try check([Int]())
    try check([1, 2, 3])
    try check(["a", "b"])
    try check([[1], [], [2, 3]])
    try check(Set([1, 5, 9]))
    try check([1.5, -2])
    try check([true, false])
    try check([String: Int]())
    try check(["a": 1, "b": 2, "ü": 3, "": 4])
    try check([1: "x", -1: "y"])
    try check([UInt8(3): [1, 2]])
    try check([Level.low: 1, .high: 2])
    try check([Point(x: 1, y: 1): "p"])
    try check([1.5: 2])
    try check(ContiguousArray([1, 2]))
    try check(1..<5)
    try check(1...5)
    try check([Wide(), Wide(bool: false)])
    try check(Dictionary(uniqueKeysWithValues: (0..<100).map { ("key \($0)", [$0]) }))
    try check(CollectionOfOne(1).map { Single($0) })
  }

  @Test func foundationTypes() throws {
    try check(Date(timeIntervalSinceReferenceDate: 700_000_000.123))
    try check(URL(string: "https://example.org/a?b=c#d"))
    try check(URL(string: "path", relativeTo: URL(string: "https://example.org/"))?.absoluteURL)
    try check(Decimal(string: "-123456789012345678901234567890.123"))
    try check(UUID())
    try check(Data([0, 1, 255, 128]))
    try check(Data())
    try check(DateComponents(year: 2024, month: 2))
    try check(CGRect(x: 1, y: 2, width: 3, height: 4))
    try check(IndexSet([1, 2, 7]))
    try check(CharacterSet.decimalDigits)
    try check(Locale(identifier: "pl_PL"))
    try check(Measurement(value: 3, unit: UnitLength.meters))
    try check(Duration.seconds(3))
  }

  @Test func typesKnownByName() throws {
    try check((0..<50).map { Date(timeIntervalSinceReferenceDate: Double($0) / 3) })
    try check((0..<50).map { _ in UUID() })
    try check([Data([1]), Data(), Data(repeating: 9, count: 1000)])
    try check([CGFloat(1), -2.5])
    try check([CGPoint(x: 1, y: 2), CGPoint(x: -1, y: 0)])
    try check([SIMD2<Int8>(1, 2), SIMD2(-3, 4)])
    try check([SIMD3<Float>(1, 2, 3), SIMD3(4, 5, 6)])
    try check([SIMD4<Double>(1, 2, 3, 4)])
    try check((0..<9).map { SIMD64<UInt16>(repeating: UInt16($0)) })
    try check([SIMD4<Float>]())
    try check([[SIMD4<Int32>(1, 2, 3, 4)], []])
    try check(["a": Date(timeIntervalSinceReferenceDate: 1), "b": .distantPast])
    try check([Int.min: "a", .max: "b", 0: "c", -1: "d", 1_000_000_000_000_000_000: "e"])
    try check([1: Point(x: 1, y: 2)])
    try check(["x": ["y": ["z": 1]]])
    try check([["a", "ü"], []])
  }

  @Test func knownTypesReadAsWhatTheirOwnCodingGives() throws {
    let vectors = try WireEncoder().encode([SIMD3<Float>(1, 2, 3), SIMD3(4, 5, 6)])
    #expect(try WireDecoder().decode([[Float]].self, from: vectors) == [[1, 2, 3], [4, 5, 6]])
    #expect(throws: DecodingError.self) { try WireDecoder().decode([Float].self, from: vectors) }
    let lists = try WireEncoder().encode([[1, 2], [3, 4]] as [[Float]])
    #expect(
      try WireDecoder().decode([SIMD2<Float>].self, from: lists) == [SIMD2(1, 2), SIMD2(3, 4)])
    let uuid = UUID()
    for bytes in [try WireEncoder().encode([uuid]), try WireEncoder().encode([Single(uuid)])] {
      #expect(try WireDecoder().decode([String].self, from: bytes) == [uuid.uuidString])
      #expect(throws: DecodingError.self) { try WireDecoder().decode([Int].self, from: bytes) }
    }
    let texts = try WireEncoder().encode([uuid.uuidString])
    #expect(try WireDecoder().decode([UUID].self, from: texts) == [uuid])
    let date = Date(timeIntervalSinceReferenceDate: 2.5)
    #expect(try WireDecoder().decode([Double].self, from: WireEncoder().encode([date])) == [2.5])
    #expect(try WireDecoder().decode([Date].self, from: WireEncoder().encode([2.5])) == [date])
    #expect(
      try WireDecoder().decode(Date.self, from: WireEncoder().encode(5))
        .timeIntervalSinceReferenceDate == 5)
    let data = Data([1, 2, 3])
    #expect(try WireDecoder().decode([UInt8].self, from: WireEncoder().encode(data)) == [1, 2, 3])
    #expect(try WireDecoder().decode(Data.self, from: WireEncoder().encode([1, 2, 3])) == data)
    // A dictionary as a struct, and the other way about.
    let point = try WireEncoder().encode(["x": 1, "y": 2])
    #expect(try WireDecoder().decode(Point.self, from: point) == Point(x: 1, y: 2))
    let map = try WireEncoder().encode(Fields(["x": 1, "y": 2]))
    #expect(try WireDecoder().decode([String: Int].self, from: map) == ["x": 1, "y": 2])
    #expect(throws: DecodingError.self) { try WireDecoder().decode([Int: Int].self, from: map) }
  }

  @Test func optionalsInsideOptionals() throws {
    try check(Int??.some(nil), json: false)
    try check(Int??.some(3), json: false)
    try check(Int??.none, json: false)
    try check([Int???.some(.some(nil)), .some(nil), nil, 4], json: false)
    try check(["a": Int??.some(nil), "b": nil], json: false)
    struct Holder: Codable, Equatable {
      var one: Int??
      var two: String???
    }
    try check(Holder(one: .some(nil), two: .some(.some(nil))), json: false)
    try check(Holder(one: .some(1), two: .some(nil)), json: false)
    try check(Holder(), json: false)
    // Read as less, it is nil.
    let bytes = try WireEncoder().encode(Int??.some(nil))
    #expect(try WireDecoder().decode(Int?.self, from: bytes) == nil)
  }

  /// A container that a value kept is its own: the next value of the type gets another.
  @Test func keptContainersStayAsTheyAre() throws {
    final class Kept {
      nonisolated(unsafe) static var containers: [KeyedDecodingContainer<Name>] = []
    }
    struct Keeping: Codable {
      var x: Int
      init(x: Int) { self.x = x }
      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        x = try container.decode(Int.self, forKey: Name("x"))
        if x % 2 == 0 { Kept.containers.append(container) }
      }
    }
    let values = try WireDecoder().decode(
      [Keeping].self, from: WireEncoder().encode((0..<10).map { Keeping(x: $0) }))
    #expect(values.map(\.x) == Array(0..<10))
    // The bytes are there as long as they are needed.
    #expect(
      try Kept.containers.map { try $0.decode(Int.self, forKey: Name("x")) } == [0, 2, 4, 6, 8])
    Kept.containers = []
  }

  @Test func handWrittenCoding() throws {
    try check(Interleaved(first: [1, 2, 3], second: ["a"], own: 9))
    try check(Interleaved(first: [1], second: ["a", "b", "c"], own: 9))
    try check(Mixed(numbers: [1, 2, 300], name: "n"))
    try check(Forwarding(Point(x: 1, y: 2)))
    try check(Forwarding([1, 2, 3]))
    try check(Forwarding(Forwarding(Shape.circle(radius: 2))))
    try check(Single(Single(Single([1, 2]))))
    try check(Single(Int?.none))
    try check(
      Anything.map([
        "a": .list([.null, .bool(true), .int(1), .double(1.5), .string("s"), .list([])]),
        "b": .map([:]),
      ]))
  }

  @Test func recursiveValues() throws {
    try check(
      Tree(value: 1, children: [Tree(value: 2), Tree(value: 3, children: [Tree(value: 4)])]))
    let chain = try WireEncoder().encode(Chain.of(length: 100))
    #expect(try WireDecoder().decode(Chain.self, from: chain).length == 100)
  }

  @Test func classesWithSuperclasses() throws {
    let dog = try WireDecoder().decode(
      [Dog].self, from: WireEncoder().encode([Dog(name: "Rex", age: 3)]))
    #expect(dog[0].name == "Rex" && dog[0].age == 3)
    let cat = try WireDecoder().decode(
      Cat.self, from: WireEncoder().encode(Cat(name: "Tom", lives: 9)))
    #expect(cat.name == "Tom" && cat.lives == 9)
  }

  @Test func numbersCrossTypesAsInJSON() throws {
    #expect(try WireDecoder().decode(Double.self, from: WireEncoder().encode(5)) == 5)
    #expect(try WireDecoder().decode(Double.self, from: WireEncoder().encode(-5)) == -5)
    #expect(try WireDecoder().decode(Float.self, from: WireEncoder().encode(-129)) == -129)
    #expect(try WireDecoder().decode(Int.self, from: WireEncoder().encode(5.0)) == 5)
    #expect(try WireDecoder().decode(Int8.self, from: WireEncoder().encode(UInt128(7))) == 7)
    #expect(try WireDecoder().decode(Double.self, from: WireEncoder().encode(Float(0.5))) == 0.5)
    #expect(try WireDecoder().decode(Float.self, from: WireEncoder().encode(0.5)) == 0.5)
    for integer in [Int.min, .max, -2, 1 << 53 + 1] {
      #expect(
        try WireDecoder().decode(Double.self, from: WireEncoder().encode(integer))
          == Double(integer))
    }
  }

  @Test func userInfoArrives() throws {
    struct Scaled: Codable, Equatable {
      static let factor = CodingUserInfoKey(rawValue: "factor")
      var value: Int
      init(value: Int) { self.value = value }
      init(from decoder: any Decoder) throws {
        let factor = Self.factor.flatMap { decoder.userInfo[$0] as? Int } ?? 1
        value = try decoder.singleValueContainer().decode(Int.self) / factor
      }
      func encode(to encoder: any Encoder) throws {
        let factor = Self.factor.flatMap { encoder.userInfo[$0] as? Int } ?? 1
        var container = encoder.singleValueContainer()
        try container.encode(value * factor)
      }
    }
    let key = try #require(Scaled.factor)
    var encoder = WireEncoder()
    encoder.userInfo[key] = 10
    let bytes = try encoder.encode([Scaled(value: 7)])
    #expect(try WireDecoder().decode([Int].self, from: bytes) == [70])
    var decoder = WireDecoder()
    decoder.userInfo[key] = 10
    #expect(try decoder.decode([Scaled].self, from: bytes) == [Scaled(value: 7)])
  }

  @Test func longContainers() throws {
    // The format of containers above 4 GiB, tried with small ones.
    var encoder = WireEncoder()
    encoder.longestShortContainer = 3
    let shape = Shape.group([.circle(radius: 1), .nothing, .rectangle(1, 2)])
    #expect(try WireDecoder().decode(Shape.self, from: encoder.encode(shape)) == shape)
    let mixed = Mixed(numbers: Array(0..<50), name: "n")
    #expect(try WireDecoder().decode(Mixed.self, from: encoder.encode(mixed)) == mixed)
    let list = [[1, 2, 3], []]
    #expect(try WireDecoder().decode([[Int]].self, from: encoder.encode(list)) == list)
  }
}
