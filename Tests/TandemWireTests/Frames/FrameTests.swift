import Testing

@testable import TandemWire

@Suite("Frames come out whole")
struct FrameTests {
  private let frames = [
    Frame(kind: .task, id: 1, payload: [1, 2, 3]),
    Frame(kind: .result, id: .max, payload: []),
    Frame(kind: .failure, id: 0, payload: [UInt8](repeating: 7, count: 300)),
    Frame(kind: .task, id: 2, payload: [Frame.magic]),
  ]

  private func drain(_ reader: inout FrameReader) throws -> [Frame] {
    var found: [Frame] = []
    while let frame = try reader.next() { found.append(frame) }
    return found
  }

  @Test func cutAtEveryByte() throws {
    let stream = frames.flatMap { $0.encoded() }
    for cut in 0...stream.count {
      var reader = FrameReader()
      reader.push(stream[..<cut])
      var found = try drain(&reader)
      #expect(found.count == [19, 35, 351, 368].count { $0 <= cut })
      reader.push(stream[cut...])
      found += try drain(&reader)
      #expect(found == frames)
    }
  }

  @Test func byteByByteAndAllAtOnce() throws {
    let stream = frames.flatMap { $0.encoded() }
    var slow = FrameReader()
    var found: [Frame] = []
    for byte in stream {
      slow.push(CollectionOfOne(byte))
      found += try drain(&slow)
    }
    #expect(found == frames)
    var fast = FrameReader()
    for _ in 0..<100 { fast.push(stream) }
    // Frames may be taken while more are pushed.
    for _ in 0..<200 { #expect(try fast.next() != nil) }
    fast.push(stream)
    #expect(try drain(&fast).count == 204)
    #expect(try fast.next() == nil)
  }

  @Test func aPayloadWrittenInPlace() throws {
    var bytes: [UInt8] = [0xEE]
    try Frame.append(kind: .task, id: 5, to: &bytes) { bytes in
      try WireEncoder().append([1, 2, 3], to: &bytes)
    }
    var reader = FrameReader()
    reader.push(bytes[1...])
    let frame = try #require(try reader.next())
    #expect(frame.kind == .task && frame.id == 5)
    #expect(try WireDecoder().decode([Int].self, from: frame.payload) == [1, 2, 3])
    struct Broken: Error {}
    let before = bytes
    #expect(throws: Broken.self) {
      try Frame.append(kind: .task, id: 5, to: &bytes) { bytes throws(Broken) in
        bytes.append(1)
        throw Broken()
      }
    }
    #expect(bytes == before)
  }

  @Test func wrongHeaders() throws {
    let good = frames[0].encoded()
    func error(_ change: (inout [UInt8]) -> Void) throws -> FrameError? {
      var bad = good
      change(&bad)
      var reader = FrameReader()
      reader.push(good + bad + good)
      // What came before is still whole.
      #expect(try reader.next() == frames[0])
      let first = try #require(#expect(throws: FrameError.self) { try reader.next() })
      // Nothing that comes later can be trusted.
      reader.push(good)
      #expect(throws: first) { try reader.next() }
      return first
    }
    #expect(try error { $0[0] = 0xA2 } == .notAFrame(0xA2))
    #expect(try error { $0[1] = 0 } == .unknownKind(0))
    #expect(try error { $0[1] = 200 } == .unknownKind(200))
    #expect(try error { $0[3] = 1 } == .unknownFlags(256))
    #expect(
      try error { $0[15] = 0x80 }
        == .payloadTooLarge(size: 1 << 63 + 3, limit: FrameReader.defaultPayloadLimit))
  }

  @Test func theLimitIsTheLargestPayload() throws {
    let fits = Frame(kind: .task, id: 1, payload: [UInt8](repeating: 1, count: 100))
    let tooLarge = Frame(kind: .task, id: 2, payload: [UInt8](repeating: 1, count: 101))
    var reader = FrameReader(payloadLimit: 100)
    reader.push(fits.encoded() + tooLarge.encoded())
    #expect(try reader.next() == fits)
    #expect(throws: FrameError.payloadTooLarge(size: 101, limit: 100)) { try reader.next() }
    reader = FrameReader()
    #expect(reader.payloadLimit == 512 << 20)
    // The default limit itself is accepted, one byte more is not.
    var header: [UInt8] = []
    Frame.appendHeader(kind: .task, id: 1, payloadSize: 512 << 20, to: &header)
    reader.push(header)
    #expect(try reader.next() == nil)
    var beyond: [UInt8] = []
    Frame.appendHeader(kind: .task, id: 1, payloadSize: 512 << 20 + 1, to: &beyond)
    reader = FrameReader()
    reader.push(beyond)
    #expect(throws: FrameError.self) { try reader.next() }
  }
}
