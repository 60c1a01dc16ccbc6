internal import Synchronization

/// Items of a call while a thread works on them.
///
/// Three parties act on it at the same time: the thread takes one item after the other; a thread with
/// nothing to do takes some away from the end; and whoever gives the work up, for its caller or for its
/// timeout, ends the items in the thread's place. Two atomic words decide who got what:
///
/// - the *cursor*: the first item that is not begun, and the end. Items are taken by moving one of them.
/// - the *ends*: how many items the thread has ended, which grows until the thread is finished or the
///   work is given up; the items beyond are then ended by whoever did that. So every item ends exactly
///   once.
package final class ThreadWork: Sendable {
  /// What it is part of; nil for a worker's setup and teardown, which have no items.
  let order: PoolOrder?
  /// Tells whose worker it is: the pool's engine.
  let pool: ObjectIdentifier
  /// The worker's values.
  let storage: WorkerStorage
  /// When the thread took it, in nanoseconds of CLOCK_MONOTONIC.
  let began: UInt64

  /// The lower half counts the items that the thread has kept; above is whether it was given up or is
  /// finished.
  private let ends = Atomic<UInt64>(0)
  /// The lower half counts the items that were begun, the upper half is the end; both from the first item.
  private let cursor: Atomic<UInt64>
  private let task = Mutex<Task<Void, Never>?>(nil)
  private let nested = Atomic(false)

  init(
    _ order: PoolOrder?, pool: ObjectIdentifier, storage: WorkerStorage, began: UInt64
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

  private static let givenUp: UInt64 = 1 << 32
  private static let finished: UInt64 = 2 << 32
  private static func kept(_ ends: UInt64) -> UInt64 { ends & 0xffff_ffff }

  /// Makes this thread responsible for completing the items that it has run.
  ///
  /// - Parameter count: how many there are from the first on, with those that it has kept before.
  /// - Returns: whether it may; if not, the items beyond those have been ended.
  func keep(_ count: Int) -> Bool {
    let before = ends.load(ordering: .relaxed)
    // Nobody else changes the count, so a failure means that the work was given up.
    return before < Self.givenUp
      && ends.compareExchange(
        expected: before, desired: UInt64(count), ordering: .acquiringAndReleasing
      ).exchanged
  }

  /// How many items the thread has ended.
  var keptCount: Int { Int(Self.kept(ends.load(ordering: .acquiring))) }

  /// Says that the thread is done with the items, and ends what it has not kept itself.
  ///
  /// - Returns: whether it may; if not, they have been ended.
  func finish() -> Bool {
    let before = ends.load(ordering: .relaxed)
    return before < Self.givenUp
      && ends.compareExchange(
        expected: before, desired: before | Self.finished, ordering: .acquiringAndReleasing
      ).exchanged
  }

  /// Whether it was given up.
  var isGivenUp: Bool { ends.load(ordering: .acquiring) & Self.givenUp != 0 }

  /// Takes the items from the thread; call `ask()` afterwards.
  ///
  /// - Returns: the items that have not ended, all of which the caller has to end; nil if the thread is
  ///   done, or somebody else was faster.
  func giveUp() -> Range<Int>? {
    var seen = ends.load(ordering: .relaxed)
    while seen < Self.givenUp {
      let (exchanged, original) = ends.compareExchange(
        expected: seen, desired: seen | Self.givenUp, ordering: .acquiringAndReleasing)
      if exchanged {
        let first = items.lowerBound + Int(Self.kept(seen))
        return first..<max(first, takeRest().upperBound)
      }
      seen = original
    }
    return nil
  }

  // MARK: Doing it

  /// Does the work, which is not async, on the calling thread, with the task-local values of the caller.
  func perform(_ call: any Call) -> (item: Int, error: any Error)? {
    guard let context = call.callerContext else {
      return WorkerContext.$threadWork.withValue(self) { call.perform(self) }
    }
    var failure: (item: Int, error: any Error)?
    context.run {
      failure = WorkerContext.$threadWork.withValue(self) { call.perform(self) }
    }
    return failure
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
