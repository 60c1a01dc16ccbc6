internal import Synchronization

/// A value that every worker makes once, when its work first asks for it: a model, a connection, a
/// buffer.
///
/// ```swift
/// enum Shared {
///   static let model = WorkerLocal { Model() }
/// }
/// let scores = try await pool.map(texts) { text in
///   Shared.model.withValue { $0.score(text) }
/// }
/// ```
///
/// A worker is a thread of a `ThreadPool`, a process of a `ProcessPool`, or a `SerialPool`; what is no
/// work of a pool has one value for the whole process. The value need not be `Sendable`: only one piece
/// of code has it at a time. It ends with its worker.
///
/// Make it a global or a static property, as above. A worker keeps the value of one that is made and
/// dropped again.
public final class WorkerLocal<Value>: Sendable {
  private final class Slot: Sendable {
    let value: Mutex<Value?> = Mutex(nil)
    /// Keeps the key's identity from being used again.
    let key: WorkerLocal<Value>
    init(key: WorkerLocal<Value>) { self.key = key }
  }

  private let make: @Sendable () -> sending Value

  /// Makes a value for each worker.
  ///
  /// - Parameter make: makes a worker's value; called once a worker, in the worker.
  public init(_ make: @escaping @Sendable () -> sending Value) { self.make = make }

  /// Uses this worker's value.
  ///
  /// Nobody else has it meanwhile; so the closure must not ask for the same value again.
  ///
  /// - Parameter body: gets the value, and may change it.
  /// - Returns: what the closure returns.
  /// - Throws: what the closure throws.
  public func withValue<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    let storage = WorkerContext.threadWork?.storage ?? .process
    let slot = storage.slot(of: ObjectIdentifier(self)) { Slot(key: self) }
    return try slot.value.withLock { (value) throws(Failure) -> sending Result in
      var present = value ?? make()
      value = nil
      defer { value = present }
      return try body(&present)
    }
  }
}
