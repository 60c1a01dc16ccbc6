/// The entries of one keyed container: which key is where.
///
/// A class because a lookup moves the cursor, and `KeyedDecodingContainerProtocol` looks things up
/// in containers that it may not change.
final class KeyedIndex {
  private struct Entry {
    var key: Int
    var place: Place
  }

  /// The scope of the value that it is the container of.
  let scope: DecodingScope
  /// How many containers enclose the entries.
  let level: Int
  /// How many keys of the scope's stack lead to the container.
  let pathLength: Int
  private let message: DecodingMessage
  private var entries: [Entry] {
    get { unsafe storedEntries }
    _modify { yield unsafe &storedEntries }
  }
  // SAFETY (unchecked): used by one call at a time, and no access encloses another.
  @exclusivity(unchecked) private var storedEntries: [Entry] = []
  /// The entry of each key, by `DecodingMessage.equivalent`; made when it is first of use.
  private var entryOfKey: [Int: Int]?
  private var cursor: Int {
    get { unsafe storedCursor }
    _modify { yield unsafe &storedCursor }
  }
  // SAFETY (unchecked): used by one call at a time, and no access encloses another.
  @exclusivity(unchecked) private var storedCursor: Int = 0

  /// Up to this number of entries, a search is faster than a hash.
  private static let small = 8

  /// An index of no container.
  ///
  /// - Parameters:
  ///   - scope: the scope of the values that its containers belong to.
  ///   - level: how many containers enclose the entries.
  ///   - pathLength: how many keys of the scope's stack lead to the containers.
  init(scope: DecodingScope, level: Int, pathLength: Int) {
    self.scope = scope
    self.level = level
    self.pathLength = pathLength
    message = scope.message
  }

  /// Reads the keys of a container and steps over the values; what was read before is forgotten.
  ///
  /// - Parameter contents: where its entries are.
  /// - Throws: what is wrong with the bytes.
  func read(_ contents: Range<Int>) throws(WireError) {
    // Taken out and put back: each access to a property is checked for others at the same time.
    var entries: [Entry] = []
    swap(&entries, &self.entries)
    entries.removeAll(keepingCapacity: true)
    defer { swap(&entries, &self.entries) }
    if entryOfKey != nil { entryOfKey = nil }
    cursor = 0
    let bytes = message.bytes
    let keyCount = UInt64(message.keys?.count ?? 0)
    // Which of the first 64 keys there are.
    var seen: UInt64 = 0
    var mayRepeat = message.keys?.hasEquals ?? false
    var index = contents.lowerBound
    while index < contents.upperBound {
      let start = index
      let reference = try bytes.varint(UInt64.self, at: &index, limit: contents.upperBound)
      let key: Int
      if reference == 0 {
        key = message.number(ofInline: try bytes.name(at: &index, limit: contents.upperBound))
        mayRepeat = true
      } else {
        guard reference <= keyCount else {
          throw .unknownKey(reference, offset: start)
        }
        key = Int(reference) - 1
        let bit: UInt64 = 1 << (reference - 1)
        mayRepeat = mayRepeat || bit == 0 || seen & bit != 0
        seen |= bit
      }
      entries.append(Entry(key: key, place: Place(offset: index)))
      index = try bytes.end(ofValueAt: index, limit: contents.upperBound)
    }
    if mayRepeat {
      swap(&entries, &self.entries)
      keepLastOfEachKey()
      swap(&entries, &self.entries)
    }
  }

  /// Leaves one entry a key, the last: users may rely on `allKeys` having no key twice.
  private func keepLastOfEachKey() {
    if entries.count <= Self.small && !hasDuplicates() { return }
    var last = numbered()
    if last.count < entries.count {
      let all = entries
      entries = last.values.sorted().map { all[$0] }
      last = numbered()
    }
    entryOfKey = last
  }

  /// The last entry of each key.
  private func numbered() -> [Int: Int] {
    var last: [Int: Int] = [:]
    last.reserveCapacity(entries.count)
    for (index, entry) in entries.enumerated() { last[message.equivalent(entry.key)] = index }
    return last
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
    for index in cursor..<min(cursor + 2, count) where message.isName(entries[index].key, name) {
      cursor = index
      return entries[index].place
    }
    if count > Self.small {
      let entryOfKey = entryOfKey ?? numbered()
      self.entryOfKey = entryOfKey
      guard let key = message.number(of: name), let index = entryOfKey[key] else { return nil }
      cursor = index
      return entries[index].place
    }
    guard let index = entries.firstIndex(where: { message.isName($0.key, name) }) else {
      return nil
    }
    cursor = index
    return entries[index].place
  }
}
