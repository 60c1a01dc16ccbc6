internal import CTandemShims
internal import TandemSystem

/// A type, named so that another process of the same program finds it.
indirect enum TypeReference: Hashable, Sendable {
  /// A type without generic parameters, by the place of its descriptor: private and local types too.
  case descriptor(CodeReference)
  /// A generic instance or a tuple, by its mangled name.
  case mangledName(String)
  /// An optional of a type that has no usable name itself.
  case optional(TypeReference)
  /// An array of such a type.
  case array(TypeReference)
  /// A set of such a type.
  case set(TypeReference)
  /// A dictionary from or to such a type.
  case dictionary(TypeReference, TypeReference)

  /// Names a type.
  ///
  /// - Parameter type: the type.
  /// - Throws: `unresolvableType` for what can't be named, such as an instance of a private generic type.
  init(_ type: Any.Type) throws(PoolError) {
    if let descriptor = NominalDescriptor(of: type), descriptor.metadataIsOwn(type),
      let reference = CodeReference(address: descriptor.address)
    {
      self = .descriptor(reference)
      return
    }
    if let name = _mangledTypeName(type), let found = _typeByName(name), found == type {
      self = .mangledName(name)
      return
    }
    // Private and local types have no name that the runtime finds, and neither has what is made of
    // them. The standard library's containers can be put together from their elements.
    if let container = type as? any StandardContainer.Type {
      self = try container.reference()
      return
    }
    throw PoolError(
      .unresolvableType,
      """
      \(type) can't be named to a worker process: it is generic and private, or made of a type \
      that is. Make that type internal, or wrap it in a struct that isn't generic.
      """)
  }

  /// Finds the type in this process.
  ///
  /// - Returns: the type.
  /// - Throws: `unresolvableType`.
  func resolve() throws(PoolError) -> Any.Type {
    switch self {
    case .descriptor(let reference):
      let address = try reference.resolve(mustBeCode: false)
      guard let type = NominalDescriptor(address: address).type else {
        throw PoolError(.unresolvableType, "a type reference points at no type")
      }
      return type
    case .mangledName(let name):
      guard let type = _typeByName(name) else {
        throw PoolError(.unresolvableType, "the worker does not know the type \(name)")
      }
      return type
    case .optional(let wrapped): return Self.optional(of: try wrapped.resolve())
    case .array(let element): return Self.array(of: try element.resolve())
    case .set(let element): return Self.set(of: try Self.hashable(element))
    case .dictionary(let key, let value):
      return Self.dictionary(from: try Self.hashable(key), to: try value.resolve())
    }
  }

  private static func hashable(_ reference: TypeReference) throws(PoolError) -> any Hashable.Type {
    guard let type = try reference.resolve() as? any Hashable.Type else {
      throw PoolError(.unresolvableType, "the key of a container is not Hashable in the worker")
    }
    return type
  }

  private static func optional(of type: Any.Type) -> Any.Type {
    func make<Wrapped>(_: Wrapped.Type) -> Any.Type { Wrapped?.self }
    return _openExistential(type, do: make)
  }

  private static func array(of type: Any.Type) -> Any.Type {
    func make<Element>(_: Element.Type) -> Any.Type { [Element].self }
    return _openExistential(type, do: make)
  }

  private static func set<Element: Hashable>(of _: Element.Type) -> Any.Type {
    Set<Element>.self
  }

  private static func dictionary<Key: Hashable>(from _: Key.Type, to type: Any.Type) -> Any.Type {
    func make<Value>(_: Value.Type) -> Any.Type { [Key: Value].self }
    return _openExistential(type, do: make)
  }
}

/// A container of the standard library, which can name itself by its elements.
private protocol StandardContainer {
  static func reference() throws(PoolError) -> TypeReference
}

extension Optional: StandardContainer {
  fileprivate static func reference() throws(PoolError) -> TypeReference {
    .optional(try TypeReference(Wrapped.self))
  }
}

extension Array: StandardContainer {
  fileprivate static func reference() throws(PoolError) -> TypeReference {
    .array(try TypeReference(Element.self))
  }
}

extension Set: StandardContainer {
  fileprivate static func reference() throws(PoolError) -> TypeReference {
    .set(try TypeReference(Element.self))
  }
}

extension Dictionary: StandardContainer {
  fileprivate static func reference() throws(PoolError) -> TypeReference {
    .dictionary(try TypeReference(Key.self), try TypeReference(Value.self))
  }
}

/// The compiler's constant record of a struct, an enum or a class.
///
/// Layout: swift/docs/ABI/TypeMetadata.rst, "Nominal type descriptor".
struct NominalDescriptor {
  /// Where it is.
  let address: UInt

  /// The descriptor at an address, which must be one's.
  init(address: UInt) { self.address = address }

  /// The descriptor of a type; nil for what has none: tuples, functions, metatypes, existentials.
  init?(of type: Any.Type) {
    // SAFETY: a metatype is a pointer to metadata, whose first word is its kind; structs, enums and
    // optionals hold their descriptor in the second word, native classes in the sixth.
    let metadata = unsafe unsafeBitCast(type, to: UnsafePointer<UInt>.self)
    switch unsafe metadata[0] {
    case 0x200, 0x201, 0x202: unsafe address = metadata[1]
    case 0: unsafe address = metadata[5]
    default: return nil
    }
  }

  private var isGeneric: Bool {
    // SAFETY: the flags are the first word of every descriptor; bit 7 says that it has generic
    // parameters, its own or of what it is nested in.
    unsafe UnsafePointer<UInt32>(bitPattern: address).map { unsafe $0.pointee & 0x80 != 0 } ?? true
  }

  /// The type, asked of the descriptor's own accessor, which also completes the metadata of types
  /// that need work at run time before their first use.
  var type: Any.Type? {
    guard !isGeneric, let field = UnsafePointer<Int32>(bitPattern: address &+ 12) else {
      return nil
    }
    // SAFETY: the fourth word holds the accessor relative to itself; without generic parameters the
    // accessor takes only the request.
    let accessor = address &+ 12 &+ UInt(bitPattern: Int(unsafe field.pointee))
    guard let image = LoadedImage.containing(accessor), image.code.contains(accessor),
      let metadata = unsafe tandem_call_metadata_accessor(UnsafeRawPointer(bitPattern: accessor))
    else { return nil }
    return unsafe unsafeBitCast(metadata, to: Any.Type.self)
  }

  /// Whether asking the descriptor gives this very type.
  func metadataIsOwn(_ type: Any.Type) -> Bool {
    guard LoadedImage.containing(address) != nil, let own = self.type else { return false }
    return own == type
  }
}
