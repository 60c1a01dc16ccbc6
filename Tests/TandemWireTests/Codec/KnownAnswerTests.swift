import Foundation
import Testing

@testable import TandemWire

/// The format, byte by byte: whoever changes one of these changes `WireFormat.version` as well.
@Suite("The format does not drift")
struct KnownAnswerTests {
  private func bytes(_ value: some Encodable) throws -> String {
    try WireEncoder().encode(value).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count < 2 ? "0" + digits : digits
    }.joined(separator: " ")
  }

  @Test func version() {
    #expect(WireFormat.version == 2)
    #expect(WireFormat.maximumDepth == 20_000)
  }

  @Test func primitives() throws {
    #expect(try bytes(Int?.none) == "20 00")
    #expect(try bytes(false) == "20 01")
    #expect(try bytes(true) == "20 02")
    #expect(try bytes(0) == "20 80")
    #expect(try bytes(127) == "20 ff")
    #expect(try bytes(128) == "20 03 80 01")
    #expect(try bytes(UInt8(255)) == "20 03 ff 01")
    #expect(try bytes(Int16(-1)) == "20 04 00")
    #expect(try bytes(-300) == "20 04 ab 02")
    #expect(try bytes(Int128.max) == "20 03" + String(repeating: " ff", count: 18) + " 01")
    #expect(try bytes(Float(1)) == "20 05 00 00 80 3f")
    #expect(try bytes(-2.0) == "20 06 00 00 00 00 00 00 00 c0")
    #expect(try bytes("é") == "20 07 02 c3 a9")
  }

  @Test func containers() throws {
    #expect(try bytes(Empty()) == "20 08 00 00 00 00")
    #expect(try bytes([Int]()) == "20 09 00 00 00 00")
    #expect(try bytes([true, false]) == "20 09 02 00 00 00 02 01")
    #expect(try bytes([1, nil] as [Int?]) == "20 09 02 00 00 00 81 00")
    // A run of two UInt16 in a container of seven bytes.
    #expect(try bytes([UInt16(1), 0x203]) == "20 09 07 00 00 00 0c 07 02 01 00 03 02")
    // Two entries; then the table's new names, "x" and "y", five bytes of them.
    #expect(
      try bytes(Point(x: 5, y: 1))
        == "21 08 0c 00 00 00 01 85 02 06 00 00 00 00 00 00 f0 3f 02 01 78 01 79 05 00 00 00")
    // The names are sent once: the second element refers to them.
    #expect(
      try bytes([Fields(["k": 1]), Fields(["k": 2])])
        == "21 09 0e 00 00 00 08 02 00 00 00 01 81 08 02 00 00 00 01 82 01 01 6b 03 00 00 00")
    // The keys are the enum's case.
    #expect(try bytes(Shape.nothing).hasPrefix("21 08 06 00 00 00 01 08 00 00 00 00"))
  }

  @Test func longContainer() throws {
    var encoder = WireEncoder()
    encoder.longestShortContainer = 1
    #expect(
      try encoder.encode([true, false])
        == [0x20, 0x0B, 2, 0, 0, 0, 0, 0, 0, 0, 2, 1])
  }

  @Test func knownTypes() throws {
    // A dictionary's keys are in full, those of integers as text.
    #expect(try bytes(["k": 1]) == "20 08 04 00 00 00 00 01 6b 81")
    #expect(try bytes([-12: 1]) == "20 08 06 00 00 00 00 03 2d 31 32 81")
    // One run of two vectors of two floats.
    #expect(
      try bytes([SIMD2<Float>(1, 0), SIMD2(0, 1)])
        == "20 09 14 00 00 00 0d 0b 02 02 00 00 80 3f 00 00 00 00 00 00 00 00 00 00 80 3f")
    #expect(try bytes(Data([1, 2])) == "20 09 05 00 00 00 0c 06 02 01 02")
    #expect(
      try bytes(Date(timeIntervalSinceReferenceDate: 1)) == "20 06 00 00 00 00 00 00 f0 3f")
    let uuid = try #require(UUID(uuidString: "00112233-4455-6677-8899-AABBCCDDEEFF"))
    let raw = "00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff"
    #expect(try bytes(uuid) == "20 0f " + raw)
    #expect(try bytes([uuid]) == "20 09 13 00 00 00 0c 0d 01 " + raw)
    // A nil inside of one optional.
    #expect(try bytes(Int??.some(nil)) == "20 0e 01")
    #expect(try bytes(Int??.none) == "20 00")
  }

  @Test func elementKinds() {
    #expect(
      ElementKind.allCases.map(\.rawValue) == Array(1...13)
        && ElementKind.allCases.map(\.width) == [1, 2, 4, 8, 16, 1, 2, 4, 8, 16, 4, 8, 16])
  }

  @Test func frame() {
    #expect(
      Frame(kind: .result, id: 0x0102_0304, payload: [9, 8]).encoded()
        == [0xA1, 2, 0, 0, 4, 3, 2, 1, 2, 0, 0, 0, 0, 0, 0, 0, 9, 8])
    // Kinds are added at the end.
    #expect(Frame.Kind.allCases.map(\.rawValue).starts(with: [1, 2, 3, 4]))
  }
}
