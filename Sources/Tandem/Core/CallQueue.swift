/// Calls that wait for workers: by priority, then by the order in which they came.
///
/// Items that come back from a worker that died, or are to be done again, go before everything else of
/// their priority.
struct CallQueue {
  /// Items of a call on their way to a worker.
  struct Order {
    let call: any Call
    let items: Range<Int>
    /// How often they were begun before.
    var attempt: Int
    /// When they came, in nanoseconds of CLOCK_MONOTONIC.
    let queued: UInt64

    /// Some of the items.
    func part(_ items: Range<Int>) -> Order {
      Order(call: call, items: items, attempt: attempt, queued: queued)
    }
  }

  private struct Lane {
    let priority: CallPriority
    var returned = Deque<Order>()
    var calls = Deque<(call: any Call, queued: UInt64)>()
    var isEmpty: Bool { returned.isEmpty && calls.isEmpty }
  }

  /// Highest priority first.
  private var lanes: [Lane] = []

  /// Whether nothing waits.
  var isEmpty: Bool { lanes.allSatisfy(\.isEmpty) }

  /// How many items wait.
  var count: Int {
    var sum = 0
    for lane in lanes {
      for index in 0..<lane.returned.count { sum += lane.returned[index].items.count }
      for index in 0..<lane.calls.count { sum += lane.calls[index].call.waiting }
    }
    return sum
  }

  /// Adds a call.
  mutating func append(_ call: any Call, at now: UInt64) {
    let lane = lane(of: call.options.priority)
    lanes[lane].calls.append((call, now))
  }

  /// Adds items that were begun before.
  mutating func putBack(_ order: Order) {
    let lane = lane(of: order.call.options.priority)
    lanes[lane].returned.prepend(order)
  }

  /// Takes what goes next.
  ///
  /// - Parameter limit: how many items of a call may be taken at once; 0 for none now.
  /// - Returns: what goes next; nil when nothing waits, or the limit was 0.
  mutating func next(limit: (any Call) -> Int) -> Order? {
    for index in lanes.indices {
      while let order = lanes[index].returned.first {
        if let reason = order.call.cancellation {
          _ = lanes[index].returned.popFirst()
          for item in order.items { order.call.fail(item, reason) }
          continue
        }
        guard limit(order.call) > 0 else { return nil }
        _ = lanes[index].returned.popFirst()
        return order
      }
      while let (call, queued) = lanes[index].calls.first {
        guard call.waiting > 0 else {
          _ = lanes[index].calls.popFirst()
          continue
        }
        let most = limit(call)
        guard most > 0 else { return nil }
        guard let items = call.take(atMost: most) else { continue }
        return Order(call: call, items: items, attempt: 0, queued: queued)
      }
    }
    return nil
  }

  /// Takes out what has come back of a call.
  ///
  /// - Parameter call: the call.
  /// - Returns: its items.
  mutating func removeReturned(of call: any Call) -> [Order] {
    var removed: [Order] = []
    for index in lanes.indices where !lanes[index].returned.isEmpty {
      var kept = Deque<Order>()
      while let order = lanes[index].returned.popFirst() {
        if order.call === call { removed.append(order) } else { kept.append(order) }
      }
      lanes[index].returned = kept
    }
    return removed
  }

  /// The call that goes next.
  var first: (any Call)? {
    for lane in lanes {
      if let order = lane.returned.first { return order.call }
      if let entry = lane.calls.first { return entry.call }
    }
    return nil
  }

  /// Empties the queue.
  ///
  /// - Returns: everything that waited.
  mutating func removeAll() -> (calls: [any Call], returned: [Order]) {
    var calls: [any Call] = []
    var returned: [Order] = []
    for index in lanes.indices {
      while let order = lanes[index].returned.popFirst() { returned.append(order) }
      while let (call, _) = lanes[index].calls.popFirst() { calls.append(call) }
    }
    lanes = []
    return (calls, returned)
  }

  private mutating func lane(of priority: CallPriority) -> Int {
    if let known = lanes.firstIndex(where: { $0.priority == priority }) { return known }
    let place = lanes.firstIndex { $0.priority < priority } ?? lanes.count
    lanes.insert(Lane(priority: priority), at: place)
    return place
  }
}
