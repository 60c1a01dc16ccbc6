internal import CTandemShims
internal import Synchronization

/// The type of an error on its way back from a worker.
///
/// A worker may have lost control of its memory, so unlike a `TypeReference`, which goes the other way,
/// this is not trusted: nothing that it says is read from or called before this process's own records have
/// confirmed it.
package enum ErrorType: Codable, Sendable, Hashable {
  /// A type without generic parameters, by the place of its descriptor: private and local types too.
  case descriptor(CodeReference)
  /// A generic instance, by its mangled name.
  case mangledName(String)

  /// An error that can cross.
  package typealias Portable = Codable & Error

  /// Names a type; nil for what can't be named, such as an instance of a private generic type.
  package init?(_ type: any Portable.Type) {
    switch try? TypeReference(type) {
    case .descriptor(let place): self = .descriptor(place)
    case .mangledName(let name): self = .mangledName(name)
    default: return nil
    }
  }

  /// Finds the type in this process.
  ///
  /// - Returns: nil for what is no type here, or one whose values are no errors that can cross.
  package func resolve() -> (any Portable.Type)? {
    if let known = Self.known.withLock({ $0[self] }) { return known }
    let found: Any.Type? =
      switch self {
      case .descriptor(let place): Self.type(at: place)
      case .mangledName(let name): Self.type(named: name)
      }
    guard let type = found as? any Portable.Type else { return nil }
    Self.known.withLock { $0[self] = type }
    return type
  }

  /// The types that were found; their number is bounded by the program's own types, and for names below.
  private static let known = Mutex<[ErrorType: any Portable.Type]>([:])
  /// How many more names the runtime is asked for.
  private static let namesLeft = Mutex(1024)

  /// The type whose descriptor is at a place, if the image there lists one at just this address.
  private static func type(at place: CodeReference) -> Any.Type? {
    guard let address = try? place.resolve(mustBeCode: false),
      tandem_is_type_descriptor(address) != 0,
      // The same file too: a worker that was executed anew may have loaded a newer one.
      CodeReference(address: address) == place
    else { return nil }
    return NominalDescriptor(address: address).type
  }

  /// The type that has a mangled name.
  ///
  /// In such names bytes below 0x20 begin references to addresses, which the runtime would follow
  /// (Mangling.rst, "Symbolic references"), and a `$` begins a number, which it takes for an address where
  /// a type should be: Swift 6.3 crashes at `$` alone. So only the characters of ordinary types' names are
  /// accepted; a million mutated names of these did no harm. A generic type stays in memory once it has
  /// been made, so the number of names is limited. Their length is limited too, and with it how deep types
  /// can be nested.
  private static func type(named name: String) -> Any.Type? {
    guard !name.isEmpty, name.utf8.count <= 1024, name.utf8.allSatisfy(isPlain),
      namesLeft.withLock({ left in
        guard left > 0 else { return false }
        left -= 1
        return true
      })
    else { return nil }
    return _typeByName(name)
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
