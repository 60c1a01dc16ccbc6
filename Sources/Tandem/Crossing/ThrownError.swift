internal import CTandemShims
internal import TandemSystem

/// An error that the work threw, as a worker process sends it.
struct ThrownError: Codable, Sendable {
  /// The name of its type.
  var typeName: String
  /// Its description.
  var message: String
  /// Addresses of the worker, one in each function that it came through, innermost first.
  var addresses: [UInt]
  /// The error itself, if it can cross.
  var value: Value?

  /// An error that arrives as it was thrown.
  enum Value: Codable, Sendable {
    /// One that is `Codable` and whose type has a name that the parent knows: the type, and its bytes.
    case encoded(type: ErrorType, bytes: [UInt8])
    /// Swift's own `CancellationError`, which is not `Codable`.
    case cancellation
  }

  /// Describes an error in the worker that it was thrown in, before anything else is thrown there.
  init(_ error: any Error) {
    addresses = ThrowSite.addresses(of: error)
    typeName = String(reflecting: type(of: error))
    message = "\(error)"
    value =
      error is CancellationError
      ? .cancellation : (error as? any ErrorType.Portable).flatMap { Self.encode($0) }
  }

  /// An error that fails to encode is described only.
  private static func encode(_ error: some ErrorType.Portable) -> Value? {
    guard let type = ErrorType(Swift.type(of: error)),
      let bytes = try? ValueCoding.encode(error, "error")
    else { return nil }
    return .encoded(type: type, bytes: bytes)
  }

  /// What the caller gets: the error itself, or where that can't be had, a `PoolError` that describes it.
  ///
  /// Decoding runs the program's own code.
  ///
  /// - Parameters:
  ///   - worker: the worker's name.
  ///   - site: where it was thrown.
  /// - Returns: the error.
  func error(in worker: String, _ site: ThrowSite) -> any Error {
    switch value {
    case .cancellation: return CancellationError()
    case .encoded(let type, let bytes):
      return type.resolve().flatMap { Self.decode($0, bytes) } ?? described(in: worker, site)
    case nil: return described(in: worker, site)
    }
  }

  private static func decode<Thrown: ErrorType.Portable>(
    _: Thrown.Type, _ bytes: [UInt8]
  ) -> (any Error)? {
    try? ValueCoding.decode(Thrown.self, from: bytes, "error")
  }

  /// A `PoolError` that describes the error.
  ///
  /// - Parameters:
  ///   - worker: the worker's name.
  ///   - site: where it was thrown.
  /// - Returns: the error.
  func described(in worker: String, _ site: ThrowSite) -> PoolError {
    let error = RemoteError(typeName: typeName, message: message, site: site)
    return PoolError(.taskFailed, "the task of \(worker) threw \(error)", cause: error)
  }
}

/// Where an error was thrown in a worker process; its functions are named when somebody asks.
package struct ThrowSite: Sendable {
  private enum Storage {
    /// Addresses of the worker, and where its images are.
    case addresses([UInt], [MappedFile])
    /// Names, from a process that has looked.
    case names([String])
  }

  private let storage: Storage

  /// A place in a worker.
  ///
  /// - Parameters:
  ///   - addresses: an address in each function, innermost first; not trusted.
  ///   - images: where the worker's images are loaded; not trusted.
  init(_ addresses: [UInt], images: [MappedFile]) {
    storage = .addresses(Array(addresses.prefix(Int(TANDEM_THROW_FRAMES))), images)
  }

  /// A place whose functions are known.
  init(names: [String]) { storage = .names(names) }

  /// The functions that the error came through, innermost first; empty where nothing is known.
  var functions: [String] {
    switch storage {
    case .addresses(let addresses, let images):
      FunctionNames.thrown(at: addresses, images: images)
    case .names(let names): names
    }
  }

  /// Where an error was thrown in this process, if it is a worker.
  ///
  /// - Parameter error: the error, as it was caught.
  /// - Returns: an address in each function, innermost first.
  static func addresses(of error: any Error) -> [UInt] {
    // SAFETY: both are pointers, an error's box and a type's metadata, and only compared. The array has
    // room for as many addresses as are ever written.
    // Without `as`, the value in the box would be cast.
    let box = unsafe unsafeBitCast(error as any Error, to: UnsafeRawPointer.self)
    let metadata = unsafe unsafeBitCast(type(of: error) as Any.Type, to: UnsafeRawPointer.self)
    return unsafe withUnsafeTemporaryAllocation(
      of: UInt64.self, capacity: Int(TANDEM_THROW_FRAMES)
    ) { buffer in
      let count = unsafe tandem_throws_find(box, metadata, buffer.baseAddress)
      return unsafe buffer.prefix(Int(count)).map { UInt($0) }
    }
  }
}

extension TaskReply.Failure {
  /// The error that the caller gets, and where it was thrown if the work threw it.
  ///
  /// - Parameters:
  ///   - worker: the worker's name.
  ///   - images: where its images are loaded.
  /// - Returns: both.
  func error(in worker: String, images: [MappedFile]) -> (error: any Error, site: ThrowSite?) {
    switch self {
    case .threw(let thrown):
      let site = ThrowSite(thrown.addresses, images: images)
      return (thrown.error(in: worker, site), site)
    case .failed: return (described(in: worker, images: images), nil)
    }
  }

  /// The error, as Tandem's own: nothing of the program's runs.
  ///
  /// - Parameters:
  ///   - worker: the worker's name.
  ///   - images: where its images are loaded.
  /// - Returns: the error.
  func described(in worker: String, images: [MappedFile]) -> PoolError {
    switch self {
    case .threw(let thrown):
      thrown.described(in: worker, ThrowSite(thrown.addresses, images: images))
    case .failed(let code, let message, let cause):
      PoolError(
        PoolError.Code(named: code) ?? .taskFailed, message,
        cause: cause.map {
          RemoteError(typeName: "in the worker", message: $0, site: ThrowSite(names: []))
        })
    }
  }
}
