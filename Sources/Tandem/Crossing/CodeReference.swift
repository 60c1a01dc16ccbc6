internal import Synchronization
package import TandemSystem

/// A place in an image of the program, independent of where the image is loaded.
///
/// It travels only from a parent to its worker, which is the same program.
package struct CodeReference: Hashable, Sendable, Codable {
  /// The path that the image was loaded by; empty for the executable.
  package var image: String
  /// The distance from the image's load base.
  package var offset: UInt64
  /// Which file the image is here; nil when the kernel doesn't show it.
  package var identity: MappedFile.Identity?

  /// Describes an address of this process.
  ///
  /// Gives nil when it lies in no image.
  init?(address: UInt) {
    guard let image = LoadedImage.containing(address) else { return nil }
    self.image = image.path
    self.offset = UInt64(address - image.base)
    self.identity = OwnImages.identity(start: image.start)
  }

  init(image: String, offset: UInt64, identity: MappedFile.Identity?) {
    self.image = image
    self.offset = offset
    self.identity = identity
  }

  /// The address in this process.
  ///
  /// - Parameter mustBeCode: whether it must lie in the executable segment.
  /// - Returns: the address.
  /// - Throws: `unresolvableType` when the image isn't loaded here or the address lies outside it.
  func resolve(mustBeCode: Bool) throws(PoolError) -> UInt {
    guard let image = LoadedImage.named(self.image) else {
      throw PoolError(
        .unresolvableType,
        "the worker has not loaded \(self.image), which the task comes from")
    }
    let address = image.base &+ UInt(truncatingIfNeeded: offset)
    let bounds = mustBeCode ? image.code : image.start..<image.end
    guard bounds.contains(address) else {
      throw PoolError(.unresolvableType, "a reference lies outside \(image.file)")
    }
    return address
  }
}

/// Which files this process's images are, read once.
private enum OwnImages {
  private static let cache = Mutex<[UInt: MappedFile.Identity]>([:])

  static func identity(start base: UInt) -> MappedFile.Identity? {
    cache.withLock { known in
      if known[base] == nil, let files = try? MappedFile.all() {
        known = Dictionary(files.map { ($0.base, $0.identity) }, uniquingKeysWith: { a, _ in a })
      }
      return known[base]
    }
  }
}

extension TaskRecord {
  /// Refuses, in a worker that was executed anew, an image that is another file than its parent's:
  /// code offsets would name other functions. (Forks are covered when their server starts.)
  ///
  /// - Parameter images: what this worker has mapped.
  /// - Throws: `executableChanged`.
  func checkImages(_ images: [MappedFile]) throws(PoolError) {
    let own = Dictionary(images.map { ($0.base, $0.identity) }, uniquingKeysWith: { a, _ in a })
    for reference in references {
      guard let expected = reference.identity,
        let image = LoadedImage.named(reference.image),
        let mine = own[image.start], mine != expected
      else { continue }
      throw PoolError(
        .executableChanged,
        "\(image.file) changed on disk since this program began: start the program again")
    }
  }

  private var references: [CodeReference] {
    func descriptor(_ type: TypeReference) -> [CodeReference] {
      switch type {
      case .descriptor(let reference): [reference]
      case .mangledName: []
      case .optional(let part), .array(let part), .set(let part): descriptor(part)
      case .dictionary(let key, let value): descriptor(key) + descriptor(value)
      }
    }
    func all(_ type: ConformingType) -> [CodeReference] {
      descriptor(type.type) + type.witnesses
    }
    return switch work {
    case .task(let type): all(type)
    case .closure(let code, let input, let output), .asyncClosure(let code, let input, let output):
      [code] + all(input) + all(output)
    }
  }
}
