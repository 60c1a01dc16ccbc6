internal import Synchronization

/// How the codec carries values of a type that it knows by its name.
///
/// Their own `Codable` would give them away one by one, or byte by byte: `Data` decodes itself with a call
/// for each byte. What is written is what `Codable` would write, or reads as that, so both ways mix freely.
///
/// Types are told by name, because the library imports no Foundation; what a name promises of a type's
/// layout is checked before anything is copied.
struct TypeShortcut: Equatable {
  /// What is done.
  enum Way: UInt16 {
    /// Nothing: values encode themselves.
    case none
    /// One number, or a UUID: as it lies in memory.
    case plain
    /// Foundation's `Data`: a run of bytes.
    case data
    /// An array of plain numbers, or of vectors of them: one run.
    case run
    /// Any other array, whose elements are encoded here, one after the other.
    case array
    /// A dictionary whose keys are strings or integers.
    case dictionary
    /// An optional of an optional.
    case nestedOptional
  }

  /// What is done.
  var way: Way
  /// For runs: what they are made of.
  var element = RunElement(kind: .uint8)

  /// Nothing is done.
  static let none = TypeShortcut(way: .none)

  // MARK: Words

  /// Three bits for the way, five for the kind, eight for the lanes.
  private var word: UInt {
    UInt(way.rawValue) << 13 | UInt(element.kind.rawValue) << 8 | UInt(element.lanes)
  }

  private init(way: Way, element: RunElement = RunElement(kind: .uint8)) {
    self.way = way
    self.element = element
  }

  private init?(word: UInt) {
    guard let way = Way(rawValue: UInt16(word >> 13 & 7)),
      let kind = ElementKind(rawValue: UInt8(word >> 8 & 0x1F))
    else { return nil }
    self.init(way: way, element: RunElement(kind: kind, lanes: Int(word & 0xFF)))
  }

  // MARK: The types that were asked for

  /// The shortcut of a type.
  static func of<Value>(_ type: Value.Type) -> TypeShortcut {
    let address = UInt(bitPattern: ObjectIdentifier(type))
    // The address of a type has 48 bits, which leaves 16 for what is known of it.
    guard address >> 48 == 0 else { return named(type) }
    let slot = Int(truncatingIfNeeded: (address >> 3 ^ address >> 11) % UInt(Known.count))
    let known = Known.shared.words[slot].load(ordering: .relaxed)
    if known >> 16 == address, let shortcut = TypeShortcut(word: known & 0xFFFF) { return shortcut }
    let shortcut = named(type)
    // Another type's place is taken over: both are right, and neither is asked for less.
    Known.shared.words[slot].store(address << 16 | shortcut.word, ordering: .relaxed)
    return shortcut
  }

  private final class Known: Sendable {
    static let count = 512
    static let shared = Known()
    let words: InlineArray<512, Atomic<UInt>> = InlineArray { _ in Atomic(0) }
  }

  // MARK: Names

  private static func named<Value>(_ type: Value.Type) -> TypeShortcut {
    let name = _typeName(type, qualified: true)
    if isFoundation(name, "Data") { return TypeShortcut(way: .data) }
    if let plain = foundation(name), Tag.of(plain.kind) != nil, plain.lanes == 0, plain.fits(type) {
      return TypeShortcut(way: .plain, element: plain)
    }
    if let element = name.inside("Swift.Array<") {
      if let run = plain(element), let array = type as? any ArrayOfAny.Type, array.fits(run) {
        return TypeShortcut(way: .run, element: run)
      }
      return type is any CodableArray.Type ? TypeShortcut(way: .array) : .none
    }
    if name.hasPrefix("Swift.Dictionary<Swift.String, ")
      || name.hasPrefix("Swift.Dictionary<Swift.Int, "), type is any KeyedDictionary.Type
    {
      return TypeShortcut(way: .dictionary)
    }
    if name.hasPrefix("Swift.Optional<Swift.Optional<"), type is any OptionalOfAny.Type {
      return TypeShortcut(way: .nestedOptional)
    }
    return .none
  }

  /// What a type consists of, if that is plain numbers.
  private static func plain(_ name: Substring) -> RunElement? {
    number(name).map { RunElement(kind: $0) } ?? vector(name) ?? foundation(String(name))
  }

  private static func number(_ name: Substring) -> ElementKind? {
    switch name {
    case "Swift.Int", "Swift.Int64": .int64
    case "Swift.Int8": .int8
    case "Swift.Int16": .int16
    case "Swift.Int32": .int32
    case "Swift.UInt", "Swift.UInt64": .uint64
    case "Swift.UInt8": .uint8
    case "Swift.UInt16": .uint16
    case "Swift.UInt32": .uint32
    case "Swift.Int128": .int128
    case "Swift.UInt128": .uint128
    case "Swift.Float": .float
    case "Swift.Double": .double
    default: nil
    }
  }

  /// A vector of the standard library.
  private static func vector(_ name: Substring) -> RunElement? {
    guard name.hasPrefix("Swift.SIMD"), let start = name.firstIndex(of: "<"), name.hasSuffix(">"),
      let lanes = Int(name[..<start].dropFirst("Swift.SIMD".count)),
      [2, 3, 4, 8, 16, 32, 64].contains(lanes),
      let kind = number(name[start...].dropFirst().dropLast())
    else { return nil }
    return RunElement(kind: kind, lanes: lanes)
  }

  /// A type of Foundation's that is plain numbers.
  private static func foundation(_ name: String) -> RunElement? {
    if isFoundation(name, "Date") || isFoundation(name, "CGFloat") {
      return RunElement(kind: .double)
    }
    if isFoundation(name, "UUID") { return RunElement(kind: .uuid) }
    if isFoundation(name, "CGPoint") || isFoundation(name, "CGSize") {
      return RunElement(kind: .double, lanes: 2)
    }
    return nil
  }

  private static func isFoundation(_ name: String, _ type: String) -> Bool {
    name == "Foundation." + type || name == "FoundationEssentials." + type
  }
}

extension String {
  /// What stands between a beginning and the last `>`.
  fileprivate func inside(_ beginning: String) -> Substring? {
    hasPrefix(beginning) && hasSuffix(">") ? dropFirst(beginning.count).dropLast() : nil
  }
}

/// What one element of a run is: a number, or a vector of them.
struct RunElement: Equatable {
  /// The numbers.
  var kind: ElementKind
  /// How many numbers a vector has; 0 for a number by itself.
  var lanes = 0

  /// Bytes an element, as it lies in memory: a vector of three has room for four.
  var width: Int { kind.width * (lanes == 0 ? 1 : lanes == 3 ? 4 : lanes) }

  /// Whether values of a type lie in memory as the element says.
  func fits<Value>(_ type: Value.Type) -> Bool {
    _isPOD(type) && MemoryLayout<Value>.size == width && MemoryLayout<Value>.stride == width
  }
}
