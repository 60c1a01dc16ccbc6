/// What every pool decides about its work, whatever its workers are: who goes next, what is done again, how
/// items end and are counted, and when the pool itself ends.
///
/// Plain values, without threads, locks, clocks or I/O. An engine says what has happened, with the time, and
/// carries out what it is told: it begins orders, and ends items for their callers. It guards the core by its
/// own lock, and calls nobody while it holds that.
///
/// Every item that `next` gave out comes back exactly once: by `returned`, `completed`, `ended`, or in
/// the `Leftovers` of the pool's end.
package struct PoolCore<Work: QueuedWork>: Sendable {
  /// Where the pool is in its life.
  package private(set) var life = PoolLife()
  /// Why the pool is broken; nil if it isn't.
  ///
  /// Once it has ended it goes on to say so.
  package private(set) var failure: PoolError?
  /// How items ended.
  package var counts = ItemCounts()
  private var queue = WorkQueue<Work>()
  private let name: String

  package init(name: String) { self.name = name }

  // MARK: Work

  /// How many items wait.
  package var waiting: Int { queue.count }
  /// Whether no item waits.
  package var isEmpty: Bool { queue.isEmpty }

  /// Why the pool takes no work now.
  package var refusal: PoolError? {
    guard !life.isRunning else { return nil }
    return failure ?? PoolError(.poolShutDown, "the pool \(name) was shut down")
  }

  /// The error of what the pool's end ends.
  package var endError: PoolError {
    failure ?? PoolError(.poolShutDown, "the pool \(name) was shut down before this ended")
  }

  /// A call was made.
  ///
  /// - Parameters:
  ///   - work: the call.
  ///   - now: the time.
  /// - Throws: why it isn't taken.
  package mutating func submitted(_ work: Work, at now: UInt64) throws(PoolError) {
    if let refusal { throw refusal }
    queue.append(work, at: now)
  }

  /// A worker is free: what goes next.
  ///
  /// - Parameter limit: how many items of a call it may be given at once; 0 for none now.
  /// - Returns: what to do. What waits in a pool that ends at once is ended by its end.
  package mutating func next(limit: (Work) -> Int) -> WorkQueue<Work>.Next {
    life.isWorking ? queue.next(limit: limit) : .none
  }

  /// Items were not begun, or have to be begun anew through no fault of their own: they go first.
  package mutating func returned(_ order: Order<Work>) { queue.putBack(order) }

  /// Items have an output, and nobody has it yet.
  package mutating func completed(_ count: Int) { counts.completed(count) }

  /// An attempt at an item ended without an output.
  ///
  /// - Parameters:
  ///   - order: what the item was begun with.
  ///   - item: which of its items.
  ///   - why: why there is none.
  ///   - deathRetries: how often the pool itself has an item done again that a worker died at.
  ///   - now: the time.
  /// - Returns: whether it is done again; if not, it has to be ended for its caller.
  package mutating func ended(
    _ order: Order<Work>, _ item: Int, _ why: ItemEnd, deathRetries: Int = 0, at now: UInt64
  ) -> Bool {
    let retries = order.work.retries
    var limit = 0
    if let reason = why.reason {
      if retries.reasons.contains(reason) { limit = retries.limit }
      if why == .workerDeath { limit = max(limit, deathRetries) }
    }
    guard order.attempt < limit, life.isWorking, order.work.cancellation == nil else {
      counts.ended(1, why)
      return false
    }
    counts.again()
    queue.putBack(
      Order(work: order.work, items: item..<item + 1, attempt: order.attempt + 1, queued: now))
    return true
  }

  /// Items ended that can't be done again, however they were to be retried.
  package mutating func ended(_ count: Int, _ why: ItemEnd) { counts.ended(count, why) }

  /// A call was given up: takes out what has come back of it.
  ///
  /// - Returns: items that have to be ended.
  package mutating func removeReturned(of work: Work) -> [Order<Work>] {
    queue.removeReturned(of: work)
  }

  // MARK: The pool's end

  /// No worker can be had: what waits is given up, and the pool goes on.
  ///
  /// - Returns: what has to be ended.
  package mutating func noWorker() -> Leftovers<Work> { dropped() }

  /// The pool is shut down.
  ///
  /// - Parameter mode: what becomes of its work.
  /// - Returns: what has to be ended now.
  package mutating func shutDown(_ mode: PoolShutdown) -> Leftovers<Work> {
    guard !life.isOver else { return Leftovers() }
    life.shutDown(atOnce: mode == .killNow)
    return mode == .drain ? Leftovers() : dropped()
  }

  /// The pool breaks.
  ///
  /// - Parameter error: why.
  /// - Returns: what has to be ended now; nil if it was ending at once already.
  package mutating func breakDown(_ error: PoolError) -> Leftovers<Work>? {
    guard life.isWorking else { return nil }
    life.shutDown(atOnce: true)
    failure = error
    return dropped()
  }

  /// Nobody has work in hand any more, and no worker is left: the pool ends, if it is to.
  ///
  /// - Returns: what has come back meanwhile and has to be ended; nil if the pool goes on, or has ended
  ///   before.
  package mutating func finished() -> Leftovers<Work>? {
    switch life.stage {
    case .running, .over: return nil
    case .draining: guard queue.isEmpty else { return nil }
    case .killing: break
    }
    life.end()
    return dropped()
  }

  private mutating func dropped() -> Leftovers<Work> {
    let left = queue.removeAll()
    for order in left.orders { counts.ended(order.items.count, .refused) }
    return left
  }
}
