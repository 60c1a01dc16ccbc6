/// What `WorkerPool.enqueue` takes: a call that a pool's method has made.
public struct PoolWork: Sendable {
  package let call: any Call
  /// The number of what the call does with its items, where the engine numbers that.
  let function: Int

  package init(_ call: any Call) { self.init(call, function: 0) }

  init(_ call: any Call, function: Int) {
    self.call = call
    self.function = function
  }
}

extension PoolWork: QueuedWork {
  package var priority: CallPriority { call.options.priority }
  package var retries: RetryPolicy { call.options.retries }
  package var cancellation: (any Error)? { call.cancellation }
  package var waiting: Int { call.waiting }

  package func take(atMost limit: Int) -> Range<Int>? { call.take(atMost: limit) }

  package static func === (left: PoolWork, right: PoolWork) -> Bool { left.call === right.call }
}

/// Items of a pool's call on their way to a worker.
typealias PoolOrder = Order<PoolWork>

extension Order where Work == PoolWork {
  /// The call.
  @inline(__always) var call: any Call { work.call }

  /// Ends its items with an error.
  func fail(_ error: any Error) {
    for item in items { call.fail(item, error) }
  }
}

extension Leftovers where Work == PoolWork {
  /// Ends all of it with an error.
  func end(_ error: any Error) {
    for call in calls { call.call.cancel(error) }
    for order in orders { order.fail(error) }
  }
}
