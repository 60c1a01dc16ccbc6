/// What a call does with its items, and how that is named to a worker process.
package struct CallFunction: Sendable {
  /// Tells functions apart within one process.
  package struct Key: Hashable, Sendable {
    /// The closure's code, or 0 for the `run` of a task.
    var code: UInt
    var input: ObjectIdentifier
    var output: ObjectIdentifier
  }

  /// Nil for what can't be told apart, because it captures something.
  package let key: Key?
  let makeWork: @Sendable () throws(PoolError) -> TaskRecord.Work
}
