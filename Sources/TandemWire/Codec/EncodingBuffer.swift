/// The bytes of a message, or of a part that is written out of order, while they are made.
///
/// Values that are encoded one inside the other, each done before the next begins, all go to one
/// buffer, one after the other. Only `nestedContainer` and `superEncoder` may be written in turns
/// with the container that they stand in, so these get a buffer of their own, which is put in place
/// when the value around them is done.
final class EncodingBuffer {
  /// What the buffers of one message share.
  let message: EncodingMessage
  /// What has been written, less the children that are still apart.
  var bytes: [UInt8] {
    get { unsafe storedBytes }
    _modify { yield unsafe &storedBytes }
  }
  // SAFETY (unchecked): used by one call at a time, and no access encloses another.
  @exclusivity(unchecked) private var storedBytes: [UInt8] = []
  private let base: PathNode?
  private let baseLevel: Int
  private var path: [any CodingKey] {
    get { unsafe storedPath }
    _modify { yield unsafe &storedPath }
  }
  // SAFETY (unchecked): used by one call at a time, and no access encloses another.
  @exclusivity(unchecked) private var storedPath: [any CodingKey] = []
  private var open: [OpenValue] {
    get { unsafe storedOpen }
    _modify { yield unsafe &storedOpen }
  }
  // SAFETY (unchecked): used by one call at a time, and no access encloses another.
  @exclusivity(unchecked) private var storedOpen: [OpenValue] = []
  /// Whether it is the message's own, and no part that is written apart.
  private let isWhole: Bool
  /// The keyed containers that were made: most values are one of many alike.
  private var made: [Made] = []

  /// A keyed container of one of the open values.
  private struct Made {
    let key: ObjectIdentifier
    let index: Int
    let container: AnyObject
  }

  /// How many containers are kept.
  private static let mostMade = 8

  /// A value whose `encode(to:)` is running.
  private struct OpenValue {
    var state = State.undecided
    /// Where its container begins.
    var start = 0
    /// How many elements its unkeyed container has.
    var count = 0
    /// How many containers enclose it.
    var level: Int
    /// How many keys of `path` lead to it.
    var pathLength: Int
    /// The parts that are written apart, in the order of their places.
    var children: [Child] = []

    enum State {
      case undecided, keyed, unkeyed, single, done
    }

    var isContainer: Bool { state == .keyed || state == .unkeyed }
  }

  /// A part that is written apart.
  private struct Child {
    var name: String?
    var place: Int
    var buffer: EncodingBuffer
  }

  /// An empty buffer.
  init(message: EncodingMessage) {
    self.message = message
    base = nil
    baseLevel = 0
    isWhole = true
  }

  /// A part of a message that is written apart.
  private init(part message: EncodingMessage, base: PathNode?, level: Int = 0) {
    self.message = message
    self.base = base
    baseLevel = level
    isWhole = false
  }

  // MARK: Values

  /// Encodes a value at the end of the bytes.
  ///
  /// - Parameters:
  ///   - value: the value.
  ///   - key: what leads to it from the value around it; nil for the same place.
  /// - Throws: `EncodingError`, or what the value throws; the bytes are then as they were.
  @inline(__always)
  func encode<Value: Encodable>(_ value: Value, at key: (any CodingKey)?) throws {
    if bytes.appendKnown(value) { return }
    try encodeOther(value, at: key)
  }

  /// Encodes a value of a type that is not primitive.
  private func encodeOther<Value: Encodable>(_ value: Value, at key: (any CodingKey)?) throws {
    let level = open.last.map { $0.level + ($0.isContainer ? 1 : 0) } ?? baseLevel
    let shortcut = TypeShortcut.of(Value.self)
    if shortcut.way != .none, level < message.maximumDepth, appendWhole(value, shortcut) {
      return
    }
    let (byteCount, openCount, pathCount) = (bytes.count, open.count, path.count)
    if let key { path.append(key) }
    open.append(OpenValue(level: level, pathLength: path.count))
    message.activeCalls += 1
    defer {
      message.activeCalls -= 1
      path.removeLast(path.count - pathCount)
    }
    do {
      guard message.activeCalls <= message.maximumCalls else {
        throw error(.tooDeep(limit: message.maximumDepth), at: openCount)
      }
      if message.activeCalls % NestedCalls.step == 0 {
        try NestedCalls.withRoom { try call(value, shortcut, at: openCount) }
      } else {
        try call(value, shortcut, at: openCount)
      }
      try finish()
    } catch {
      // A caller may catch the error and go on with its container.
      open.removeLast(open.count - openCount)
      bytes.removeLast(bytes.count - byteCount)
      throw error
    }
  }

  /// Has an open value encoded.
  @inline(__always)
  private func call<Value: Encodable>(
    _ value: Value, _ shortcut: TypeShortcut, at index: Int
  ) throws {
    if try shortcut.way == .none || !encodeParts(of: value, shortcut, at: index) {
      try value.encode(to: ValueEncoder(buffer: self, index: index))
    }
  }

  /// Appends a value whose shortcut makes one piece of it.
  ///
  /// - Returns: whether it was one.
  private func appendWhole<Value>(_ value: Value, _ shortcut: TypeShortcut) -> Bool {
    let longestShort = message.longestShortContainer
    switch shortcut.way {
    case .plain:
      guard let tag = Tag.of(shortcut.element.kind) else { return false }
      bytes.append(tag.rawValue)
      // SAFETY: the bytes are copied within the call that lends them; plain numbers have no padding.
      unsafe withUnsafeBytes(of: value) { unsafe bytes.append(contentsOf: $0) }
      return true
    case .data:
      return unsafe DataBytes.with(value) {
        unsafe bytes.appendRun($0, of: shortcut.element, longestShort: longestShort)
      } != nil
    case .run:
      if bytes.appendKnownArray(value, longestShort: longestShort) { return true }
      guard let array = value as? any ArrayOfAny else { return false }
      unsafe array.withRawElements {
        unsafe bytes.appendRun($0, of: shortcut.element, longestShort: longestShort)
      }
      return true
    case .nestedOptional:
      guard let depth = (value as? any OptionalOfAny)?.depthOfNil, (1...255).contains(depth) else {
        return false
      }
      bytes.append(Tag.innerNil.rawValue)
      bytes.append(UInt8(depth))
      return true
    case .none, .array, .dictionary: return false
    }
  }

  /// Encodes the parts of an open value whose shortcut leads through them.
  ///
  /// - Returns: whether it was one.
  private func encodeParts<Value>(
    of value: Value, _ shortcut: TypeShortcut, at index: Int
  ) throws -> Bool {
    switch shortcut.way {
    case .array:
      guard let array = value as? any CodableArray,
        openContainer(.unkeyed, at: index) == index
      else { return false }
      try array.encodeElements(into: self)
      return true
    case .dictionary:
      guard let dictionary = value as? any KeyedDictionary,
        openContainer(.keyed, at: index) == index
      else { return false }
      try dictionary.encodeEntries(into: self)
      return true
    case .none, .plain, .data, .run, .nestedOptional: return false
    }
  }

  /// Ends the innermost value.
  private func finish() throws {
    if let failure = message.failure { throw failure }
    guard let value = open.last else { return }
    switch value.state {
    case .undecided, .single:
      // A value that encoded nothing is an empty container, as in JSON.
      let start = bytes.count
      bytes.beginContainer(.keyed)
      bytes.finishContainer(at: start, longestShort: message.longestShortContainer)
    case .keyed, .unkeyed:
      if !value.children.isEmpty { try place(value.children) }
      bytes.finishContainer(at: value.start, longestShort: message.longestShortContainer)
    case .done: break
    }
    open.removeLast()
  }

  /// Ends a part that is written apart, with the parts in it.
  private func finish(_ part: EncodingBuffer) throws {
    if part.baseLevel % NestedCalls.step == 0 {
      try NestedCalls.withRoom { try part.finish() }
    } else {
      try part.finish()
    }
  }

  /// Puts the children where they belong; all are inside the innermost value's container.
  private func place(_ children: [Child]) throws {
    let first = children[0].place
    if children.count == 1, first == bytes.count {
      try finish(children[0].buffer)
      bytes.append(contentsOf: children[0].buffer.bytes)
      return
    }
    let after = Array(bytes[first...])
    bytes.removeLast(after.count)
    var copied = 0
    for child in children {
      try finish(child.buffer)
      bytes.append(contentsOf: after[copied..<(child.place - first)])
      bytes.append(contentsOf: child.buffer.bytes)
      copied = child.place - first
    }
    bytes.append(contentsOf: after[copied...])
  }

  // MARK: Containers

  /// Opens a keyed container of a value; the container may be one that served a value before, since all
  /// that it knows is the number of the value.
  func keyedContainer<Key: CodingKey>(
    _ type: Key.Type, at index: Int
  ) -> KeyedEncodingContainer<Key> {
    let opened = openContainer(.keyed, at: index)
    let key = ObjectIdentifier(type)
    if let known = made.first(where: { $0.index == opened && $0.key == key }) {
      // SAFETY: the object was such a container, which is one reference, when it was kept.
      return unsafe unsafeBitCast(known.container, to: KeyedEncodingContainer<Key>.self)
    }
    let container = KeyedEncodingContainer(KeyedWriter<Key>(buffer: self, index: opened))
    if isWhole, made.count < Self.mostMade,
      MemoryLayout<KeyedEncodingContainer<Key>>.size == MemoryLayout<AnyObject>.size
    {
      // SAFETY: the container is one reference, to an object.
      let object = unsafe unsafeBitCast(container, to: AnyObject.self)
      made.append(Made(key: key, index: opened, container: object))
    }
    return container
  }

  /// Gives up what refers to the buffer.
  func close() { made = [] }

  /// Makes sure that a container may be written to: its value is the innermost.
  @inline(__always)
  func check(_ index: Int) throws {
    if index != open.count - 1 { throw message.failure ?? error(.usedOutOfTurn, at: index) }
  }

  /// Opens the container of a value, or finds it open.
  ///
  /// - Parameters:
  ///   - tag: `.keyed` or `.unkeyed`.
  ///   - index: the value.
  /// - Returns: the value, or `nowhere` if it can't have such a container: the next call that can
  ///   throw says why.
  func openContainer(_ tag: Tag, at index: Int) -> Int {
    let wanted: OpenValue.State = tag == .keyed ? .keyed : .unkeyed
    guard index >= 0, index == open.count - 1 else { return fail(.usedOutOfTurn, at: index) }
    if open[index].state == wanted { return index }
    guard open[index].state == .undecided else { return fail(.conflictingContainers, at: index) }
    guard open[index].level < message.maximumDepth else {
      return fail(.tooDeep(limit: message.maximumDepth), at: index)
    }
    open[index].state = wanted
    open[index].start = bytes.count
    bytes.beginContainer(tag)
    return index
  }

  /// Says that a value is going to be a single value.
  func openSingle(at index: Int) -> Int {
    guard index >= 0, index == open.count - 1 else { return fail(.usedOutOfTurn, at: index) }
    if open[index].state == .undecided { open[index].state = .single }
    guard open[index].state == .single else { return fail(.conflictingContainers, at: index) }
    return index
  }

  /// Makes sure that a value can still become a single value.
  func checkSingle(_ index: Int) throws {
    try check(index)
    if open[index].state != .single { throw error(.conflictingContainers, at: index) }
  }

  /// Says that a value is done, which a single value then is.
  func finishSingle(_ index: Int) { open[index].state = .done }

  /// Appends a key.
  @inline(__always)
  func appendKey(_ name: String) {
    if let number = message.keys.number(of: name) {
      bytes.appendVarint(UInt(number + 1))
    } else {
      bytes.append(0)
      bytes.appendName(name)
    }
  }

  /// Takes back what a failed call has written.
  func rollBack(to count: Int) { bytes.removeLast(bytes.count - count) }

  /// How many elements the unkeyed container of a value has.
  func count(at index: Int) -> Int { open.indices.contains(index) ? open[index].count : 0 }

  /// Counts elements of an unkeyed container.
  func addToCount(_ number: Int, at index: Int) { open[index].count += number }

  /// Makes a part that is written apart, and stands here.
  ///
  /// - Parameters:
  ///   - key: the key that leads to it.
  ///   - name: the key's name in a keyed container; nil in an unkeyed one.
  ///   - index: the value whose container it is in.
  ///   - tag: the container that the part is; nil when it may become any value.
  /// - Returns: its buffer, where it is value 0.
  func child(at key: any CodingKey, name: String?, in index: Int, as tag: Tag?) -> EncodingBuffer {
    let length = open.indices.contains(index) ? open[index].pathLength : 0
    let node = PathNode(key, after: PathNode.node(path.prefix(length), after: base))
    guard index >= 0, index == open.count - 1 else {
      _ = fail(.usedOutOfTurn, at: index)
      return EncodingBuffer(part: message, base: node)
    }
    // As in JSON, asking again for the same nested container gives the one there is.
    if let name, let tag,
      let known = open[index].children.first(where: { $0.name == name }),
      known.buffer.open.first?.state == (tag == .keyed ? .keyed : .unkeyed)
    {
      return known.buffer
    }
    let child = EncodingBuffer(part: message, base: node, level: open[index].level + 1)
    child.open.append(OpenValue(level: child.baseLevel, pathLength: 0))
    if let tag, child.openContainer(tag, at: 0) == Self.nowhere { child.open = [] }
    if let name { appendKey(name) } else { open[index].count += 1 }
    open[index].children.append(Child(name: name, place: bytes.count, buffer: child))
    return child
  }

  // MARK: Errors

  /// The keys that lead to a value.
  func codingPath(at index: Int) -> [any CodingKey] {
    let keys = PathNode.keys(base)
    return open.indices.contains(index) ? keys + path.prefix(open[index].pathLength) : keys
  }

  /// The error that a user sees, in place of one that is about the format.
  private func error(_ error: WireError, at index: Int) -> EncodingError {
    // Of what has no end, the beginning says enough.
    var path = codingPath(at: index)
    if case .tooDeep = error { path.removeLast(max(0, path.count - 16)) }
    let context = EncodingError.Context(
      codingPath: path, debugDescription: error.description,
      underlyingError: error)
    return .invalidValue(error, context)
  }

  /// The number of no value, not even of the one before the first.
  private static let nowhere = -2

  /// Keeps an error for the next call that can throw.
  private func fail(_ reason: WireError, at index: Int) -> Int {
    if message.failure == nil { message.failure = error(reason, at: index) }
    return Self.nowhere
  }
}
