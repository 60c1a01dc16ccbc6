/// How many names a key table takes, and how long ones.
///
/// Names beyond are sent in full each time, so that a dictionary with endless keys can't make a
/// connection's tables grow for ever.
enum KeyTableLimit {
  /// Names a table.
  static let names = 4096
  /// Bytes of UTF-8 a name.
  static let nameLength = 128
  /// Up to this number of names, a search is faster than a hash, and most messages have no more.
  static let searched = 16
}

/// The names that the encoding side has sent: a number stands for each from then on.
///
/// Made for one message by default. One table may serve all messages of a connection, if the other
/// side decodes all of them, in order, with one `DecodingKeyTable`.
package final class EncodingKeyTable {
  private var table: Table {
    get { unsafe storedTable }
    _modify { yield unsafe &storedTable }
  }
  // SAFETY (unchecked): used by one call at a time, and no access encloses another.
  @exclusivity(unchecked) private var storedTable: Table = Table()

  /// A table without names.
  package init() {}

  /// The number of names.
  package var count: Int { table.names.count }

  /// The number of a name, which is added if need be; nil if the name must be sent in full.
  func number(of name: String) -> Int? { table.number(of: name) }

  /// The names added since there were `count`.
  func names(since count: Int) -> [String] { table.names.dropFirst(count).map(\.name) }

  /// Forgets the names added since there were `count`: the message that added them was not made.
  func rollBack(to count: Int) { table.rollBack(to: count) }

  private struct Table {
    var names: [KeyName] = []
    /// The number of each name, once there are too many to search.
    var numbers: [KeyName: Int] = [:]
    /// The name that last came after each name: most often it does so again, and needs no hash.
    var successors: [Int] = []
    var last = 0

    mutating func number(of name: String) -> Int? {
      if last < successors.count {
        let guess = successors[last]
        if names[guess].hasBytes(of: name) {
          last = guess
          return guess
        }
      }
      let key = KeyName(name)
      let number: Int
      if let known = find(key) {
        number = known
      } else {
        guard names.count < KeyTableLimit.names, name.utf8.count <= KeyTableLimit.nameLength
        else { return nil }
        number = names.count
        names.append(key)
        successors.append(0)
        if number > KeyTableLimit.searched {
          numbers[key] = number
        } else if number == KeyTableLimit.searched {
          numbers = Dictionary(uniqueKeysWithValues: zip(names, 0...))
        }
      }
      successors[last] = number
      last = number
      return number
    }

    func find(_ key: KeyName) -> Int? {
      names.count <= KeyTableLimit.searched
        ? names.firstIndex { $0.hasBytes(of: key.name) } : numbers[key]
    }

    mutating func rollBack(to count: Int) {
      guard names.count > count else { return }
      while names.count > count { numbers[names.removeLast()] = nil }
      // The guesses may point to what is gone.
      successors = Array(repeating: 0, count: count)
      last = 0
    }
  }
}

/// The names that the decoding side has been sent.
package final class DecodingKeyTable {
  private var names: [String] {
    get { unsafe storedNames }
    _modify { yield unsafe &storedNames }
  }
  // SAFETY (unchecked): used by one call at a time, and no access encloses another.
  @exclusivity(unchecked) private var storedNames: [String] = []
  private var equivalents: [Int] = []
  private var numbers: [String: Int] = [:]
  /// Whether two of the names are equal as `String`s.
  private(set) var hasEquals = false

  /// A table without names.
  package init() {}

  /// The number of names.
  package var count: Int { names.count }

  /// The name with a number that is below `count`.
  func name(_ number: Int) -> String { names[number] }

  /// Whether the name with a number is equal to another; without handing it out, which would count
  /// references.
  func isName(_ number: Int, _ name: String) -> Bool { names[number] == name }

  /// The lowest number of a name that is equal as a `String`, though its bytes may differ.
  func equivalent(_ number: Int) -> Int { equivalents[number] }

  /// The lowest number of a name that is equal as a `String`.
  func number(of name: String) -> Int? {
    names.count <= KeyTableLimit.searched ? names.firstIndex(of: name) : numbers[name]
  }

  /// Adds a name, whatever its length.
  func append(_ name: String) {
    let number = names.count
    let equivalent = self.number(of: name) ?? number
    names.append(name)
    equivalents.append(equivalent)
    if equivalent != number { hasEquals = true }
    if names.count > KeyTableLimit.searched + 1 {
      if equivalent == number { numbers[name] = number }
    } else if names.count > KeyTableLimit.searched {
      numbers = Dictionary(zip(names, 0...)) { first, _ in first }
    }
  }
}

/// A name that is equal to another when their bytes are.
///
/// `String` holds "é" to be equal to "e" with a combining accent; interning must not turn the one
/// into the other.
private struct KeyName: Hashable {
  let name: String
  private let isASCII: Bool

  init(_ name: String) {
    self.name = name
    isASCII = name.utf8.allSatisfy { $0 < 0x80 }
  }

  /// Whether a name has these bytes.
  func hasBytes(of other: String) -> Bool {
    guard name.utf8.count == other.utf8.count else { return false }
    // Strings compare fast, but by meaning. What means the same as an ASCII string without being
    // it, such as the Kelvin sign, is longer in UTF-8.
    return isASCII ? name == other : name.utf8.elementsEqual(other.utf8)
  }

  static func == (left: Self, right: Self) -> Bool { left.hasBytes(of: right.name) }

  func hash(into hasher: inout Hasher) {
    let done: Void? = unsafe name.utf8.withContiguousStorageIfAvailable {
      // SAFETY: the buffer is read within the call that lends it.
      unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0))
    }
    // Native strings, the only ones on Linux, are always contiguous.
    if done == nil { hasher.combine(name.utf8.count) }
  }
}
