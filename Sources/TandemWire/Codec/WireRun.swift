internal import TandemSystem

/// Large arrays of numbers as they lie in memory: for payloads that travel in a memory file of their own,
/// where one copy less is what counts.
///
/// The closed list of element types is that of the codec, every bit pattern of which is a value.
package enum WireRun {
  /// Lends the elements of a value that is an array of the closed list.
  ///
  /// - Parameters:
  ///   - value: a value of any type.
  ///   - minimum: how many bytes the elements must have.
  ///   - body: gets the number that stands for the element type, and the elements.
  /// - Returns: what `body` gives; nil for any other value, and for a shorter array.
  package static func withElements<Value, Result>(
    of value: Value, atLeast minimum: Int,
    _ body: (_ kind: UInt8, _ elements: UnsafeRawBufferPointer) -> Result
  ) -> Result? {
    // An array is one reference: most other types are told by their size, numbers by being plain bits.
    guard MemoryLayout<Value>.size == MemoryLayout<[UInt8]>.size, !_isPOD(Value.self) else {
      return nil
    }
    func lend<Item: WireElement>(_: Item.Type) -> Result? {
      guard let array = same(value, as: [Item].self),
        array.count * MemoryLayout<Item>.stride >= minimum
      else { return nil }
      // SAFETY: the elements are read within the call that lends them; they have no padding.
      return unsafe array.withUnsafeBytes { unsafe body(Item.kind.rawValue, $0) }
    }
    if let result = lend(UInt8.self) { return result }
    if let result = lend(Int.self) { return result }
    if let result = lend(Double.self) { return result }
    if let result = lend(Float.self) { return result }
    if let result = lend(Int32.self) { return result }
    if let result = lend(UInt32.self) { return result }
    if let result = lend(Int16.self) { return result }
    if let result = lend(UInt16.self) { return result }
    if let result = lend(Int64.self) { return result }
    if let result = lend(UInt64.self) { return result }
    if let result = lend(Int8.self) { return result }
    if let result = lend(UInt.self) { return result }
    if let result = lend(Int128.self) { return result }
    return lend(UInt128.self)
  }

  /// Copies elements into an array.
  ///
  /// - Parameters:
  ///   - type: the array's type.
  ///   - kind: what stands for the element type; not trusted.
  ///   - elements: the elements, which nobody changes meanwhile; their number is not trusted.
  /// - Returns: nil when the type is no array of elements of that kind, or the bytes are no whole elements.
  package static func array<Value>(
    _ type: Value.Type, kind: UInt8, from elements: UnsafeRawBufferPointer
  ) -> Value? {
    func copy<Item: WireElement>(_: Item.Type) -> Value? {
      guard type == [Item].self, Item.kind.rawValue == kind,
        elements.count % MemoryLayout<Item>.stride == 0
      else { return nil }
      let count = elements.count / MemoryLayout<Item>.stride
      let array = unsafe [Item](unsafeUninitializedCapacity: count) { buffer, initialized in
        // SAFETY: the buffer has room for `count` elements, of a type of which every bit pattern is a value.
        let room = UnsafeMutableRawBufferPointer(buffer)
        unsafe LargePages.prefer(room)
        unsafe room.copyMemory(from: elements)
        initialized = count
      }
      return same(array, as: type)
    }
    if let array = copy(UInt8.self) { return array }
    if let array = copy(Int.self) { return array }
    if let array = copy(Double.self) { return array }
    if let array = copy(Float.self) { return array }
    if let array = copy(Int32.self) { return array }
    if let array = copy(UInt32.self) { return array }
    if let array = copy(Int16.self) { return array }
    if let array = copy(UInt16.self) { return array }
    if let array = copy(Int64.self) { return array }
    if let array = copy(UInt64.self) { return array }
    if let array = copy(Int8.self) { return array }
    if let array = copy(UInt.self) { return array }
    if let array = copy(Int128.self) { return array }
    return copy(UInt128.self)
  }
}
