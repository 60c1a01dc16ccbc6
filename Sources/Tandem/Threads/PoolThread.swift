internal import Synchronization
internal import TandemSystem
internal import TandemWire

/// One thread of a pool.
final class PoolThread: @unchecked Sendable {
  // SAFETY (@unchecked): what changes is only touched under the engine's lock.

  /// A number that no other thread of the pool has had.
  let id: Int
  /// Its name.
  let name: String
  /// When its start was begun, in nanoseconds of CLOCK_MONOTONIC.
  let begun: UInt64
  /// What it sleeps at.
  let bell = ThreadBell()
  /// Runs async work on it.
  let executor: ThreadExecutor
  /// Its `WorkerLocal` values.
  let storage = WorkerStorage()
  /// Whether there is something for it to look at.
  let isSummoned = Atomic(false)

  /// Where the thread is in its life.
  var life = WorkerLife()
  /// What it works on.
  var work: ThreadWork?
  /// Whether the pool does without it for now, its work having been given up in vain.
  var isStuck = false
  /// When the keeper has to look at it, in nanoseconds of CLOCK_MONOTONIC.
  var due = UInt64.max
  var statistics: WorkerStatistics

  init(id: Int, name: String, begun: UInt64) {
    self.id = id
    self.name = name
    self.begun = begun
    executor = ThreadExecutor(bell: bell)
    statistics = WorkerStatistics(id: id, name: name)
  }

  /// Wakes it to look for work.
  func summon() {
    // Pairs with the acquire in the thread's look before it sleeps.
    isSummoned.store(true, ordering: .releasing)
    bell.bell.ring()
  }
}
