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
  /// - Throws: whatever the work throws; the caller gets its type's name and description.
  nonisolated(nonsending) func run() async throws -> Output
}
