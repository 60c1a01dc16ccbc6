/// One call of a pool's method: the items that it brings, what is asked for them, where results go.
///
/// A pool takes items, in ranges; gives them to a worker; and says of every item that it took how it
/// ended, exactly once: by `deliver` for work that was sent (`SentCall`), by `perform` for work done here
/// (`LocalCall`), or by `fail`. All methods may be called from any thread.
package protocol CallItems: AnyObject, Sendable {
  /// What the call asks for its items.
  var options: CallOptions.Checked { get }
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

extension CallItems {
  /// Ends an item without an output, for a reason that no worker process knows more about.
  func fail(_ item: Int, _ error: any Error) { fail(item, error, thrownIn: nil) }

  /// Whether the call was given up.
  var isCancelled: Bool { cancellation != nil }
}

/// A call that any pool can take: its items can be sent, and done here.
package typealias Call = SentCall & LocalCall
