/// What a worker is for, as far as it can be told from outside.
public enum WorkerRole: String, Codable, Sendable, CaseIterable {
  /// The program's first thread, or the thread in which Java's launcher runs `main`.
  case main
  /// A worker that the program started: most of them are.
  case worker
  /// A thread that a computing library started for its own team, such as OpenBLAS's or OpenMP's.
  case library
  /// A helper of the language's runtime: a collector, a compiler, a scheduler's thread, Python's resource
  /// tracker.
  case runtime
  /// A thread that hands out work to the processes of a pool and takes their results, as Python's executors
  /// have one.
  case manager
  /// A thread that writes a queue's items to a pipe (Python's `QueueFeederThread`).
  case feeder
  /// A worker that waited for work for nearly all of its life, and did next to nothing.
  case idle
}

extension KeyedDecodingContainer {
  /// Reads a role; a worker of an early report has none, and most are workers.
  func decode(_ type: WorkerRole.Type, forKey key: Key) throws -> WorkerRole {
    if isUnrecorded(key) { return .worker }
    if let role = try decodeIfPresent(type, forKey: key) { return role }
    throw DecodingError.keyNotFound(
      key, DecodingError.Context(codingPath: codingPath, debugDescription: "There is no role."))
  }
}
