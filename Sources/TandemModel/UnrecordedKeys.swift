import Synchronization

/// The keys that a saved report lacks because the version of Tandem that wrote it didn't have them yet.
///
/// A decoder that carries one in its `userInfo` reads such a report: what can be null is, a list that came later
/// is empty, and the keys are noted here. Without one, a missing list is an error as ever.
package final class UnrecordedKeys: Sendable {
  /// Where a decoder carries it.
  package static let userInfoKey = CodingUserInfoKey(rawValue: "tandem.unrecorded")

  /// Lists that came later than the reports that they are in; one that was always there must be there.
  fileprivate static let laterLists: Set = [
    "comparisons", "crossing", "findings", "forks", "functions", "io", "left_running", "narrowed",
    "others", "runtimes", "standstills", "thread_variables", "waiting_functions", "wall_occupied",
  ]
  /// What stands for flags that came later.
  fileprivate static let laterFlags = ["clearly_slower": false]
  /// What stands for counts that came later: nothing was counted.
  fileprivate static let laterCounts = ["children_seen": 0]

  private let paths = Mutex<Set<String>>([])

  /// Makes an empty list.
  package init() {}

  /// The keys, each with those that lead to it, such as `gil[].holds`.
  package var all: [String] { paths.withLock { $0.sorted() } }

  fileprivate func note(_ path: [any CodingKey]) {
    var text = ""
    for key in path {
      text += key.intValue != nil ? "[]" : text.isEmpty ? key.stringValue : "." + key.stringValue
    }
    paths.withLock { _ = $0.insert(text) }
  }
}

extension KeyedDecodingContainer {
  /// Notes that a key is missing, where missing keys are noted.
  ///
  /// - Parameter key: The key.
  /// - Returns: Whether the report may be without it.
  func isUnrecorded(_ key: Key) -> Bool {
    // A container doesn't show what its decoder carries; the decoder of a missing value does.
    guard !contains(key), let name = UnrecordedKeys.userInfoKey,
      let decoder = try? superDecoder(forKey: key),
      let keys = decoder.userInfo[name] as? UnrecordedKeys
    else { return false }
    keys.note(codingPath + [key])
    return true
  }

  /// Reads an optional that is written as `null`, and one that an earlier version didn't write yet.
  func decode<Value>(
    _ type: ExplicitNull<Value>.Type, forKey key: Key
  ) throws -> ExplicitNull<Value> {
    if isUnrecorded(key) { return ExplicitNull(wrappedValue: nil) }
    return try decodeIfPresent(type, forKey: key) ?? ExplicitNull(wrappedValue: nil)
  }

  /// Reads a list, and one that an earlier version didn't write yet.
  func decode<Element: Decodable>(_ type: [Element].Type, forKey key: Key) throws -> [Element] {
    if UnrecordedKeys.laterLists.contains(key.stringValue), isUnrecorded(key) { return [] }
    if let list = try decodeIfPresent(type, forKey: key) { return list }
    let context = DecodingError.Context(
      codingPath: codingPath + [key], debugDescription: "There is no list.")
    throw contains(key)
      ? DecodingError.valueNotFound(type, context) : DecodingError.keyNotFound(key, context)
  }

  /// Reads a count, and one that came later.
  func decode(_ type: Int.Type, forKey key: Key) throws -> Int {
    if let later = UnrecordedKeys.laterCounts[key.stringValue], isUnrecorded(key) { return later }
    if let count = try decodeIfPresent(type, forKey: key) { return count }
    let context = DecodingError.Context(
      codingPath: codingPath + [key], debugDescription: "There is no count.")
    throw contains(key)
      ? DecodingError.valueNotFound(type, context) : DecodingError.keyNotFound(key, context)
  }

  /// Reads a flag, and one that came later.
  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool {
    if let later = UnrecordedKeys.laterFlags[key.stringValue], isUnrecorded(key) { return later }
    if let flag = try decodeIfPresent(type, forKey: key) { return flag }
    let context = DecodingError.Context(
      codingPath: codingPath + [key], debugDescription: "There is no flag.")
    throw contains(key)
      ? DecodingError.valueNotFound(type, context) : DecodingError.keyNotFound(key, context)
  }
}
