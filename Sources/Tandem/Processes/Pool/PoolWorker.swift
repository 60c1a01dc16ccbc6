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

  /// Neighbouring items of a call that were sent to the worker, in one frame or several.
  struct Sent {
    /// The items, with those that have ended.
    var order: CallQueue.Order
    let function: Int
    /// How many items a frame has; the last may have fewer.
    let size: Int
    /// The first frame's number; the others follow.
    let firstFrame: UInt32
    /// Where each frame is in the ring.
    var positions: [UInt64]
    /// How many frames have ended.
    var done = 0
    /// When they were sent, in nanoseconds of CLOCK_MONOTONIC.
    let sent: UInt64
    /// How long a frame is expected to run, in nanoseconds; 0 when that isn't known.
    let expected: UInt64

    /// How many frames have not ended.
    var left: Int { positions.count - done }
    /// The number of the first frame that has not ended.
    var frame: UInt32 { firstFrame &+ UInt32(done) }

    /// The items of a frame.
    func items(of frame: Int) -> Range<Int> {
      let first = order.items.lowerBound + frame * size
      return first..<min(first + size, order.items.upperBound)
    }

    /// The items from a frame on, as they go back to the queue.
    func order(from frame: Int) -> CallQueue.Order {
      CallQueue.Order(
        call: order.call,
        items: items(of: frame).lowerBound..<order.items.upperBound,
        attempt: order.attempt, queued: order.queued)
    }

    /// Forgets the frames from one on.
    mutating func drop(from frame: Int) {
      let end = items(of: frame).lowerBound
      positions.removeSubrange(frame...)
      order = CallQueue.Order(
        call: order.call, items: order.items.lowerBound..<end, attempt: order.attempt,
        queued: order.queued)
    }
  }

  /// Work that the worker was asked to give up.
  struct Stop {
    let frame: UInt32
    let why: Why
    /// What comes next: SIGTERM, then SIGKILL.
    var next: Signal
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

  // None of the following is checked for overlapping accesses at run time: the lock excludes them, and
  // the checks would cost as much as what they watch.

  @exclusivity(unchecked) var phase = Phase.settingUp
  @exclusivity(unchecked) var requests: RingWriter
  @exclusivity(unchecked) var replies: RingReader
  /// What it has, in the order in which it will do it.
  @exclusivity(unchecked) var sent = Deque<Sent>()
  /// How many frames it has.
  @exclusivity(unchecked) var frames = 0
  /// The sum of what they are expected to take, in nanoseconds.
  @exclusivity(unchecked) var load: UInt64 = 0
  /// What it was asked to give up.
  @exclusivity(unchecked) var stop: Stop?
  /// Whether it was sent something that it was not woken for.
  @exclusivity(unchecked) var isUntold = false
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
  var takesWork: Bool { phase == .ready && stop == nil && !isCorrupt && !isFull && !isTooLarge }

  /// Whether it has begun with the first frame of what it has.
  func hasBegun(_ first: Sent) -> Bool { requests.isConsumed(first.positions[first.done]) }

  /// When it began with the first frame of what it has, in nanoseconds of CLOCK_MONOTONIC; nil if it has
  /// not.
  ///
  /// What the worker says is not trusted beyond what can be.
  func began(_ first: Sent, now: UInt64) -> UInt64? {
    guard hasBegun(first), block.current.load() == first.frame else { return nil }
    return min(max(block.began.load(), first.sent), now)
  }

  /// Takes back what the worker has not begun, from the end.
  ///
  /// - Parameters:
  ///   - keeping: how many frames it keeps.
  ///   - isMeant: whose; what is not meant stays.
  /// - Returns: what goes back to the queue, in order.
  func revoke(
    keeping: Int = 0, where isMeant: (Sent) -> Bool = { _ in true }
  ) -> [CallQueue.Order] {
    var revoked: [CallQueue.Order] = []
    var kept = Deque<Sent>()
    while var sent = self.sent.popLast() {
      var first = sent.positions.count
      if isMeant(sent) {
        // The worker takes frames in order: once one can't be taken back, none before it can.
        while first > sent.done, frames > keeping, requests.revoke(sent.positions[first - 1]) {
          first -= 1
          frames -= 1
          load -= min(load, sent.expected)
        }
      }
      if first < sent.positions.count {
        revoked.append(sent.order(from: first))
        if first > sent.done { sent.drop(from: first) }
      }
      if first > sent.done { kept.prepend(sent) }
    }
    self.sent = kept
    return revoked.reversed()
  }

  /// The first of what it has that belongs to a call.
  func firstSent(of call: any Call) -> Sent? {
    for index in 0..<sent.count where sent[index].order.call === call { return sent[index] }
    return nil
  }

  /// How many items it has that have not ended.
  var itemsLeft: Int {
    var sum = 0
    for index in 0..<sent.count {
      let one = sent[index]
      sum += one.order.items.upperBound - one.items(of: one.done).lowerBound
    }
    return sum
  }

  /// Sends a signal to the worker's process group.
  func signal(_ signal: Signal) {
    guard started.channel.end.value == nil else { return }
    started.server.requestSignal(signal, worker: started.channel.id)
  }

  /// Makes it look at what it was asked to give up.
  func nudge() { started.server.requestNudge(worker: started.channel.id) }
}
