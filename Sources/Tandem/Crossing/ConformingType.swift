internal import CTandemShims

/// What can travel to a worker process and back.
typealias Portable = Codable & Sendable

/// A type together with the conformances that a worker needs of it.
///
/// In a process that has just begun, the runtime finds a conformance by searching all images: that takes
/// longer than the rest of a worker's start. A conformance that needs no instantiation is a table in an
/// image, so its place can be sent instead: those of the standard library's plain types. Where it is none,
/// as for arrays and for conformances of other modules to the library's protocols, the worker searches.
package struct ConformingType: Hashable, Sendable {
  /// The type.
  var type: TypeReference
  /// The places of its witness tables, in the order of the existential; empty where one has no place.
  var witnesses: [CodeReference]

  /// Names a task's type.
  ///
  /// - Throws: `unresolvableType`.
  init(task: any WorkerTask.Type) throws(PoolError) {
    self.init(try TypeReference(task), tables: Self.words(of: Held(type: task)).dropFirst())
  }

  /// Names the type of an input or an output.
  ///
  /// - Throws: `unresolvableType`.
  package init(portable: any (Codable & Sendable).Type) throws(PoolError) {
    self.init(try TypeReference(portable), tables: Self.words(of: Held(type: portable)).dropFirst())
  }

  /// Whether a worker has to search for the conformances, since their tables have no place that can be sent.
  package var needsSearch: Bool { witnesses.isEmpty }

  init(type: TypeReference, witnesses: [CodeReference]) {
    self.type = type
    self.witnesses = witnesses
  }

  private init(_ type: TypeReference, tables: ArraySlice<UInt>) {
    // What the runtime has made itself lies in no image, or, the first of it, in memory that one keeps
    // for that: in another process something else is there.
    let places = tables.filter { tandem_is_from_file($0) != 0 }
      .compactMap { CodeReference(address: $0) }
    self.init(type: type, witnesses: places.count == tables.count ? places : [])
  }

  /// Finds a task's type in this process.
  ///
  /// - Throws: `unresolvableType`.
  func resolveTask() throws(PoolError) -> any WorkerTask.Type {
    if let words = try words(count: 2) {
      // SAFETY: an existential metatype is a metadata pointer and a witness table a protocol; these are
      // the ones that the parent, the same program, had for this very type and this very existential.
      return unsafe unsafeBitCast((words[0], words[1]), to: (any WorkerTask.Type).self)
    }
    guard let type = try type.resolve() as? any WorkerTask.Type else {
      throw PoolError(.unresolvableType, "the task's type is not a WorkerTask in the worker")
    }
    return type
  }

  /// Finds the type of an input or an output in this process.
  ///
  /// - Throws: `unresolvableType`.
  package func resolvePortable() throws(PoolError) -> any (Codable & Sendable).Type {
    if let words = try words(count: 3) {
      // SAFETY: as above; two protocols have tables, Sendable has none.
      return unsafe unsafeBitCast((words[0], words[1], words[2]), to: (any Portable.Type).self)
    }
    guard let type = try type.resolve() as? any Portable.Type else {
      throw PoolError(.unresolvableType, "a closure's types are not Codable in the worker")
    }
    return type
  }

  private func words(count: Int) throws(PoolError) -> [UInt]? {
    guard witnesses.count == count - 1 else { return nil }
    // SAFETY: a metatype is a pointer to metadata.
    var words = [unsafe unsafeBitCast(try type.resolve(), to: UInt.self)]
    for witness in witnesses { words.append(try witness.resolve(mustBeCode: false)) }
    return words
  }

  /// Keeps an existential metatype whole: handed to a generic function by itself it is opened, and what
  /// arrives is the metadata alone (SE-0352).
  private struct Held<Existential> {
    let type: Existential
  }

  /// The words of an existential metatype: the metadata, then a witness table a protocol.
  private static func words<Existential>(of held: Held<Existential>) -> [UInt] {
    // SAFETY: an existential metatype is made of pointers, and only looked at.
    unsafe withUnsafeBytes(of: held) { bytes in
      stride(from: 0, to: bytes.count, by: MemoryLayout<UInt>.size).map {
        unsafe bytes.load(fromByteOffset: $0, as: UInt.self)
      }
    }
  }
}
