/// One call of a pool's method: the items that it brings, what to do with each, where results go.
///
/// A pool takes items, in ranges; gives them to a worker; and says of every item that it took how it
/// ended, exactly once, by `deliver`, `perform` or `fail`. All methods may be called from any thread.
package protocol Call: AnyObject, Sendable {
  /// What the call asks for its items.
  var options: CallOptions { get }
  /// What to do with each item.
  var function: CallFunction { get }
  /// Whether `perform` may be used; if not, `performAsync` must be.
  var isSynchronous: Bool { get }
  /// Whether the items after one that threw are wanted nevertheless.
  var goesOn: Bool { get }
  /// Why the call was given up, so that what is not running need not begin; nil if it was not.
  var cancellation: (any Error)? { get }
  /// Whether the call has one item, and never another.
  var isSingle: Bool { get }
  /// How many items can be taken now.
  var waiting: Int { get }

  /// The task-local values of the caller, if a pool of threads has taken them over.
  var callerContext: CallerContext? { get }
  /// Takes over the task-local values of the calling code, once.
  func takeCallerContext()

  /// Takes the next items.
  ///
  /// - Parameter limit: how many at most.
  /// - Returns: their numbers; nil when there are none now.
  func take(atMost limit: Int) -> Range<Int>?

  /// Encodes the item of a call of one, so that an error comes before anything is begun.
  ///
  /// - Throws: `encodingFailed`.
  func prepare() throws(PoolError)

  /// The item of a call of one, if it is too large for a ring.
  var sealed: SealedPayload? { get }

  /// Encodes items for a worker process, so many a frame.
  ///
  /// - Parameters:
  ///   - items: which, taken before.
  ///   - size: how many a frame; the last may have fewer.
  ///   - payloads: where they are appended.
  /// - Returns: nil, or why the frame after the last one appended could not be encoded.
  func encode(_ items: Range<Int>, per size: Int, into payloads: inout Payloads) -> PoolError?

  /// Takes the outputs of items from a worker process.
  ///
  /// - Parameters:
  ///   - items: which.
  ///   - size: how many a frame; the last may have fewer.
  ///   - payloads: their encoded outputs, a payload a frame; not trusted.
  /// - Returns: nil, or which frame could not be decoded and why; none of its items and of those behind
  ///   it has ended then.
  func deliver(
    _ items: Range<Int>, per size: Int, _ payloads: Payloads
  ) -> (frame: Int, error: PoolError)?

  /// Takes the output of one item from a worker process that sent it in a memory file.
  ///
  /// - Parameters:
  ///   - item: which.
  ///   - payload: its output; not trusted.
  /// - Returns: nil, or why it could not be decoded; the item has not ended then.
  func deliver(_ item: Int, _ payload: ReceivedPayload) -> PoolError?

  /// Does the work of items here, one after the other, and keeps their outputs.
  ///
  /// Which items is asked of the work before each: others may take some away meanwhile, or give the work
  /// up. Outputs are kept if `work.keep` says that they may be; else whoever gave the work up has ended its
  /// items.
  ///
  /// - Parameter work: which items.
  /// - Returns: the item that threw, and its error; it has not ended then, nor have those behind it.
  func perform(_ work: ThreadWork) -> (item: Int, error: any Error)?

  /// As `perform`, for async work.
  nonisolated(nonsending) func performAsync(_ work: ThreadWork) async -> (
    item: Int, error: any Error
  )?

  /// Ends an item without an output.
  ///
  /// - Parameters:
  ///   - item: which.
  ///   - error: why.
  ///   - site: where it was thrown in a worker process; nil for what was thrown in none.
  func fail(_ item: Int, _ error: any Error, thrownIn site: ThrowSite?)

  /// Gives the call up: items that were not taken end with an error.
  ///
  /// - Parameter error: the error.
  func cancel(_ error: any Error)
}

extension Call {
  /// Ends an item without an output, for a reason that no worker process knows more about.
  func fail(_ item: Int, _ error: any Error) { fail(item, error, thrownIn: nil) }
}

extension Call {
  /// Whether the call was given up.
  var isCancelled: Bool { cancellation != nil }
}

/// What `WorkerPool.enqueue` takes: a call that a pool's method has made.
public struct PoolWork: Sendable {
  package let call: any Call

  package init(_ call: any Call) { self.call = call }
}

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
