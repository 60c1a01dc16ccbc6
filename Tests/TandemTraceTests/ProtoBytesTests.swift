import Testing

@testable import TandemTrace

/// Protocol Buffers are written as their page on encoding says.
struct ProtoBytesTests {
  @Test func theExamplesOfThePageOnEncoding() {
    // https://protobuf.dev/programming-guides/encoding/
    var bytes = ProtoBytes()
    bytes.field(1, 150)
    #expect(bytes.take() == [0x08, 0x96, 0x01])
    bytes.field(2, text: "testing")
    #expect(bytes.take() == [0x12, 0x07] + Array("testing".utf8))
    bytes.message(3) { $0.field(1, 150) }
    #expect(bytes.take() == [0x1A, 0x03, 0x08, 0x96, 0x01])
    bytes.packed(6, [3, 270, 86_942])
    #expect(bytes.take() == [0x32, 0x06, 0x03, 0x8E, 0x02, 0x9E, 0xA7, 0x05])
    bytes.field(1, -2)
    #expect(bytes.take() == [0x08, 0xFE] + [UInt8](repeating: 0xFF, count: 8) + [0x01])
    #expect(bytes.bytes.isEmpty)
  }

  @Test(arguments: [0, 1, 127, 128, 129, 16_383, 16_384, 70_000, 2_097_151, 2_097_152])
  func messagesOfAnyLength(length: Int) throws {
    var bytes = ProtoBytes()
    bytes.field(9, 7)
    let body = [UInt8](repeating: 1, count: length)
    bytes.message(1) { inner in
      for byte in body { inner.varint(UInt64(byte)) }
    }
    bytes.field(10, 8)
    let message = try ProtoMessage(bytes.bytes)
    #expect(message.fields.map(\.number) == [9, 1, 10])
    #expect(message[1] == [.bytes(body)])
  }

  @Test(arguments: [0, 127, 128, UInt64(UInt32.max), .max])
  func numbersComeBack(number: UInt64) throws {
    var bytes = ProtoBytes()
    bytes.field(5, number)
    #expect(try ProtoMessage(bytes.bytes).numbers(5) == [number])
  }

  @Test func fractionsComeBack() throws {
    var bytes = ProtoBytes()
    bytes.field(44, double: 1.5)
    #expect(try ProtoMessage(bytes.bytes)[44] == [.bits(1.5.bitPattern)])
  }
}
