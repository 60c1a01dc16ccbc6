extension [UInt8] {
  /// Appends a varint.
  mutating func appendVarint<Value: FixedWidthInteger & UnsignedInteger>(_ value: Value) {
    var rest = value
    while rest > 0x7F {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  /// Appends an integer with its tag.
  mutating func appendInteger<Value: FixedWidthInteger>(_ value: Value) {
    if value >= 0 && value <= 127 {
      append(WireFormat.smallInteger | UInt8(truncatingIfNeeded: value))
      return
    }
    append(value < 0 ? Tag.negativeInteger.rawValue : Tag.integer.rawValue)
    let rest = value < 0 ? ~value : value
    if Value.bitWidth <= 64 {
      appendVarint(UInt64(truncatingIfNeeded: rest))
    } else {
      appendVarint(UInt128(truncatingIfNeeded: rest))
    }
  }

  /// Appends the bytes of an integer, lowest first, without a tag.
  mutating func appendLittleEndian<Value: FixedWidthInteger>(_ value: Value) {
    // SAFETY: the bytes are copied within the call that lends them; an integer has no padding.
    unsafe Swift.withUnsafeBytes(of: value.littleEndian) { unsafe append(contentsOf: $0) }
  }

  /// Appends UTF-8 with its length, without a tag.
  @inline(__always)
  mutating func appendName(_ name: String) {
    appendVarint(UInt(name.utf8.count))
    let copied: Void? = unsafe name.utf8.withContiguousStorageIfAvailable {
      // SAFETY: the bytes are copied within the call that lends them.
      unsafe append(contentsOf: UnsafeRawBufferPointer($0))
    }
    // Native strings, the only ones on Linux, are always contiguous.
    if copied == nil { append(contentsOf: name.utf8) }
  }

  /// Appends a string with its tag.
  mutating func appendString(_ string: String) {
    append(Tag.string.rawValue)
    appendName(string)
  }

  /// Appends new keys after the value of a message.
  mutating func appendKeys(_ names: [String]) {
    let start = count
    appendVarint(UInt(names.count))
    for name in names { appendName(name) }
    // The table's limits keep the length far below what a u32 holds.
    appendLittleEndian(UInt32(count - start))
  }

  /// Appends the head of a container whose length `finishContainer` fills in.
  mutating func beginContainer(_ tag: Tag) {
    append(tag.rawValue)
    appendLittleEndian(UInt32(0))
  }

  /// Fills in the length of a container that ends here.
  ///
  /// - Parameters:
  ///   - start: where its tag is.
  ///   - longestShort: the longest container, in bytes, that gets a u32 length.
  mutating func finishContainer(at start: Int, longestShort: Int) {
    let length = count - start - WireFormat.containerHeader
    var width = 4
    if length > longestShort {
      // Rare enough to move everything by four bytes: the container is longer than 4 GiB.
      self[start] += Tag.longKeyed.rawValue - Tag.keyed.rawValue
      insert(contentsOf: repeatElement(0, count: 4), at: start + WireFormat.containerHeader)
      width = 8
    }
    for index in 0..<width {
      self[start + 1 + index] = UInt8(truncatingIfNeeded: length >> (8 * index))
    }
  }

  /// Appends a run; nothing for no elements.
  mutating func appendRun<Item: WireElement>(_ elements: UnsafeBufferPointer<Item>) {
    guard !elements.isEmpty else { return }
    append(Tag.run.rawValue)
    append(Item.kind.rawValue)
    appendVarint(UInt(elements.count))
    // SAFETY: the caller lends initialised elements, of a type of the closed list: no padding.
    unsafe append(contentsOf: UnsafeRawBufferPointer(elements))
  }

  /// Appends a container with one run of elements of a shortcut; an empty one for no elements.
  ///
  /// - Parameters:
  ///   - elements: the elements as they lie in memory, whole ones.
  ///   - element: what each is.
  ///   - longestShort: as in `finishContainer(at:longestShort:)`.
  mutating func appendRun(
    _ elements: UnsafeRawBufferPointer, of element: RunElement, longestShort: Int
  ) {
    let start = count
    beginContainer(.unkeyed)
    if elements.count > 0 {
      append(element.lanes > 0 ? Tag.vectors.rawValue : Tag.run.rawValue)
      append(element.kind.rawValue)
      if element.lanes > 0 { append(UInt8(element.lanes)) }
      appendVarint(UInt(elements.count / element.width))
      // SAFETY: the caller lends initialised elements.
      unsafe append(contentsOf: elements)
    }
    finishContainer(at: start, longestShort: longestShort)
  }

  /// Appends a value if its type is one that `Codable` calls primitive.
  ///
  /// The one list of these types on the encoding side: `Int` and its like encode themselves as a
  /// single value of their own type, so a type that is missing here would go round for ever.
  ///
  /// - Parameter value: the value.
  /// - Returns: whether it was one of them.
  @inline(__always)
  mutating func appendKnown<Value>(_ value: Value) -> Bool {
    switch MemoryLayout<Value>.size {
    case 8:
      if let value = same(value, as: Int.self) {
        appendInteger(value)
      } else if let value = same(value, as: Double.self) {
        append(Tag.double.rawValue)
        appendLittleEndian(value.bitPattern)
      } else if let value = same(value, as: Int64.self) {
        appendInteger(value)
      } else if let value = same(value, as: UInt64.self) {
        appendInteger(value)
      } else if let value = same(value, as: UInt.self) {
        appendInteger(value)
      } else {
        return false
      }
    case 16:
      if let value = same(value, as: String.self) {
        appendString(value)
      } else if let value = same(value, as: Int128.self) {
        appendInteger(value)
      } else if let value = same(value, as: UInt128.self) {
        appendInteger(value)
      } else {
        return false
      }
    case 1:
      if let value = same(value, as: Bool.self) {
        append(value ? Tag.true.rawValue : Tag.false.rawValue)
      } else if let value = same(value, as: UInt8.self) {
        appendInteger(value)
      } else if let value = same(value, as: Int8.self) {
        appendInteger(value)
      } else {
        return false
      }
    case 4:
      if let value = same(value, as: Int32.self) {
        appendInteger(value)
      } else if let value = same(value, as: UInt32.self) {
        appendInteger(value)
      } else if let value = same(value, as: Float.self) {
        append(Tag.float.rawValue)
        appendLittleEndian(value.bitPattern)
      } else {
        return false
      }
    case 2:
      if let value = same(value, as: Int16.self) {
        appendInteger(value)
      } else if let value = same(value, as: UInt16.self) {
        appendInteger(value)
      } else {
        return false
      }
    default: return false
    }
    return true
  }

  /// Appends an array as a container with one run, if its elements are of the closed list.
  ///
  /// - Parameters:
  ///   - value: a value of any type.
  ///   - longestShort: as in `finishContainer(at:longestShort:)`.
  /// - Returns: whether it was such an array.
  @inline(__always)
  mutating func appendKnownArray<Value>(_ value: Value, longestShort: Int) -> Bool {
    // An array is one reference: most other types are told by their size.
    guard MemoryLayout<Value>.size == MemoryLayout<[UInt8]>.size else { return false }
    func append<Item: WireElement>(arrayOf item: Item.Type) -> Bool {
      guard let array = same(value, as: [Item].self) else { return false }
      let start = count
      beginContainer(.unkeyed)
      // SAFETY: the run is written within the call that lends the elements.
      unsafe array.withUnsafeBufferPointer { unsafe appendRun($0) }
      finishContainer(at: start, longestShort: longestShort)
      return true
    }
    if append(arrayOf: UInt8.self) || append(arrayOf: Int.self) { return true }
    if append(arrayOf: Double.self) || append(arrayOf: Float.self) { return true }
    if append(arrayOf: Int8.self) || append(arrayOf: Int16.self) { return true }
    if append(arrayOf: Int32.self) || append(arrayOf: Int64.self) { return true }
    if append(arrayOf: UInt.self) || append(arrayOf: UInt16.self) { return true }
    if append(arrayOf: UInt32.self) || append(arrayOf: UInt64.self) { return true }
    return append(arrayOf: Int128.self) || append(arrayOf: UInt128.self)
  }
}
