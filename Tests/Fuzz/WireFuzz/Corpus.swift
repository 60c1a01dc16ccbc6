import Foundation
import TandemWire

// Types of the shapes that users' types have, and good messages of them.

struct Point: Codable {
  var x: Int
  var y: Double
}

struct Wide: Codable {
  var bool = true
  var i8 = Int8.min
  var i16 = Int16.min
  var i32 = Int32.min
  var i64 = Int64.min
  var i128 = Int128.min
  var u8 = UInt8.max
  var u16 = UInt16.max
  var u32 = UInt32.max
  var u64 = UInt64.max
  var u128 = UInt128.max
  var float = Float(0.1)
  var double = 0.1
  var string = "żółć 👩‍👩‍👧‍👦 \u{0} \"\\/"
}

struct Optionals: Codable {
  var some: Int?
  var none: Int?
  var text: String?
  var list: [Int?] = [1, nil, 3]
  var point: Point?
}

enum Shape: Codable {
  case nothing
  case circle(radius: Double)
  case rectangle(Double, Double)
  case labelled(name: String, Point?)
  indirect case group([Shape])
}

struct Tree: Codable {
  var value: Int
  var children: [Tree] = []
}

struct Stamped: Codable {
  var id: UUID
  var at: Date
  var data = Data([1, 2, 3])
  var inner: Int?? = .some(nil)
}

struct Many: Codable {
  var a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8, i = 9, j = 10
  var none1: Int?, none2: String?
  var k = "k", l = [1.5], m: [String: Int] = ["x": 1]
}

/// A key with any name.
struct Name: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

/// Takes everything apart, in ways that no synthesised code does.
struct Explorer: Decodable {
  init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: Name.self) {
      let keys = container.allKeys
      precondition(Set(keys.map(\.stringValue)).count == keys.count, "a key is there twice")
      for key in keys.reversed() {
        precondition(container.contains(key), "a key is not there")
        _ = try? container.decodeNil(forKey: key)
        _ = try? container.decode(Explorer.self, forKey: key)
        var nested = try? container.nestedUnkeyedContainer(forKey: key)
        _ = try? nested?.decode(Int.self)
      }
      _ = try? Point(from: container.superDecoder())
    } else if var container = try? decoder.unkeyedContainer() {
      var elements = 0
      while !container.isAtEnd {
        let index = container.currentIndex
        precondition(index == elements && index < container.count ?? .max, "elements are lost")
        elements += 1
        if (try? container.decodeNil()) == true { continue }
        if (try? container.decode(Explorer.self)) != nil { continue }
        if let nested = try? container.nestedContainer(keyedBy: Name.self) {
          _ = nested.allKeys
          continue
        }
        precondition(container.currentIndex == index, "an error moved on")
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

/// What is mutated.
enum Corpus {
  /// Messages of one value each.
  ///
  /// - Throws: nothing that is expected.
  static func messages() throws -> [[UInt8]] {
    let encoder = WireEncoder()
    var deep = Tree(value: 0)
    for value in 1..<40 { deep = Tree(value: value, children: [deep]) }
    return [
      try encoder.encode(Wide()),
      try encoder.encode(Optionals(some: 1, text: "t", point: Point(x: 1, y: 2))),
      try encoder.encode(Shape.group([.circle(radius: 1), .labelled(name: "n", nil), .nothing])),
      try encoder.encode(Shape.rectangle(1, .nan)),
      try encoder.encode(Tree(value: 1, children: [Tree(value: 300), Tree(value: -3)])),
      try encoder.encode(deep),
      try encoder.encode(Many()),
      try encoder.encode([Many(), Many()]),
      try encoder.encode([[1, 2, 3], [], [4]]),
      try encoder.encode((0..<100).map { Int32($0) }),
      try encoder.encode((0..<20).map { UInt128($0) << 100 }),
      try encoder.encode([1.5, 2.5]),
      try encoder.encode([UInt8](repeating: 9, count: 300)),
      try encoder.encode([true, false]),
      try encoder.encode([nil, 1, nil, 2]),
      try encoder.encode(["a", "ü", ""]),
      try encoder.encode(["a": [1], "b": [], "ü": [300]]),
      try encoder.encode([1: "a", 2: "b"]),
      try encoder.encode(Dictionary(uniqueKeysWithValues: (0..<30).map { ("k\($0)", $0) })),
      try encoder.encode([SIMD3<Float>(1, 2, 3), SIMD3(4, 5, 6)]),
      try encoder.encode((0..<5).map { SIMD16<UInt8>(repeating: $0) }),
      try encoder.encode(Data(repeating: 5, count: 100)),
      try encoder.encode([Data([1]), Data()]),
      try encoder.encode([Date(timeIntervalSinceReferenceDate: 1), .distantPast]),
      try encoder.encode([UUID(), UUID()]),
      try encoder.encode(Stamped(id: UUID(), at: Date(timeIntervalSinceReferenceDate: 2))),
      try encoder.encode([Int.min: "a", 5: "b"]),
      try encoder.encode(["x": [1: 1.5], "y": [:]]),
      try encoder.encode([Int???.some(.some(nil)), .some(nil), 3]),
      try encoder.encode(UInt128.max),
      try encoder.encode(Int.min),
      try encoder.encode("text"),
    ]
  }
}
