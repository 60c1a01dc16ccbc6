internal import TandemSystem
internal import TandemWire

/// The pool's end of one worker process.
final class PoolWorker: @unchecked Sendable {
  // SAFETY (@unchecked): everything that changes is only touched under the engine's lock.

  /// A number that no other worker of the pool has had.
  let id: Int
  /// The worker's name.
  let name: String
  /// The parent's end of the process.
  let started: WorkerLaunch.Started
  /// The shared memory, mapped by `started.channel.page`.
  let block: PoolBlock
  /// When its start was begun.
  let begun: UInt64

  // None of the following is checked for overlapping accesses at run time: the lock excludes them, and
  // the checks would cost as much as what they watch.

  @exclusivity(unchecked) var life = WorkerLife()
  /// What it has before it.
  @exclusivity(unchecked) var work = SentWork<PoolWork>()
  @exclusivity(unchecked) var requests: RingWriter
  @exclusivity(unchecked) var replies: RingReader
  /// Whether it was sent something that it was not woken for.
  @exclusivity(unchecked) var needsWake = false
  /// Whether the ring has no room.
  @exclusivity(unchecked) var isFull = false
  /// Which functions it knows.
  @exclusivity(unchecked) var defined: [Bool] = []
  /// Where its images are, if it was executed anew.
  @exclusivity(unchecked) var images: [MappedFile]?
  /// Since when it has had nothing to do.
  @exclusivity(unchecked) var idleSince: UInt64
  /// Whether it has sent what can't be.
  @exclusivity(unchecked) var isCorrupt = false
  /// Whether it must be replaced for the memory that it holds.
  @exclusivity(unchecked) var isTooLarge = false
  @exclusivity(unchecked) var statistics: WorkerStatistics

  init(id: Int, name: String, started: WorkerLaunch.Started, ringCapacity: Int, begun: UInt64) {
    self.id = id
    self.name = name
    self.started = started
    self.begun = begun
    block = started.channel.page.poolBlock(ringCapacity: ringCapacity)
    requests = RingWriter(block.requests)
    replies = RingReader(block.replies)
    idleSince = MonotonicClock.now()
    statistics = WorkerStatistics(id: id, name: name, systemIdentifier: started.pid)
  }

  /// Whether it can be given work now.
  var takesWork: Bool { life.takesWork && !isCorrupt && !isFull && !isTooLarge }

  /// Whether it has begun with the first frame of what it has.
  func hasBegun(_ first: SentOrder<PoolWork>) -> Bool { requests.isConsumed(first.position) }

  /// When it began with the first frame of what it has, in nanoseconds of CLOCK_MONOTONIC; nil if it has
  /// not.
  ///
  /// What the worker says is not trusted beyond what can be.
  func began(_ first: SentOrder<PoolWork>, now: UInt64) -> UInt64? {
    guard hasBegun(first), block.current.load() == first.frame else { return nil }
    return min(max(block.began.load(), first.sent), now)
  }

  /// Takes back what the worker has not begun, from the end.
  ///
  /// - Parameters:
  ///   - keeping: how many frames it keeps.
  ///   - isMeant: whose; what is not meant stays.
  /// - Returns: what goes back to the queue, in order.
  func takeBack(
    keeping: Int = 0, where isMeant: (SentOrder<PoolWork>) -> Bool = { _ in true }
  ) -> [PoolOrder] {
    work.takeBack(keeping: keeping, where: isMeant) { requests.revoke($0) }
  }

  /// Sends a signal to the worker's process group.
  func signal(_ signal: Signal) {
    guard started.channel.end.value == nil else { return }
    started.server.requestSignal(signal, worker: started.channel.id)
  }

  /// Makes it look at what it was asked to give up.
  func wake() { started.server.requestWake(worker: started.channel.id) }
}
