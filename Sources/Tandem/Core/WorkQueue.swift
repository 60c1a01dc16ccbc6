/// Calls that wait for workers: by priority, then by the order in which they came.
///
/// Items that come back from a worker that died, or are to be done again, go before everything else of
/// their priority.
package struct WorkQueue<Work: QueuedWork>: Sendable {
  /// What is to be done next with what waits.
  package enum Next: Sendable {
    /// These items go to a worker.
    case begin(Order<Work>)
    /// These items end: their call was given up.
    case drop(Order<Work>, any Error)
    /// Nothing, for now.
    case none
  }

  private struct Lane: Sendable {
    let priority: CallPriority
    var returned = Deque<Order<Work>>()
    var calls = Deque<(work: Work, queued: UInt64)>()
    var isEmpty: Bool { returned.isEmpty && calls.isEmpty }
  }

  /// Highest priority first.
  private var lanes: [Lane] = []

  package init() {}

  /// Whether nothing waits.
  package var isEmpty: Bool { lanes.allSatisfy(\.isEmpty) }

  /// How many items wait.
  package var count: Int {
    var sum = 0
    for lane in lanes {
      for index in 0..<lane.returned.count { sum += lane.returned[index].items.count }
      for index in 0..<lane.calls.count { sum += lane.calls[index].work.waiting }
    }
    return sum
  }

  /// Adds a call.
  mutating func append(_ work: Work, at now: UInt64) {
    let lane = lane(of: work.priority)
    lanes[lane].calls.append((work, now))
  }

  /// Adds items that were begun before.
  mutating func putBack(_ order: Order<Work>) {
    let lane = lane(of: order.work.priority)
    lanes[lane].returned.prepend(order)
  }

  /// Takes what goes next.
  ///
  /// - Parameter limit: how many items of a call may be taken at once; 0 for none now.
  /// - Returns: what goes next; nothing when nothing waits, or the limit was 0.
  mutating func next(limit: (Work) -> Int) -> Next {
    for index in lanes.indices {
      if let order = lanes[index].returned.first {
        if let reason = order.work.cancellation {
          lanes[index].returned.removeFirst()
          return .drop(order, reason)
        }
        guard limit(order.work) > 0 else { return .none }
        lanes[index].returned.removeFirst()
        return .begin(order)
      }
      while let (work, queued) = lanes[index].calls.first {
        guard work.waiting > 0 else {
          lanes[index].calls.removeFirst()
          continue
        }
        let most = limit(work)
        guard most > 0 else { return .none }
        guard let items = work.take(atMost: most) else { continue }
        return .begin(Order(work: work, items: items, queued: queued))
      }
    }
    return .none
  }

  /// Takes out what has come back of a call.
  ///
  /// - Parameter work: the call.
  /// - Returns: its items.
  mutating func removeReturned(of work: Work) -> [Order<Work>] {
    var removed: [Order<Work>] = []
    for index in lanes.indices where !lanes[index].returned.isEmpty {
      var kept = Deque<Order<Work>>()
      while let order = lanes[index].returned.popFirst() {
        if order.work === work { removed.append(order) } else { kept.append(order) }
      }
      lanes[index].returned = kept
    }
    return removed
  }

  /// Empties the queue.
  ///
  /// - Returns: everything that waited.
  mutating func removeAll() -> Leftovers<Work> {
    var left = Leftovers<Work>()
    for index in lanes.indices {
      while let order = lanes[index].returned.popFirst() { left.orders.append(order) }
      while let (work, _) = lanes[index].calls.popFirst() { left.calls.append(work) }
    }
    lanes = []
    return left
  }

  private mutating func lane(of priority: CallPriority) -> Int {
    if let known = lanes.firstIndex(where: { $0.priority == priority }) { return known }
    let place = lanes.firstIndex { $0.priority < priority } ?? lanes.count
    lanes.insert(Lane(priority: priority), at: place)
    return place
  }
}

/// What is left of a pool's work, and has to be ended: calls that were not taken up whole, and items that
/// were taken.
package struct Leftovers<Work: QueuedWork>: Sendable {
  /// Calls that are to be given up.
  package var calls: [Work] = []
  /// Items that are to end, each once.
  package var orders: [Order<Work>] = []
}
