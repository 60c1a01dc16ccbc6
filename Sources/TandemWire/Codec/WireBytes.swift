/// The bytes of a message, and how they are read.
///
/// Every read is checked against a limit: the end of the container that the value stands in, or of
/// the message. Beyond that, none touches what is outside of the message: that would be a trap.
@safe struct WireBytes {
  /// Lent, as `init` says.
  private let base: UnsafeRawPointer
  /// How many bytes there are altogether.
  private let count: Int
  /// Where the value ends: before the new keys, if there are any.
  private(set) var limit: Int

  /// The bytes of a whole message.
  ///
  /// - Parameter bytes: they must outlive this, and must not change.
  @unsafe init(_ bytes: UnsafeRawBufferPointer) {
    // SAFETY: without bytes there is nothing to be read, wherever it is.
    unsafe base = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
    count = bytes.count
    limit = bytes.count
  }

  // MARK: The message

  /// Checks the head of the message and takes its new keys.
  ///
  /// - Parameter table: the names received before, or nil if the message stands alone.
  /// - Returns: where the value begins, and the names that entries may refer to.
  /// - Throws: what is wrong.
  mutating func openMessage(
    keys table: DecodingKeyTable?
  ) throws(WireError) -> (start: Int, keys: DecodingKeyTable?) {
    guard limit > 0 else { throw .truncated(offset: 0) }
    let head = byte(at: 0)
    if head == WireFormat.head { return (1, table) }
    guard head == WireFormat.head | WireFormat.newKeysFlag else { throw .unsupportedFormat(head) }
    guard limit > 4 else { throw .truncated(offset: limit) }
    let length = Int(littleEndian(UInt32.self, at: limit - 4))
    guard length <= limit - 5 else { throw .truncated(offset: limit) }
    let end = limit - 4
    limit = end - length
    let names = table ?? DecodingKeyTable()
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
    return (1, names)
  }

  // MARK: Parts of values

  /// The byte at an index that is known to be below the limit.
  @inline(__always)
  func byte(at index: Int) -> UInt8 {
    precondition(index >= 0 && index < count)
    // SAFETY: the byte is there, as was just found.
    return unsafe base.load(fromByteOffset: index, as: UInt8.self)
  }

  /// Lends bytes that are known to be there.
  @inline(__always)
  func with<Result>(
    _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    // SAFETY: the bytes are there, as was just found.
    return unsafe body(
      UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
  }

  /// Reads a varint and moves the index behind it.
  @inline(__always)
  func varint<Value: FixedWidthInteger & UnsignedInteger>(
    _ type: Value.Type, at index: inout Int, limit: Int
  ) throws(WireError) -> Value {
    let start = index
    var value: Value = 0
    var shift = 0
    while index < limit {
      let byte = byte(at: index)
      index += 1
      let bits = Value(truncatingIfNeeded: byte & 0x7F)
      let free = Value.bitWidth - shift
      if free < 7, free <= 0 || bits >> Value(truncatingIfNeeded: free) != 0 {
        throw .integerTooLong(offset: start)
      }
      value |= bits &<< Value(truncatingIfNeeded: shift)
      if byte < 0x80 { return value }
      shift += 7
    }
    throw .truncated(offset: start)
  }

  /// Reads a varint that counts bytes or elements, of which at least one byte each is there.
  func count(at index: inout Int, limit: Int) throws(WireError) -> Int {
    let start = index
    let count = try varint(UInt64.self, at: &index, limit: limit)
    guard count <= UInt64(limit - index) else { throw .truncated(offset: start) }
    return Int(count)
  }

  /// Reads UTF-8 with its length and moves the index behind it.
  func name(at index: inout Int, limit: Int) throws(WireError) -> String {
    let count = try count(at: &index, limit: limit)
    defer { index += count }
    return try text(index..<(index + count))
  }

  /// Reads UTF-8.
  @inline(__always)
  func text(_ range: Range<Int>) throws(WireError) -> String {
    let string = unsafe with(range) {
      // SAFETY: bytes are what they are read as.
      unsafe String(validating: $0.assumingMemoryBound(to: UInt8.self), as: UTF8.self)
    }
    guard let string else { throw .invalidUTF8(offset: range.lowerBound) }
    return string
  }

  /// An integer, stored lowest byte first, at an index where all its bytes are there.
  @inline(__always)
  func littleEndian<Value: FixedWidthInteger>(_ type: Value.Type, at index: Int) -> Value {
    precondition(index >= 0 && index <= count - Value.bitWidth / 8)
    // SAFETY: as many bytes as the integer has are there, and every bit pattern is an integer.
    return unsafe base.loadUnaligned(fromByteOffset: index, as: Value.self).littleEndian
  }

  /// The elements of a run, at an index where all their bytes are there.
  func elements<Element: WireElement>(
    _ type: Element.Type, count: Int, at index: Int
  ) -> [Element] {
    unsafe with(index..<(index + count * MemoryLayout<Element>.stride)) { part in
      // SAFETY: there are `count` times the bytes of an element, which fill the new storage
      // exactly; every bit pattern is a value of a type of the closed list.
      unsafe [Element](unsafeUninitializedCapacity: count) { storage, initialized in
        unsafe UnsafeMutableRawBufferPointer(storage).copyMemory(from: part)
        initialized = count
      }
    }
  }

  // MARK: Extents

  /// The entries or elements of the container at an index: from where to where.
  func contents(ofContainerAt index: Int, long: Bool, limit: Int) throws(WireError) -> Range<Int> {
    let start = index + (long ? 9 : 5)
    guard start <= limit else { throw .truncated(offset: index) }
    let length =
      long
      ? littleEndian(UInt64.self, at: index + 1)
      : UInt64(littleEndian(UInt32.self, at: index + 1))
    guard length <= UInt64(limit - start) else { throw .truncated(offset: index) }
    return start..<(start + Int(length))
  }

  /// The run at an index.
  func run(at index: Int, limit: Int) throws(WireError) -> Run {
    guard limit - index >= 3, let kind = ElementKind(rawValue: byte(at: index + 1)) else {
      throw .invalidRun(offset: index)
    }
    var start = index + 2
    var element = RunElement(kind: kind)
    if byte(at: index) == Tag.vectors.rawValue {
      element.lanes = Int(byte(at: start))
      start += 1
      guard element.lanes > 0, kind != .uuid else { throw .invalidRun(offset: index) }
    }
    let count = try count(at: &start, limit: limit)
    guard count > 0 else { throw .invalidRun(offset: index) }
    guard count <= (limit - start) / element.width else { throw .truncated(offset: index) }
    return Run(element: element, count: count, start: start)
  }

  /// Whether a run is at an index that is known to be below the limit.
  @inline(__always)
  func isRun(at index: Int) -> Bool {
    byte(at: index) == Tag.run.rawValue || byte(at: index) == Tag.vectors.rawValue
  }

  /// Where the value at an index ends; what is inside it is not looked at.
  func end(ofValueAt index: Int, limit: Int) throws(WireError) -> Int {
    guard index < limit else { throw .truncated(offset: index) }
    let first = byte(at: index)
    if first >= WireFormat.smallInteger { return index + 1 }
    guard let tag = Tag(rawValue: first) else {
      throw .unknownTag(first, offset: index)
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
    case .innerNil: end += 1
    case .uuid: end += 16
    case .run, .vectors: throw .invalidRun(offset: index)
    }
    guard end <= limit else { throw .truncated(offset: index) }
    return end
  }
}

extension UnsafeRawBufferPointer {
  /// A value of a type of plain numbers, which has as many bytes.
  func value<Value>(_ type: Value.Type) -> Value {
    unsafe withUnsafeTemporaryAllocation(of: type, capacity: 1) { room in
      // SAFETY: the room is for one value, all of whose bytes are set; it needs no end.
      unsafe UnsafeMutableRawBufferPointer(room).copyMemory(from: self)
      return unsafe room[0]
    }
  }
}

/// A run of raw elements, all of whose bytes are there.
struct Run {
  /// What each element is.
  var element: RunElement
  /// How many.
  var count: Int
  /// Where the first begins.
  var start: Int

  /// Where the last ends.
  var end: Int { start + count * element.width }
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
    case element(RunElement)
    /// Nothing: it reads as nil.
    case missing
  }

  /// A value that isn't there, which reads as nil.
  static let missing = Place(offset: 0, source: .missing)
}
