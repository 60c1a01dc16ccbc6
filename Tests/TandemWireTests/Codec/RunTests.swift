import Foundation
import Testing

@testable import TandemWire

/// Arrays that are copied whole have to mean what element by element they would.
@Suite("Arrays are copied whole, and mean the same")
struct RunTests {
  /// Encodes an array element by element.
  private struct OneByOne<Element: Codable>: Codable {
    var elements: [Element]
    init(elements: [Element]) { self.elements = elements }
    init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      elements = []
      while !container.isAtEnd { elements.append(try container.decode(Element.self)) }
      #expect(container.count == elements.count)
    }
    func encode(to encoder: any Encoder) throws {
      var container = encoder.unkeyedContainer()
      for element in elements { try container.encode(element) }
    }
  }

  private struct Field<Element: Codable & Hashable>: Codable, Hashable {
    var list: [Element]
    var optional: [Element]?
  }

  private func check<Element: WireElement & Hashable>(_ elements: [Element]) throws {
    let whole = try WireEncoder().encode(elements)
    let single = try WireEncoder().encode(OneByOne(elements: elements))
    let decoder = WireDecoder()
    #expect(try decoder.decode([Element].self, from: whole) == elements)
    #expect(try decoder.decode([Element].self, from: single) == elements)
    #expect(try decoder.decode(OneByOne<Element>.self, from: whole).elements == elements)
    #expect(try decoder.decode(OneByOne<Element>.self, from: single).elements == elements)
    #expect(try decoder.decode(Set<Element>.self, from: whole) == Set(elements))
    let field = Field(list: elements, optional: elements)
    #expect(try decoder.decode(Field<Element>.self, from: WireEncoder().encode(field)) == field)
    let nested = [elements, [], elements]
    #expect(try decoder.decode([[Element]].self, from: WireEncoder().encode(nested)) == nested)
    if !elements.isEmpty {
      // The head, the container's tag and length, the run's tag, kind and count, and the elements.
      let raw = elements.count * MemoryLayout<Element>.size
      let count = elements.count < 128 ? 1 : 2
      #expect(whole.count == 1 + 5 + 2 + count + raw)
      #expect(whole.count > 8 && whole[7] == Element.kind.rawValue)
    }
  }

  private func check<Element: WireElement & FixedWidthInteger>(integers: Element.Type) throws {
    try check([Element]())
    try check([Element.min])
    try check([Element.min, .max, 0, 1, 100])
    try check((0..<300).map { Element(truncatingIfNeeded: $0 &* 0x9E37_79B9_7F4A_7C15) })
  }

  @Test func everyTypeOfTheClosedList() throws {
    try check(integers: Int.self)
    try check(integers: Int8.self)
    try check(integers: Int16.self)
    try check(integers: Int32.self)
    try check(integers: Int64.self)
    try check(integers: Int128.self)
    try check(integers: UInt.self)
    try check(integers: UInt8.self)
    try check(integers: UInt16.self)
    try check(integers: UInt32.self)
    try check(integers: UInt64.self)
    try check(integers: UInt128.self)
    try check([Float](arrayLiteral: 0, -0, 1.5, .infinity, .leastNonzeroMagnitude))
    try check([0, -0.0, 1.5, .infinity, .greatestFiniteMagnitude])
  }

  @Test func bitPatternsAreKept() throws {
    let values = [Double.nan, .signalingNaN, -0.0]
    let back = try WireDecoder().decode([Double].self, from: WireEncoder().encode(values))
    #expect(back.map(\.bitPattern) == values.map(\.bitPattern))
  }

  @Test func aRunReadsAsAnotherType() throws {
    let bytes = try WireEncoder().encode([Int32(-1), 2, 300])
    #expect(try WireDecoder().decode([Int].self, from: bytes) == [-1, 2, 300])
    #expect(try WireDecoder().decode([Int128].self, from: bytes) == [-1, 2, 300])
    #expect(try WireDecoder().decode([Double].self, from: bytes) == [-1, 2, 300])
    #expect(
      try WireDecoder().decode([Single<Int>?].self, from: bytes).map(\.?.value) == [-1, 2, 300])
    let error = try #require(
      #expect(throws: DecodingError.self) {
        try WireDecoder().decode([Int8].self, from: bytes)
      })
    guard case .dataCorrupted(let context) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(context.codingPath.map(\.intValue) == [2])
    #expect(throws: DecodingError.self) { try WireDecoder().decode([UInt].self, from: bytes) }
    #expect(throws: DecodingError.self) { try WireDecoder().decode([Bool].self, from: bytes) }
    #expect(throws: DecodingError.self) { try WireDecoder().decode([String].self, from: bytes) }
  }

  /// A byte of 7 is neither a `Bool` nor a case: these are never raw.
  @Test func boolsAndEnumsAreCheckedOneByOne() throws {
    enum Byte: UInt8, Codable { case one = 1 }
    let bytes = try WireEncoder().encode([UInt8(1), 7])
    #expect(throws: DecodingError.self) { try WireDecoder().decode([Bool].self, from: bytes) }
    #expect(throws: DecodingError.self) { try WireDecoder().decode([Byte].self, from: bytes) }
    for array in [try WireEncoder().encode([true, true]), try WireEncoder().encode([Byte.one])] {
      #expect(!array.contains(Tag.run.rawValue))
    }
  }

  @Test func dataIsARun() throws {
    let data = Data((0..<1000).map { UInt8(truncatingIfNeeded: $0) })
    let bytes = try WireEncoder().encode(data)
    #expect(bytes.count == 1 + 5 + 4 + 1000)
    #expect(try WireDecoder().decode(Data.self, from: bytes) == data)
    #expect(try WireDecoder().decode([UInt8].self, from: bytes) == Array(data))
  }

  @Test func runsAndSingleElementsMix() throws {
    struct Pieces: Encodable {
      func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        try container.encode(1)
        try container.encode(contentsOf: [2, 3] as [UInt8])
        try container.encode(contentsOf: [] as [UInt8])
        try container.encode(contentsOf: AnySequence([UInt8(4), 5]))
        var nested = container.nestedUnkeyedContainer()
        try container.encode(contentsOf: [7] as [UInt8])
        try nested.encode(contentsOf: [6] as [UInt8])
        #expect(container.count == 7)
      }
    }
    struct Read: Decodable {
      init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        #expect(container.count == 7)
        for value in 1...5 {
          // Trying another type first takes nothing away.
          #expect(throws: DecodingError.self) { try container.decode(String.self) }
          #expect(try !container.decodeNil())
          #expect(try container.decode(Int.self) == value)
        }
        #expect(try container.decode([Int].self) == [6])
        #expect(try container.decode(UInt8.self) == 7)
        #expect(container.isAtEnd && container.currentIndex == 7)
        #expect(throws: DecodingError.self) { try container.decode(Int.self) }
        #expect(throws: DecodingError.self) { try container.decodeNil() }
      }
    }
    _ = try WireDecoder().decode(Read.self, from: WireEncoder().encode(Pieces()))
  }
}
