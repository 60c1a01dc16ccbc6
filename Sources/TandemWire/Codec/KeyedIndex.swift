/// The entries of one keyed container: which key is where.
///
/// A class because a lookup moves the cursor, and `KeyedDecodingContainerProtocol` looks things up
/// in containers that it may not change.
final class KeyedIndex {
  private struct Entry {
    var key: Int
    var place: Place
  }

  private let message: DecodingMessage
  private var entries: [Entry]
  /// The entry of each key, by `DecodingMessage.equivalent`; nil for small containers.
  private var entryOfKey: [Int: Int]?
  private var cursor = 0

  /// Up to this number of entries, a search is faster than a hash.
  private static let small = 8

  /// Reads the keys of a container and steps over the values.
  ///
  /// - Parameters:
  ///   - message: the message that it is part of.
  ///   - contents: where its entries are.
  /// - Throws: what is wrong with the bytes.
  init(message: DecodingMessage, contents: Range<Int>) throws(WireError) {
    self.message = message
    let bytes = message.bytes
    var entries: [Entry] = []
    var index = contents.lowerBound
    while index < contents.upperBound {
      let start = index
      let reference = try bytes.varint(UInt64.self, at: &index, limit: contents.upperBound)
      let key: Int
      if reference == 0 {
        key = message.number(ofInline: try bytes.name(at: &index, limit: contents.upperBound))
      } else {
        guard reference <= UInt64(bytes.keys?.count ?? 0) else {
          throw .unknownKey(reference, offset: bytes.offset(start))
        }
        key = Int(reference) - 1
      }
      entries.append(Entry(key: key, place: Place(offset: index)))
      index = try bytes.end(ofValueAt: index, limit: contents.upperBound)
    }
    self.entries = entries
    keepLastOfEachKey()
  }

  /// Leaves one entry a key, the last: users may rely on `allKeys` having no key twice.
  private func keepLastOfEachKey() {
    if entries.count <= Self.small && !hasDuplicates() { return }
    var last: [Int: Int] = [:]
    last.reserveCapacity(entries.count)
    for (index, entry) in entries.enumerated() {
      last[message.equivalent(entry.key)] = index
    }
    if last.count < entries.count {
      let all = entries
      entries = last.values.sorted().map { all[$0] }
      for (index, entry) in entries.enumerated() {
        last[message.equivalent(entry.key)] = index
      }
    }
    if entries.count > Self.small { entryOfKey = last }
  }

  /// Whether a key occurs twice, found by comparing each with each.
  private func hasDuplicates() -> Bool {
    for (index, entry) in entries.enumerated() {
      let key = message.equivalent(entry.key)
      for other in entries[..<index] where message.equivalent(other.key) == key { return true }
    }
    return false
  }

  /// The names of all keys, in the order in which they were encoded.
  var names: [String] { entries.map { message.name($0.key) } }

  /// Where the value of a key is; nil if the key is not there.
  ///
  /// Constant time when keys are asked for in the order in which they were encoded, as synthesised
  /// code and dictionaries do.
  func place(of name: String) -> Place? {
    let count = entries.count
    // A key is often asked for more than once in a row: is it there, is it nil, what is it.
    for index in cursor..<min(cursor + 2, count) where message.name(entries[index].key) == name {
      cursor = index
      return entries[index].place
    }
    if let entryOfKey {
      guard let key = message.number(of: name), let index = entryOfKey[key] else { return nil }
      cursor = index
      return entries[index].place
    }
    guard let index = entries.firstIndex(where: { message.name($0.key) == name }) else {
      return nil
    }
    cursor = index
    return entries[index].place
  }
}
