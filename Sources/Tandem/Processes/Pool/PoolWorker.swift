internal import TandemSystem
internal import TandemWire

/// The pool's end of one worker process.
final class PoolWorker: @unchecked Sendable {
  // SAFETY (@unchecked): everything that changes is only touched under the engine's lock.

  /// Where the worker is in its life.
  enum Phase {
    /// It has been started, and is being set up.
    case settingUp
    /// It takes work.
    case ready
    /// It was told to end after what it has.
    case retiring
    /// It is being made to end.
    case ending
  }

  /// Items that were sent to the worker.
  struct Sent {
    let order: CallQueue.Order
    let function: Int
    /// The frame's number.
    let frame: UInt32
    /// Where the frame is in the ring.
    let position: UInt64
    /// When it was sent, in nanoseconds of CLOCK_MONOTONIC.
    let sent: UInt64
    /// How long it is expected to run, in nanoseconds; 0 when that isn't known.
    let expected: UInt64
  }

  /// Work that the worker was asked to give up.
  struct Stop {
    let frame: UInt32
    let why: Why
    /// What comes next: SIGTERM, then SIGKILL.
    var next: Int32
    /// When, in nanoseconds of CLOCK_MONOTONIC.
    var due: UInt64

    enum Why {
      case cancelled
      case timedOut(UInt64)
    }
  }

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

  var phase = Phase.settingUp
  var requests: RingWriter
  var replies: RingReader
  /// What it has, in the order in which it will do it.
  var sent = Deque<Sent>()
  /// The sum of what `sent` is expected to take.
  var load: UInt64 = 0
  /// What it was asked to give up.
  var stop: Stop?
  /// Whether the ring has no room.
  var isFull = false
  /// Which functions it knows.
  var defined: [Bool] = []
  /// Where its images are, if it was executed anew.
  var images: [MappedFile]?
  /// Since when it has had nothing to do.
  var idleSince: UInt64
  /// Whether it must be replaced for the memory that it holds.
  var isTooLarge = false
  var statistics: WorkerStatistics

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
  var takesWork: Bool { phase == .ready && stop == nil && !isFull && !isTooLarge }

  /// Whether it has begun with a frame that it was sent.
  func hasBegun(_ sent: Sent) -> Bool { requests.isConsumed(sent.position) }

  /// When it began with the first of what it has, in nanoseconds of CLOCK_MONOTONIC; nil if it has not.
  ///
  /// What the worker says is not trusted beyond what can be.
  func began(_ first: Sent, now: UInt64) -> UInt64? {
    guard hasBegun(first), block.current.load() == first.frame else { return nil }
    return min(max(block.began.load(), first.sent), now)
  }

  /// Sends a signal to the worker's process group.
  func signal(_ number: Int32) {
    guard started.channel.end.value == nil else { return }
    started.server.requestSignal(number, worker: started.channel.id)
  }

  /// Makes it look at what it was asked to give up.
  func nudge() { started.server.requestNudge(worker: started.channel.id) }
}
