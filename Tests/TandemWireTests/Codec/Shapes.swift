import Foundation

// Types of every shape that synthesised and hand-written `Codable` takes.

struct Point: Codable, Hashable {
  var x: Int
  var y: Double
}

struct Empty: Codable, Hashable {}

struct Wide: Codable, Hashable {
  var bool = true
  var i8 = Int8.min
  var i16 = Int16.min
  var i32 = Int32.min
  var i64 = Int64.min
  var int = Int.min
  var u8 = UInt8.max
  var u16 = UInt16.max
  var u32 = UInt32.max
  var u64 = UInt64.max
  var uint = UInt.max
  var float = Float(0.1)
  var double = 0.1
  var string = "żółć 👩‍👩‍👧‍👦 \u{0} \"\\/"
}

struct Optionals: Codable, Hashable {
  var some: Int?
  var none: Int?
  var text: String?
  var list: [Int?] = [1, nil, 3]
  var nested: Int??
  var point: Point?
}

enum Level: String, Codable, Hashable, CaseIterable { case low, high }

enum Shape: Codable, Hashable {
  case nothing
  case circle(radius: Double)
  case rectangle(Double, Double)
  case labelled(name: String, Point?)
  indirect case group([Shape])
}

indirect enum Expression: Codable, Hashable {
  case number(Int)
  case sum(Expression, Expression)
}

struct Tree: Codable, Hashable {
  var value: Int
  var children: [Tree] = []
}

final class Chain: Codable {
  var value: Int
  var next: Chain?

  init(value: Int, next: Chain? = nil) {
    self.value = value
    self.next = next
  }

  static func of(length: Int) -> Chain {
    var chain = Chain(value: 0)
    for value in 1..<max(length, 1) { chain = Chain(value: value, next: chain) }
    return chain
  }

  var length: Int {
    var count = 0
    var chain: Chain? = self
    while let next = chain {
      count += 1
      chain = next.next
    }
    return count
  }
}

/// Encodes its superclass with `superEncoder()`.
class Animal: Codable {
  var name: String
  init(name: String) { self.name = name }
}

final class Dog: Animal {
  var age: Int
  init(name: String, age: Int) {
    self.age = age
    super.init(name: name)
  }
  private enum CodingKeys: String, CodingKey { case age }
  required init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    age = try container.decode(Int.self, forKey: .age)
    try super.init(from: container.superDecoder())
  }
  override func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try super.encode(to: container.superEncoder())
    try container.encode(age, forKey: .age)
  }
}

/// Encodes its superclass into the same container.
final class Cat: Animal {
  var lives: Int
  init(name: String, lives: Int) {
    self.lives = lives
    super.init(name: name)
  }
  private enum CodingKeys: String, CodingKey { case lives }
  required init(from decoder: any Decoder) throws {
    lives = try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .lives)
    try super.init(from: decoder)
  }
  override func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(lives, forKey: .lives)
    try super.encode(to: encoder)
  }
}

/// Writes two nested containers and its own in turns, and reads them in another order.
struct Interleaved: Codable, Hashable {
  var first: [Int]
  var second: [String]
  var own: Int

  private enum Keys: String, CodingKey { case own, a, b, again }

  init(first: [Int], second: [String], own: Int) {
    self.first = first
    self.second = second
    self.own = own
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    let nested = try container.nestedContainer(keyedBy: Keys.self, forKey: .b)
    var b = try nested.nestedUnkeyedContainer(forKey: .a)
    var a = try container.nestedUnkeyedContainer(forKey: .a)
    (first, second) = ([], [])
    while !a.isAtEnd || !b.isAtEnd {
      if !b.isAtEnd { second.append(try b.decode(String.self)) }
      if !a.isAtEnd { first.append(try a.decode(Int.self)) }
    }
    own = try container.decode(Int.self, forKey: .own)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    var a = container.nestedUnkeyedContainer(forKey: .a)
    var b = container.nestedContainer(keyedBy: Keys.self, forKey: .b)
    var list = b.nestedUnkeyedContainer(forKey: .a)
    for index in 0..<max(first.count, second.count) {
      if index < first.count { try a.encode(first[index]) }
      if index < second.count { try list.encode(second[index]) }
      if index == 0 { try container.encode(own, forKey: .own) }
      // Asking for a nested container that there is already gives the same one.
      b = container.nestedContainer(keyedBy: Keys.self, forKey: .b)
      list = b.nestedUnkeyedContainer(forKey: .a)
    }
  }
}

/// An unkeyed container of everything that one can hold, nested parts written late.
struct Mixed: Codable, Hashable {
  var numbers: [Int]
  var name: String

  init(numbers: [Int], name: String) {
    self.numbers = numbers
    self.name = name
  }

  init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    name = try container.decode(String.self)
    var nested = try container.nestedUnkeyedContainer()
    numbers = []
    while !nested.isAtEnd { numbers.append(try nested.decode(Int.self)) }
    guard try container.decodeNil() else { throw CocoaError(.coderReadCorrupt) }
    let point = try Point(from: container.superDecoder())
    guard point == Point(x: 1, y: 2) else { throw CocoaError(.coderReadCorrupt) }
    let keyed = try container.nestedContainer(keyedBy: Name.self)
    guard try keyed.decode(String.self, forKey: Name("k")) == name else {
      throw CocoaError(.coderReadCorrupt)
    }
    guard container.isAtEnd, container.currentIndex == 5 else {
      throw CocoaError(.coderReadCorrupt)
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    try container.encode(name)
    var nested = container.nestedUnkeyedContainer()
    try container.encodeNil()
    let other = container.superEncoder()
    var keyed = container.nestedContainer(keyedBy: Name.self)
    try keyed.encode(name, forKey: Name("k"))
    try Point(x: 1, y: 2).encode(to: other)
    for number in numbers { try nested.encode(number) }
  }
}

/// A key with any name.
struct Name: CodingKey, Hashable {
  var stringValue: String
  var intValue: Int? { nil }
  init(_ name: String) { stringValue = name }
  init?(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { nil }
}

/// Properties with any names, each of which enters the table of names; a dictionary's keys do not.
struct Fields: Codable, Hashable {
  var entries: [String: Int]
  init(_ entries: [String: Int]) { self.entries = entries }
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    entries = [:]
    for key in container.allKeys {
      entries[key.stringValue] = try container.decode(Int.self, forKey: key)
    }
  }
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    for (name, value) in entries { try container.encode(value, forKey: Name(name)) }
  }
}

/// A wrapper that forwards its encoder, as property wrappers often do.
struct Forwarding<Value: Codable & Hashable>: Codable, Hashable {
  var value: Value
  init(_ value: Value) { self.value = value }
  init(from decoder: any Decoder) throws { value = try Value(from: decoder) }
  func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}

/// A wrapper that uses a single-value container.
struct Single<Value: Codable & Hashable>: Codable, Hashable {
  var value: Value
  init(_ value: Value) { self.value = value }
  init(from decoder: any Decoder) throws {
    value = try decoder.singleValueContainer().decode(Value.self)
  }
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }
}

/// Anything, told by trying one type after another.
indirect enum Anything: Codable, Hashable {
  case null
  case bool(Bool)
  case int(Int)
  case double(Double)
  case string(String)
  case list([Anything])
  case map([String: Anything])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int.self) {
      self = .int(value)
    } else if let value = try? container.decode(Double.self) {
      self = .double(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([Anything].self) {
      self = .list(value)
    } else {
      self = .map(try container.decode([String: Anything].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .int(let value): try container.encode(value)
    case .double(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .list(let value): try container.encode(value)
    case .map(let value): try container.encode(value)
    }
  }
}

/// A struct with more properties than a small container has entries.
struct Many: Codable, Hashable {
  var a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8, i = 9, j = 10
  var none1: Int?, none2: String?
  var k = "k", l = [1.5], m: [String: Int] = ["x": 1]
}
