/// What the methods of `WorkerPool` need of the engine behind a pool.
package protocol PoolEngine: AnyObject, Sendable {
  /// What `progress` listens to.
  var changes: PoolChanges { get }
  /// How many containers of an input or output may enclose one another, where they are encoded.
  var nestingLimit: Int { get }

  /// Takes a call.
  ///
  /// - Parameter call: the call.
  /// - Throws: why it is not taken: nothing of it has begun then, and nothing will.
  func enqueue(_ call: any Call) throws(PoolError)

  /// Takes a call, and may block the calling thread until it has ended, helping the pool meanwhile.
  ///
  /// - Parameters:
  ///   - call: the call.
  ///   - isDone: whether it has ended.
  /// - Throws: as `enqueue`.
  func enqueue(_ call: any Call, helpingUntil isDone: () -> Bool) throws(PoolError)

  /// Stops what was begun of a call that has been cancelled.
  ///
  /// - Parameter call: the call.
  func stop(_ call: any Call)

  /// Whether a worker has begun a call of one item, and has not ended it.
  ///
  /// - Parameter call: the call.
  /// - Returns: whether it runs; an answer that may be old when it arrives.
  func isRunning(_ call: any Call) -> Bool

  /// Throws if the calling thread must not wait for the pool, because it is one that the pool needs.
  ///
  /// - Throws: `wouldDeadlock`.
  func checkMayBlock() throws(PoolError)

  /// Throws if the calling code must not await a call of the pool, because the call can't begin meanwhile;
  /// else the pool makes room for it, if the calling code is work of its own.
  ///
  /// - Throws: `wouldDeadlock`.
  func checkMayAwait() throws(PoolError)

  /// Whether the calling code is work of the pool, which the pool's end waits for.
  var isInOwnWork: Bool { get }

  /// Completed when the pool has ended.
  var ended: Completion<Bool> { get }

  /// Ends the pool.
  ///
  /// - Parameter mode: what becomes of work that was given before.
  func shutdown(_ mode: PoolShutdown)
}

extension PoolEngine {
  /// The usual: by default nothing is encoded.
  package var nestingLimit: Int { ValueCoding.usualNesting }

  /// Takes a call without waiting: by default callers can't help.
  package func enqueue(_ call: any Call, helpingUntil isDone: () -> Bool) throws(PoolError) {
    try enqueue(call)
  }

  /// Throws nothing: by default every thread may wait.
  package func checkMayBlock() throws(PoolError) {}

  /// Throws nothing: by default every task may wait.
  package func checkMayAwait() throws(PoolError) {}

  /// Nobody is: by default work is elsewhere.
  package var isInOwnWork: Bool { false }

  /// Ends the pool, and waits for its end unless the calling code is part of what it waits for.
  ///
  /// - Parameter mode: what becomes of work that was given before.
  func shutdownAndWait(_ mode: PoolShutdown) async {
    shutdown(mode)
    guard !isInOwnWork else { return }
    await withTaskCancellationHandler {
      _ = await ended.wait()
    } onCancel: {
      shutdown(.killNow)
    }
  }
}

/// Where a pool takes work in: its engine.
public struct PoolIntake: Sendable {
  package let engine: any PoolEngine

  package init(_ engine: any PoolEngine) { self.engine = engine }
}
