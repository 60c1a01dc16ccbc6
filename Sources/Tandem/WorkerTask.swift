/// A piece of work that a worker can run: its stored properties are the input.
///
/// ```swift
/// struct Thumbnail: WorkerTask {
///   var path: String
///   var side: Int
///   func run() throws -> [UInt8] { … }
/// }
/// ```
///
/// The task is copied to a worker process by its `Codable` conformance, and so is what it returns.
/// Private, local and nested types can cross; a private *generic* type can't.
///
/// In a worker process `main` has not run: globals and static properties have their initial values
/// there, whatever `main` set them to. Put what a task needs into its properties.
public protocol WorkerTask: Codable, Sendable {
  /// What the task gives back.
  associatedtype Output: Codable & Sendable

  /// Does the work.
  ///
  /// In a worker process a `run` that is not async runs on the process's main thread; an async one runs
  /// where any async function does, and so do its child tasks.
  ///
  /// - Returns: the result.
  /// - Throws: whatever the work throws. From a worker process an error that is `Codable` arrives as it was
  ///   thrown, so that `catch let error as MyError` works; private, local and generic types too, but not
  ///   private generic ones. Any other arrives as a `PoolError` with code `taskFailed`, whose cause is a
  ///   `RemoteError` with the type's name and the description. Where it was thrown is told by
  ///   `RemoteError.thrownIn`, and for every type of error by `TaskHandle.thrownIn` and
  ///   `WorkerProcess.thrownIn`; of the errors of a `map` or a stream that arrive as they were thrown,
  ///   it isn't.
  nonisolated(nonsending) func run() async throws -> Output
}
