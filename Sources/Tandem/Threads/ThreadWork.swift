internal import Synchronization

/// Items of a call while a thread works on them.
///
/// Three parties act on it at the same time: the thread takes one item after the other; a thread with
/// nothing to do takes some away from the end; and whoever gives the work up, for its caller or for its
/// timeout, ends the items in the thread's place. Two atomic words decide who got what:
///
/// - the *cursor*: the first item that is not begun, and the end. Items are taken by moving one of them.
/// - the *status*: open, then either claimed by the thread, which then ends the items that it has done,
///   or given up, and then the thread ends none. So every item ends exactly once.
package final class ThreadWork: Sendable {
  /// What it is part of; nil for a worker's setup and teardown, which have no items.
  let order: CallQueue.Order?
  /// Tells whose worker it is: the pool's engine.
  let pool: ObjectIdentifier
  /// The worker's values.
  let storage: WorkerStorage
  /// When the thread took it, in nanoseconds of CLOCK_MONOTONIC.
  let began: UInt64

  private enum Status {
    static let open: UInt8 = 0
    static let claimed: UInt8 = 1
    static let givenUp: UInt8 = 2
  }

  private let status = Atomic<UInt8>(Status.open)
  /// The lower half counts the items that were begun, the upper half is the end; both from the first item.
  private let cursor: Atomic<UInt64>
  private let task = Mutex<Task<Void, Never>?>(nil)
  private let nested = Atomic(false)

  init(
    _ order: CallQueue.Order?, pool: ObjectIdentifier, storage: WorkerStorage, began: UInt64
  ) {
    self.order = order
    self.pool = pool
    self.storage = storage
    self.began = began
    cursor = Atomic(Self.pack(0, UInt64(order?.items.count ?? 0)))
  }

  /// The items at the beginning; fewer are worked on if others take some away.
  var items: Range<Int> { order?.items ?? 0..<0 }

  // MARK: Items

  private static func pack(_ begun: UInt64, _ end: UInt64) -> UInt64 { end << 32 | begun }
  private static func begun(_ cursor: UInt64) -> UInt64 { cursor & 0xffff_ffff }
  private static func end(_ cursor: UInt64) -> UInt64 { cursor >> 32 }

  /// Moves the cursor.
  ///
  /// - Parameter moved: the new cursor for the present one; nil leaves it.
  /// - Returns: the cursor before; nil if it was left.
  private func move(_ moved: (UInt64) -> UInt64?) -> UInt64? {
    // Relaxed: what the items are is known to everybody who has the work, and only their numbers are
    // shared out here.
    var seen = cursor.load(ordering: .relaxed)
    while let wanted = moved(seen) {
      let (exchanged, original) = cursor.weakCompareExchange(
        expected: seen, desired: wanted, ordering: .relaxed)
      if exchanged { return seen }
      seen = original
    }
    return nil
  }

  /// Begins the next item.
  ///
  /// - Returns: which; nil when there is none left.
  func next() -> Int? {
    move { Self.begun($0) < Self.end($0) ? $0 + 1 : nil }
      .map { items.lowerBound + Int(Self.begun($0)) }
  }

  /// Takes away the second half of what is not begun, the larger one.
  ///
  /// - Returns: the items; nil when all are begun.
  func takeHalf() -> Range<Int>? {
    var kept: UInt64 = 0
    let before = move { cursor in
      let (begun, end) = (Self.begun(cursor), Self.end(cursor))
      guard begun < end else { return nil }
      kept = begun + (end - begun) / 2
      return Self.pack(begun, kept)
    }
    guard let before else { return nil }
    return items.lowerBound + Int(kept)..<items.lowerBound + Int(Self.end(before))
  }

  /// Takes away everything that is not begun.
  ///
  /// - Returns: the items; none when all are begun.
  func takeRest() -> Range<Int> {
    let before = move { Self.pack(Self.begun($0), Self.begun($0)) } ?? 0
    return items.lowerBound + Int(Self.begun(before))..<items.lowerBound + Int(Self.end(before))
  }

  /// How many items are not begun.
  var left: Int {
    let cursor = cursor.load(ordering: .relaxed)
    return Int(Self.end(cursor) - Self.begun(cursor))
  }

  /// How many items it has, without those that were taken away.
  var count: Int { Int(Self.end(cursor.load(ordering: .relaxed))) }

  // MARK: Who ends the items

  /// Takes it upon the thread to end the items that it has begun.
  ///
  /// - Returns: whether it may; if not, they have been ended.
  func claim() -> Bool {
    status.compareExchange(
      expected: Status.open, desired: Status.claimed, ordering: .acquiringAndReleasing
    ).exchanged
  }

  /// Whether the thread has claimed it.
  var isClaimed: Bool { status.load(ordering: .acquiring) == Status.claimed }

  /// Whether it was given up.
  var isGivenUp: Bool { status.load(ordering: .acquiring) == Status.givenUp }

  /// Takes the items from the thread; call `ask()` afterwards.
  ///
  /// - Returns: the items, all of which the caller has to end; nil if the thread was faster.
  func giveUp() -> Range<Int>? {
    guard
      status.compareExchange(
        expected: Status.open, desired: Status.givenUp, ordering: .acquiringAndReleasing
      ).exchanged
    else { return nil }
    return items.lowerBound..<takeRest().upperBound
  }

  // MARK: Asking it to end

  /// The task that does async work.
  func isDone(by task: Task<Void, Never>) {
    self.task.withLock { $0 = task }
    if isGivenUp { task.cancel() }
  }

  /// Asks async work that was given up to end; it runs the task's cancellation handlers.
  func ask() {
    let task = task.withLock { $0 }
    task?.cancel()
  }

  // MARK: Nested calls

  /// Notes that the work has given its own pool work.
  ///
  /// - Returns: whether it is the first time.
  func noteNestedCall() -> Bool { !nested.exchange(true, ordering: .sequentiallyConsistent) }

  /// Whether the work has given its own pool work, which it may wait for.
  var hasNestedCalls: Bool { nested.load(ordering: .sequentiallyConsistent) }
}
