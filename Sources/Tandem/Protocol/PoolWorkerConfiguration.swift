/// What a pool's worker process is told at its start.
struct PoolWorkerConfiguration: Codable {
  /// The capacity of each ring, in bytes.
  var ringCapacity: Int
  /// The largest result, in bytes.
  var largestResult: Int
  /// How many containers of an input or output may enclose one another.
  var nestingLimit: Int
  /// How long it looks for work before it sleeps, in nanoseconds.
  var spin: UInt64
  /// What it does first: the encoded `TaskRecord`; nil for nothing.
  var setup: [UInt8]?
  /// What it does last.
  var teardown: [UInt8]?
}
