internal import TandemSystem

/// A task record as bytes, written out by hand.
///
/// `Codable` would make the runtime of each new process put together a dozen generic types before it
/// comes to the task: more work than a fork. Integers are 64 bits, little-endian; strings and lists have
/// their length in front. Reading is total.
extension TaskRecord {
  /// The bytes.
  func encoded() -> [UInt8] {
    var writer = RecordWriter()
    switch work {
    case .task(let type):
      writer.number(0)
      writer.type(type)
    case .closure(let code, let input, let output):
      writer.number(1)
      writer.reference(code)
      writer.type(input)
      writer.type(output)
    case .asyncClosure(let code, let input, let output):
      writer.number(2)
      writer.reference(code)
      writer.type(input)
      writer.type(output)
    }
    writer.bytes.append(contentsOf: input)
    return writer.bytes
  }

  /// Reads the bytes.
  ///
  /// - Throws: `decodingFailed`.
  init(decoding bytes: [UInt8]) throws(PoolError) {
    var reader = RecordReader(bytes: bytes)
    switch try reader.number() {
    case 0: work = .task(try reader.type())
    case 1:
      work = .closure(
        try reader.reference(), input: try reader.type(), output: try reader.type())
    case 2:
      work = .asyncClosure(
        try reader.reference(), input: try reader.type(), output: try reader.type())
    default: throw reader.error
    }
    input = Array(bytes[reader.position...])
  }
}

private struct RecordWriter {
  var bytes: [UInt8] = []

  mutating func number(_ value: UInt64) {
    for shift in stride(from: 0, to: UInt64(64), by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  mutating func string(_ value: String) {
    number(UInt64(value.utf8.count))
    bytes.append(contentsOf: value.utf8)
  }

  mutating func reference(_ value: CodeReference) {
    string(value.image)
    number(value.offset)
    string(value.identity?.device ?? "")
    number(value.identity?.inode ?? 0)
  }

  mutating func type(_ value: ConformingType) {
    type(value.type)
    number(UInt64(value.witnesses.count))
    for witness in value.witnesses { reference(witness) }
  }

  private mutating func type(_ value: TypeReference) {
    switch value {
    case .descriptor(let place):
      number(0)
      reference(place)
    case .mangledName(let name):
      number(1)
      string(name)
    case .optional(let wrapped):
      number(2)
      type(wrapped)
    case .array(let element):
      number(3)
      type(element)
    case .set(let element):
      number(4)
      type(element)
    case .dictionary(let key, let value):
      number(5)
      type(key)
      type(value)
    }
  }
}

private struct RecordReader {
  let bytes: [UInt8]
  var position = 0
  /// Deeper than any type that somebody writes.
  private var depth = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var error: PoolError { PoolError(.decodingFailed, "a task record is malformed") }

  mutating func number() throws(PoolError) -> UInt64 {
    guard bytes.count - position >= 8 else { throw error }
    var value: UInt64 = 0
    for index in 0..<8 { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
    position += 8
    return value
  }

  mutating func string() throws(PoolError) -> String {
    let length = try number()
    guard length <= UInt64(bytes.count - position) else { throw error }
    defer { position += Int(length) }
    return String(decoding: bytes[position..<position + Int(length)], as: UTF8.self)
  }

  mutating func reference() throws(PoolError) -> CodeReference {
    let image = try string()
    let offset = try number()
    let device = try string()
    let inode = try number()
    return CodeReference(
      image: image, offset: offset,
      identity: inode == 0 ? nil : MappedFile.Identity(device: device, inode: inode))
  }

  mutating func type() throws(PoolError) -> ConformingType {
    let type: TypeReference = try type()
    var witnesses: [CodeReference] = []
    for _ in 0..<min(try number(), 8) { witnesses.append(try reference()) }
    return ConformingType(type: type, witnesses: witnesses)
  }

  private mutating func type() throws(PoolError) -> TypeReference {
    depth += 1
    defer { depth -= 1 }
    guard depth < 64 else { throw error }
    return switch try number() {
    case 0: .descriptor(try reference())
    case 1: .mangledName(try string())
    case 2: .optional(try type())
    case 3: .array(try type())
    case 4: .set(try type())
    case 5: .dictionary(try type(), try type())
    default: throw error
    }
  }
}
