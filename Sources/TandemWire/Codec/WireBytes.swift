/// The bytes of a message, and how they are read.
///
/// Every read is checked against a limit: the end of the container that the value stands in, or of
/// the message.
struct WireBytes {
  private let bytes: ArraySlice<UInt8>
  /// Where the value ends: before the new keys, if there are any.
  private(set) var limit: Int
  /// The names that entries may refer to; nil if there are none.
  private(set) var keys: DecodingKeyTable?

  /// The bytes of a whole message.
  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    limit = bytes.endIndex
  }

  // MARK: The message

  /// Checks the head of the message and takes its new keys.
  ///
  /// - Parameter table: the names received before, or nil if the message stands alone.
  /// - Returns: where the value begins.
  /// - Throws: what is wrong.
  mutating func openMessage(keys table: DecodingKeyTable?) throws(WireError) -> Int {
    keys = table
    let start = bytes.startIndex
    guard start < limit else { throw .truncated(offset: 0) }
    let head = bytes[start]
    if head == WireFormat.head { return start + 1 }
    guard head == WireFormat.head | WireFormat.newKeysFlag else { throw .unsupportedFormat(head) }
    guard limit - start > 4 else { throw .truncated(offset: offset(limit)) }
    let length = Int(littleEndian(UInt32.self, at: limit - 4))
    guard length <= limit - start - 5 else { throw .truncated(offset: offset(limit)) }
    let end = limit - 4
    limit = end - length
    let names = table ?? DecodingKeyTable()
    keys = names
    var index = limit
    let count = try varint(UInt64.self, at: &index, limit: end)
    guard count <= UInt64(KeyTableLimit.names - min(names.count, KeyTableLimit.names)) else {
      throw .keyTableOverflow
    }
    for _ in 0..<Int(count) {
      let name = try name(at: &index, limit: end)
      guard name.utf8.count <= KeyTableLimit.nameLength else { throw .keyTableOverflow }
      names.append(name)
    }
    if index != end { throw .trailingBytes(end - index) }
    return start + 1
  }

  /// The position of an index, counted from the beginning of the message, for errors.
  func offset(_ index: Int) -> Int { index - bytes.startIndex }

  // MARK: Parts of values

  /// The byte at an index that is known to be below the limit.
  @inline(__always)
  func byte(at index: Int) -> UInt8 { bytes[index] }

  /// Reads a varint and moves the index behind it.
  @inline(__always)
  func varint<Value: FixedWidthInteger & UnsignedInteger>(
    _ type: Value.Type, at index: inout Int, limit: Int
  ) throws(WireError) -> Value {
    let start = index
    var value: Value = 0
    var shift = 0
    while index < limit {
      let byte = bytes[index]
      index += 1
      let bits = Value(truncatingIfNeeded: byte & 0x7F)
      let free = Value.bitWidth - shift
      if free < 7, free <= 0 || bits >> Value(truncatingIfNeeded: free) != 0 {
        throw .integerTooLong(offset: offset(start))
      }
      value |= bits &<< Value(truncatingIfNeeded: shift)
      if byte < 0x80 { return value }
      shift += 7
    }
    throw .truncated(offset: offset(start))
  }

  /// Reads a varint that counts bytes or elements, of which at least one byte each is there.
  func count(at index: inout Int, limit: Int) throws(WireError) -> Int {
    let start = index
    let count = try varint(UInt64.self, at: &index, limit: limit)
    guard count <= UInt64(limit - index) else { throw .truncated(offset: offset(start)) }
    return Int(count)
  }

  /// Reads UTF-8 with its length and moves the index behind it.
  func name(at index: inout Int, limit: Int) throws(WireError) -> String {
    let start = index
    let count = try count(at: &index, limit: limit)
    guard let string = String(validating: bytes[index..<(index + count)], as: UTF8.self) else {
      throw .invalidUTF8(offset: offset(start))
    }
    index += count
    return string
  }

  /// An integer, stored lowest byte first, at an index where all its bytes are there.
  @inline(__always)
  func littleEndian<Value: FixedWidthInteger>(_ type: Value.Type, at index: Int) -> Value {
    let part = bytes[index..<(index + Value.bitWidth / 8)]
    // SAFETY: the slice has as many bytes as the integer, and every bit pattern is an integer.
    return unsafe part.withUnsafeBytes { unsafe $0.loadUnaligned(as: Value.self) }.littleEndian
  }

  /// The elements of a run, at an index where all their bytes are there.
  func elements<Element: WireElement>(
    _ type: Element.Type, count: Int, at index: Int
  ) -> [Element] {
    let part = bytes[index..<(index + count * MemoryLayout<Element>.stride)]
    // SAFETY: the slice has `count` times the bytes of an element, which fill the new storage
    // exactly; every bit pattern is a value of a type of the closed list.
    return unsafe [Element](unsafeUninitializedCapacity: count) { storage, initialized in
      unsafe part.withUnsafeBytes {
        unsafe UnsafeMutableRawBufferPointer(storage).copyMemory(from: $0)
      }
      initialized = count
    }
  }

  // MARK: Extents

  /// The entries or elements of the container at an index: from where to where.
  func contents(ofContainerAt index: Int, long: Bool, limit: Int) throws(WireError) -> Range<Int> {
    let start = index + (long ? 9 : 5)
    guard start <= limit else { throw .truncated(offset: offset(index)) }
    let length =
      long
      ? littleEndian(UInt64.self, at: index + 1)
      : UInt64(littleEndian(UInt32.self, at: index + 1))
    guard length <= UInt64(limit - start) else { throw .truncated(offset: offset(index)) }
    return start..<(start + Int(length))
  }

  /// The run at an index.
  func run(at index: Int, limit: Int) throws(WireError) -> Run {
    guard limit - index >= 2, let kind = ElementKind(rawValue: bytes[index + 1]) else {
      throw .invalidRun(offset: offset(index))
    }
    var start = index + 2
    let count = try count(at: &start, limit: limit)
    guard count > 0 else { throw .invalidRun(offset: offset(index)) }
    guard count <= (limit - start) / kind.width else { throw .truncated(offset: offset(index)) }
    return Run(kind: kind, count: count, start: start)
  }

  /// Where the value at an index ends; what is inside it is not looked at.
  func end(ofValueAt index: Int, limit: Int) throws(WireError) -> Int {
    guard index < limit else { throw .truncated(offset: offset(index)) }
    let first = bytes[index]
    if first >= WireFormat.smallInteger { return index + 1 }
    guard let tag = Tag(rawValue: first) else {
      throw .unknownTag(first, offset: offset(index))
    }
    var end = index + 1
    switch tag {
    case .null, .true, .false: break
    case .integer, .negativeInteger: _ = try varint(UInt128.self, at: &end, limit: limit)
    case .float: end += 4
    case .double: end += 8
    case .string: end += try count(at: &end, limit: limit)
    case .keyed, .unkeyed:
      end = try contents(ofContainerAt: index, long: false, limit: limit).upperBound
    case .longKeyed, .longUnkeyed:
      end = try contents(ofContainerAt: index, long: true, limit: limit).upperBound
    case .run: throw .invalidRun(offset: offset(index))
    }
    guard end <= limit else { throw .truncated(offset: offset(index)) }
    return end
  }
}

/// A run of raw elements, all of whose bytes are there.
struct Run {
  /// The type of the elements.
  var kind: ElementKind
  /// How many.
  var count: Int
  /// Where the first begins.
  var start: Int

  /// Where the last ends.
  var end: Int { start + count * kind.width }
}

/// Where a value is: its extent has been checked.
struct Place {
  /// Where its tag is, or, in a run, its first byte; meaningless if it is missing.
  var offset: Int
  /// What it is made of.
  var source = Source.tagged

  /// What a value is made of.
  enum Source: Equatable {
    /// A tag and what follows it.
    case tagged
    /// One element of a run.
    case element(ElementKind)
    /// Nothing: it reads as nil.
    case missing
  }

  /// A value that isn't there, which reads as nil.
  static let missing = Place(offset: 0, source: .missing)
}
