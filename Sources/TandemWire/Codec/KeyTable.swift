/// How many names a key table takes, and how long ones.
///
/// Names beyond are sent in full each time, so that a dictionary with endless keys can't make a
/// connection's tables grow for ever.
enum KeyTableLimit {
  /// Names a table.
  static let names = 4096
  /// Bytes of UTF-8 a name.
  static let nameLength = 128
}

/// The names that the encoding side has sent: a number stands for each from then on.
///
/// Made for one message by default. One table may serve all messages of a connection, if the other
/// side decodes all of them, in order, with one `DecodingKeyTable`.
package final class EncodingKeyTable {
  private var numbers: [KeyName: Int] = [:]
  private var names: [String] = []

  /// A table without names.
  package init() {}

  /// The number of names.
  package var count: Int { names.count }

  /// The number of a name, which is added if need be; nil if the name must be sent in full.
  func number(of name: String) -> Int? {
    let key = KeyName(name: name)
    if let number = numbers[key] { return number }
    guard names.count < KeyTableLimit.names, name.utf8.count <= KeyTableLimit.nameLength else {
      return nil
    }
    let number = names.count
    numbers[key] = number
    names.append(name)
    return number
  }

  /// The names added since there were `count`.
  func names(since count: Int) -> ArraySlice<String> { names[min(count, names.count)...] }

  /// Forgets the names added since there were `count`: the message that added them was not made.
  func rollBack(to count: Int) {
    while names.count > count {
      numbers[KeyName(name: names.removeLast())] = nil
    }
  }
}

/// The names that the decoding side has been sent.
package final class DecodingKeyTable {
  private var names: [String] = []
  private var equivalents: [Int] = []
  private var numbers: [String: Int] = [:]

  /// A table without names.
  package init() {}

  /// The number of names.
  package var count: Int { names.count }

  /// The name with a number that is below `count`.
  func name(_ number: Int) -> String { names[number] }

  /// The lowest number of a name that is equal as a `String`, though its bytes may differ.
  func equivalent(_ number: Int) -> Int { equivalents[number] }

  /// The lowest number of a name that is equal as a `String`.
  func number(of name: String) -> Int? { numbers[name] }

  /// Adds a name, whatever its length.
  func append(_ name: String) {
    let number = names.count
    names.append(name)
    let equivalent = numbers[name] ?? number
    equivalents.append(equivalent)
    if equivalent == number { numbers[name] = number }
  }
}

/// A name that is equal to another when their bytes are.
///
/// `String` holds "é" to be equal to "e" with a combining accent; interning must not turn the one
/// into the other.
private struct KeyName: Hashable {
  let name: String

  static func == (left: Self, right: Self) -> Bool {
    left.name.utf8.elementsEqual(right.name.utf8)
  }

  func hash(into hasher: inout Hasher) {
    let done: Void? = unsafe name.utf8.withContiguousStorageIfAvailable {
      // SAFETY: the buffer is read within the call that lends it.
      unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0))
    }
    // Native strings, the only ones on Linux, are always contiguous.
    if done == nil { hasher.combine(name.utf8.count) }
  }
}
