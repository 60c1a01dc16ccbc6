/// Why a value can't be read as a type; the coding path is added where it is known.
enum ReadFailure: Error {
  /// The bytes are wrong.
  case malformed(WireError)
  /// It is a value of another type, described in words.
  case mismatch(String)
  /// It is nil.
  case null
  /// It is a number that the type can't hold, here in digits.
  case unfit(String)
}

/// A number of any width.
private enum Number {
  /// An integer n >= 0.
  case natural(UInt128)
  /// An integer n < 0, as -1 - n.
  case negative(UInt128)
  case float(Float)
  case double(Double)

  init(_ value: some FixedWidthInteger) {
    self =
      value < 0
      ? .negative(UInt128(truncatingIfNeeded: ~value))
      : .natural(UInt128(truncatingIfNeeded: value))
  }

  var digits: String {
    switch self {
    case .natural(let value): "\(value)"
    case .negative(let value): value == .max ? "-2^128" : "-\(value + 1)"
    case .float(let value): "\(value)"
    case .double(let value): "\(value)"
    }
  }

  func integer<Value: FixedWidthInteger>() throws(ReadFailure) -> Value {
    let value: Value? =
      switch self {
      case .natural(let value): Value(exactly: value)
      case .negative(let value): Value.isSigned ? Value(exactly: value).map { ~$0 } : nil
      case .float(let value): Value(exactly: value)
      case .double(let value): Value(exactly: value)
      }
    guard let value else { throw .unfit(digits) }
    return value
  }

  func double() -> Double {
    switch self {
    case .natural(let value): Double(value)
    case .negative(let value): -1 - Double(value)
    case .float(let value): Double(value)
    case .double(let value): value
    }
  }

  func float() throws(ReadFailure) -> Float {
    let value: Float
    switch self {
    case .natural(let number): value = Float(number)
    case .negative(let number): value = -1 - Float(number)
    case .float(let number): return number
    case .double(let number):
      value = Float(number)
      if !number.isFinite { return value }
    }
    guard value.isFinite else { throw .unfit(digits) }
    return value
  }
}

extension WireBytes {
  /// Whether a value is nil.
  func isNull(_ place: Place) -> Bool {
    switch place.source {
    case .tagged:
      byte(at: place.offset) == Tag.null.rawValue || byte(at: place.offset) == Tag.innerNil.rawValue
    case .element: false
    case .missing: true
    }
  }

  /// What is wrong with a value of which another type was expected.
  func mismatch(_ place: Place) -> ReadFailure {
    switch place.source {
    case .missing: return .null
    case .element(let element):
      return .mismatch(
        element.lanes > 0 ? "a vector" : element.kind == .uuid ? "a string" : "a number")
    case .tagged: break
    }
    let first = byte(at: place.offset)
    if first >= WireFormat.smallInteger { return .mismatch("a number") }
    switch Tag(rawValue: first) {
    case .null, .innerNil: return .null
    case .true, .false: return .mismatch("a Boolean")
    case .integer, .negativeInteger, .float, .double: return .mismatch("a number")
    case .string, .uuid: return .mismatch("a string")
    case .keyed, .longKeyed: return .mismatch("a keyed container")
    case .unkeyed, .longUnkeyed: return .mismatch("an unkeyed container")
    case .run, .vectors: return .malformed(.invalidRun(offset: place.offset))
    case nil: return .malformed(.unknownTag(first, offset: place.offset))
    }
  }

  /// Reads any number.
  private func number(at place: Place) throws(ReadFailure) -> Number {
    let start = place.offset
    switch place.source {
    case .missing: throw .null
    case .element(let element):
      guard element.lanes == 0, let number = number(element.kind, at: start) else {
        throw mismatch(place)
      }
      return number
    case .tagged: break
    }
    let first = byte(at: start)
    if first >= WireFormat.smallInteger { return .natural(UInt128(first & 0x7F)) }
    var index = start + 1
    do throws(WireError) {
      switch Tag(rawValue: first) {
      case .integer: return .natural(try varint(UInt128.self, at: &index, limit: limit))
      case .negativeInteger: return .negative(try varint(UInt128.self, at: &index, limit: limit))
      case .float: return .float(Float(bitPattern: littleEndian(UInt32.self, at: index)))
      case .double: return .double(Double(bitPattern: littleEndian(UInt64.self, at: index)))
      default: break
      }
    } catch {
      throw .malformed(error)
    }
    throw mismatch(place)
  }

  /// Reads an element of a run.
  private func number(_ kind: ElementKind, at start: Int) -> Number? {
    switch kind {
    case .int8: Number(littleEndian(Int8.self, at: start))
    case .int16: Number(littleEndian(Int16.self, at: start))
    case .int32: Number(littleEndian(Int32.self, at: start))
    case .int64: Number(littleEndian(Int64.self, at: start))
    case .int128: Number(littleEndian(Int128.self, at: start))
    case .uint8: Number(littleEndian(UInt8.self, at: start))
    case .uint16: Number(littleEndian(UInt16.self, at: start))
    case .uint32: Number(littleEndian(UInt32.self, at: start))
    case .uint64: Number(littleEndian(UInt64.self, at: start))
    case .uint128: Number(littleEndian(UInt128.self, at: start))
    case .float: .float(Float(bitPattern: littleEndian(UInt32.self, at: start)))
    case .double: .double(Double(bitPattern: littleEndian(UInt64.self, at: start)))
    case .uuid: nil
    }
  }

  /// Reads an integer of any width.
  private func integer<Value: FixedWidthInteger>(at place: Place) throws(ReadFailure) -> Value {
    if place.source == .tagged {
      let first = byte(at: place.offset)
      // Every integer type holds 0...127.
      if first >= WireFormat.smallInteger { return Value(truncatingIfNeeded: first & 0x7F) }
    }
    return try number(at: place).integer()
  }

  /// Reads a Double.
  private func double(at place: Place) throws(ReadFailure) -> Double {
    if place.source == .tagged, byte(at: place.offset) == Tag.double.rawValue {
      return Double(bitPattern: littleEndian(UInt64.self, at: place.offset + 1))
    }
    return try number(at: place).double()
  }

  /// Reads a Boolean value.
  private func bool(at place: Place) throws(ReadFailure) -> Bool {
    if place.source == .tagged {
      if byte(at: place.offset) == Tag.true.rawValue { return true }
      if byte(at: place.offset) == Tag.false.rawValue { return false }
    }
    throw mismatch(place)
  }

  /// The text of the UUID at an index, as Foundation writes it.
  private func uuidText(at start: Int) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(36)
    for index in 0..<16 {
      if index == 4 || index == 6 || index == 8 || index == 10 { text.append(UInt8(ascii: "-")) }
      for digit in [byte(at: start + index) >> 4, byte(at: start + index) & 15] {
        text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") - 10 + digit)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads a string.
  private func string(at place: Place) throws(ReadFailure) -> String {
    if case .element(RunElement(kind: .uuid)) = place.source { return uuidText(at: place.offset) }
    guard place.source == .tagged else { throw mismatch(place) }
    if byte(at: place.offset) == Tag.uuid.rawValue { return uuidText(at: place.offset + 1) }
    guard byte(at: place.offset) == Tag.string.rawValue else { throw mismatch(place) }
    var index = place.offset + 1
    do {
      return try name(at: &index, limit: limit)
    } catch {
      throw .malformed(error)
    }
  }

  /// Whether a type is one that `Codable` calls primitive.
  ///
  /// The one list of these types on the decoding side; the other is `appendKnown`. Apart from `known`,
  /// because an optional of a type that is not known to the compiler costs more than reading it.
  ///
  /// - Parameter type: the type.
  /// - Returns: whether `known` reads it.
  @inline(__always)
  static func isKnown<Value>(_ type: Value.Type) -> Bool {
    switch MemoryLayout<Value>.size {
    case 8:
      type == Int.self || type == Double.self || type == Int64.self || type == UInt64.self
        || type == UInt.self
    case 16: type == String.self || type == Int128.self || type == UInt128.self
    case 1: type == Bool.self || type == UInt8.self || type == Int8.self
    case 4: type == Int32.self || type == UInt32.self || type == Float.self
    case 2: type == Int16.self || type == UInt16.self
    default: false
    }
  }

  /// Reads a value of a type that `isKnown`.
  ///
  /// - Parameters:
  ///   - type: the type.
  ///   - place: where the value is.
  /// - Returns: the value.
  /// - Throws: why it can't be read.
  @inline(__always)
  func known<Value>(_ type: Value.Type, at place: Place) throws(ReadFailure) -> Value {
    // SAFETY (all): the two types were just found to be the same type.
    if type == Int.self { return unsafe unsafeBitCast(try integer(at: place) as Int, to: type) }
    if type == Double.self { return unsafe unsafeBitCast(try double(at: place), to: type) }
    if type == String.self { return unsafe unsafeBitCast(try string(at: place), to: type) }
    if type == Bool.self { return unsafe unsafeBitCast(try bool(at: place), to: type) }
    if type == Int64.self { return unsafe unsafeBitCast(try integer(at: place) as Int64, to: type) }
    if type == UInt64.self {
      return unsafe unsafeBitCast(try integer(at: place) as UInt64, to: type)
    }
    if type == UInt.self { return unsafe unsafeBitCast(try integer(at: place) as UInt, to: type) }
    if type == Int32.self { return unsafe unsafeBitCast(try integer(at: place) as Int32, to: type) }
    if type == UInt32.self {
      return unsafe unsafeBitCast(try integer(at: place) as UInt32, to: type)
    }
    if type == Int16.self { return unsafe unsafeBitCast(try integer(at: place) as Int16, to: type) }
    if type == UInt16.self {
      return unsafe unsafeBitCast(try integer(at: place) as UInt16, to: type)
    }
    if type == UInt8.self { return unsafe unsafeBitCast(try integer(at: place) as UInt8, to: type) }
    if type == Int8.self { return unsafe unsafeBitCast(try integer(at: place) as Int8, to: type) }
    if type == Int128.self {
      return unsafe unsafeBitCast(try integer(at: place) as Int128, to: type)
    }
    if type == UInt128.self {
      return unsafe unsafeBitCast(try integer(at: place) as UInt128, to: type)
    }
    if type == Float.self { return unsafe unsafeBitCast(try number(at: place).float(), to: type) }
    preconditionFailure("\(type) is not a primitive type")
  }

  /// Reads a value of a type that has a shortcut to a run, and gives nil for anything else.
  ///
  /// - Parameters:
  ///   - type: the type.
  ///   - shortcut: its shortcut.
  ///   - place: where the value is.
  /// - Returns: the value.
  @inline(never)
  func whole<Value>(_ type: Value.Type, _ shortcut: TypeShortcut, at place: Place) -> Value? {
    switch shortcut.way {
    case .plain: return plain(type, shortcut.element.kind, at: place)
    case .run: return knownArray(type, at: place) ?? run(type, shortcut, at: place)
    case .data: return run(type, shortcut, at: place)
    case .nestedOptional:
      guard let depth = depthOfNil(at: place) else { return nil }
      return (type as? any OptionalOfAny.Type)?.withNil(at: depth, as: type)
    case .none, .array, .dictionary: return nil
    }
  }

  /// Reads a value that is one number, or a UUID.
  private func plain<Value>(_ type: Value.Type, _ kind: ElementKind, at place: Place) -> Value? {
    guard place.source == .tagged, byte(at: place.offset) == Tag.of(kind)?.rawValue else {
      return nil
    }
    let start = place.offset + 1
    return unsafe with(start..<(start + kind.width)) {
      // SAFETY: the type is as many bytes of plain numbers, of which every bit pattern is a value.
      unsafe $0.value(type)
    }
  }

  /// Reads bytes, or an array of plain numbers.
  private func run<Value>(_ type: Value.Type, _ shortcut: TypeShortcut, at place: Place) -> Value? {
    guard let contents = contents(ofArrayAt: place) else { return nil }
    if contents.isEmpty {
      // SAFETY: no bytes are as good as any.
      return unsafe shortcut.way == .data
        ? DataBytes.make(type, of: UnsafeRawBufferPointer(start: nil, count: 0)) : nil
    }
    guard isRun(at: contents.lowerBound),
      let run = try? run(at: contents.lowerBound, limit: contents.upperBound),
      run.element == shortcut.element, run.end == contents.upperBound
    else { return nil }
    return unsafe with(run.start..<run.end) { bytes in
      if shortcut.way == .data { return unsafe DataBytes.make(type, of: bytes) }
      guard let array = type as? any ArrayOfAny.Type else { return nil }
      return unsafe array.copying(bytes, as: type)
    }
  }

  /// The elements of the unkeyed container at a place; nil if there is none.
  func contents(ofArrayAt place: Place) -> Range<Int>? {
    guard place.source == .tagged else { return nil }
    let first = byte(at: place.offset)
    let long = first == Tag.longUnkeyed.rawValue
    guard long || first == Tag.unkeyed.rawValue else { return nil }
    return try? contents(ofContainerAt: place.offset, long: long, limit: limit)
  }

  /// The entries of the keyed container at a place; nil if there is none.
  func contents(ofDictionaryAt place: Place) -> Range<Int>? {
    guard place.source == .tagged else { return nil }
    let first = byte(at: place.offset)
    let long = first == Tag.longKeyed.rawValue
    guard long || first == Tag.keyed.rawValue else { return nil }
    return try? contents(ofContainerAt: place.offset, long: long, limit: limit)
  }

  /// How many optionals are around the nil at a place, if that was said.
  func depthOfNil(at place: Place) -> Int? {
    guard place.source == .tagged, byte(at: place.offset) == Tag.innerNil.rawValue else {
      return nil
    }
    return Int(byte(at: place.offset + 1))
  }

  /// Reads an array that is one run of its own element type, and gives nil for anything else.
  ///
  /// Nil is no failure: any container can be read element by element.
  ///
  /// - Parameters:
  ///   - type: any type.
  ///   - place: where the value is.
  /// - Returns: the array.
  @inline(__always)
  private func knownArray<Value>(_ type: Value.Type, at place: Place) -> Value? {
    guard MemoryLayout<Value>.size == MemoryLayout<[UInt8]>.size, place.source == .tagged else {
      return nil
    }
    func array<Element: WireElement>(of element: Element.Type) -> Value? {
      guard type == [Element].self else { return nil }
      let first = byte(at: place.offset)
      let long = first == Tag.longUnkeyed.rawValue
      guard long || first == Tag.unkeyed.rawValue,
        let contents = try? contents(ofContainerAt: place.offset, long: long, limit: limit),
        !contents.isEmpty, byte(at: contents.lowerBound) == Tag.run.rawValue,
        let run = try? run(at: contents.lowerBound, limit: contents.upperBound),
        run.element == RunElement(kind: Element.kind), run.end == contents.upperBound
      else { return nil }
      return same(elements(Element.self, count: run.count, at: run.start), as: type)
    }
    if let array = array(of: UInt8.self) { return array }
    if let array = array(of: Int.self) { return array }
    if let array = array(of: Double.self) { return array }
    if let array = array(of: Float.self) { return array }
    if let array = array(of: Int8.self) { return array }
    if let array = array(of: Int16.self) { return array }
    if let array = array(of: Int32.self) { return array }
    if let array = array(of: Int64.self) { return array }
    if let array = array(of: UInt.self) { return array }
    if let array = array(of: UInt16.self) { return array }
    if let array = array(of: UInt32.self) { return array }
    if let array = array(of: UInt64.self) { return array }
    if let array = array(of: Int128.self) { return array }
    return array(of: UInt128.self)
  }
}
