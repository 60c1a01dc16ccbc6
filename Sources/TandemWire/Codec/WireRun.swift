internal import TandemSystem

/// Large values as they lie in memory: for payloads that travel in a memory file of their own, where one copy
/// less is what counts.
///
/// They are arrays of numbers and of vectors of numbers, of which every bit pattern is a value, bytes, and
/// strings, which are checked where they arrive.
package enum WireRun {
  /// What stands for the bytes of a string; numbers have the codes of their kinds.
  ///
  /// Four bits are all there is.
  private static let text: UInt8 = 14

  /// Whether values of a type may be bytes that travel as they lie in memory.
  ///
  /// Most other types are told by their size, numbers by being plain bits.
  package static func mayBe<Value>(_: Value.Type) -> Bool {
    let size = MemoryLayout<Value>.size
    return (size == MemoryLayout<[UInt8]>.size || size == MemoryLayout<String>.size)
      && !_isPOD(Value.self)
  }

  /// Lends the bytes of a value that travels as it lies in memory.
  ///
  /// - Parameters:
  ///   - value: a value of any type.
  ///   - minimum: how many bytes there must be.
  ///   - body: gets the number that stands for what they are, and the bytes.
  /// - Returns: what `body` gives; nil for any other value, and for a shorter one.
  package static func withElements<Value, Result>(
    of value: Value, atLeast minimum: Int,
    _ body: (_ kind: UInt8, _ elements: UnsafeRawBufferPointer) -> Result
  ) -> Result? {
    guard mayBe(Value.self) else { return nil }
    if let string = same(value, as: String.self) {
      guard string.utf8.count >= minimum else { return nil }
      // SAFETY (all): the bytes are read within the call that lends them.
      return unsafe string.utf8.withContiguousStorageIfAvailable {
        unsafe body(text, UnsafeRawBufferPointer($0))
      }
    }
    let shortcut = TypeShortcut.of(Value.self)
    func lend(_ bytes: UnsafeRawBufferPointer) -> Result? {
      unsafe bytes.count >= minimum ? body(shortcut.element.code, bytes) : nil
    }
    switch shortcut.way {
    case .run: return unsafe (value as? any ArrayOfAny)?.withRawElements { unsafe lend($0) } ?? nil
    case .data: return unsafe DataBytes.with(value) { unsafe lend($0) } ?? nil
    case .none, .plain, .array, .dictionary, .nestedOptional: return nil
    }
  }

  /// Makes a value of bytes, which are copied.
  ///
  /// - Parameters:
  ///   - type: the value's type.
  ///   - kind: what stands for what the bytes are; not trusted.
  ///   - elements: the bytes, which nobody changes meanwhile; their number is not trusted.
  /// - Returns: nil when the type is not one of such bytes, or they are no whole elements or no UTF-8.
  package static func value<Value>(
    _ type: Value.Type, kind: UInt8, from elements: UnsafeRawBufferPointer
  ) -> Value? {
    if type == String.self {
      guard kind == text else { return nil }
      // SAFETY: bytes are what they are read as.
      let units = unsafe elements.assumingMemoryBound(to: UInt8.self)
      return unsafe String(validating: units, as: UTF8.self).flatMap { same($0, as: type) }
    }
    let shortcut = TypeShortcut.of(type)
    guard kind == shortcut.element.code, elements.count % shortcut.element.width == 0 else {
      return nil
    }
    switch shortcut.way {
    case .run:
      guard let array = type as? any ArrayOfAny.Type else { return nil }
      return unsafe array.copying(elements, as: type)
    case .data: return unsafe DataBytes.make(type, of: elements)
    case .none, .plain, .array, .dictionary, .nestedOptional: return nil
    }
  }
}

extension RunElement {
  /// What stands for it outside of messages; which vector it is, the receiver's type says.
  fileprivate var code: UInt8 { lanes == 0 ? kind.rawValue : 15 }
}
