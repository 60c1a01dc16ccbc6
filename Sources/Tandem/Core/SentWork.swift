/// Neighbouring items of a call that were sent to a worker, in one frame or several.
package struct SentOrder<Work: QueuedWork>: Sendable {
  /// The items, with those that have ended.
  package private(set) var order: Order<Work>
  /// The number of what is done with them.
  package let function: Int
  /// How many items a frame has; the last may have fewer.
  package let size: Int
  /// The first frame's number; the others follow.
  package let firstFrame: UInt32
  /// Where each frame is on its way to the worker, in words of the engine.
  package private(set) var positions: ShortList<UInt64>
  /// How many frames have ended.
  package fileprivate(set) var done = 0
  /// When they were sent, in nanoseconds of CLOCK_MONOTONIC.
  package let sent: UInt64
  /// How long a frame is expected to run, in nanoseconds; 0 when that isn't known.
  package let expected: UInt64

  package init(
    order: Order<Work>, function: Int, size: Int, firstFrame: UInt32,
    positions: ShortList<UInt64>,
    sent: UInt64, expected: UInt64
  ) {
    self.order = order
    self.function = function
    self.size = size
    self.firstFrame = firstFrame
    self.positions = positions
    self.sent = sent
    self.expected = expected
  }

  /// How many frames have not ended.
  package var left: Int { positions.count - done }
  /// The number of the first frame that has not ended.
  package var frame: UInt32 { firstFrame &+ UInt32(done) }
  /// Where the first frame is that has not ended.
  package var position: UInt64 { positions[done] }

  /// The items of a frame.
  package func items(of frame: Int) -> Range<Int> {
    let first = order.items.lowerBound + frame * size
    return first..<min(first + size, order.items.upperBound)
  }

  /// The items from a frame on.
  package func order(from frame: Int) -> Order<Work> {
    order.part(items(of: frame).lowerBound..<order.items.upperBound)
  }

  /// Forgets the frames from one on.
  fileprivate mutating func drop(from frame: Int) {
    let end = items(of: frame).lowerBound
    positions.drop(from: frame)
    order = order.part(order.items.lowerBound..<end)
  }
}

/// What a worker that ended had, item by item.
package struct Remains<Work: QueuedWork>: Sendable {
  /// What goes back to the queue, in the order of putting it there.
  package var returned: [Order<Work>] = []
  /// The item that it ended at.
  package var endedAt: Order<Work>?
  /// The items that it was asked to give up.
  package var stopped: Order<Work>?
  /// What ends with the pool.
  package var refused: [Order<Work>] = []
}

/// What a worker has before it, in the order in which it does it.
///
/// A worker may be sent more than it works on. What it has not begun can be taken back.
package struct SentWork<Work: QueuedWork>: Sendable {
  private var orders = Deque<SentOrder<Work>>()
  /// How many frames it has.
  package private(set) var frames = 0
  /// The sum of what they are expected to take, in nanoseconds.
  package private(set) var load: UInt64 = 0

  package init() {}

  /// Whether it has nothing.
  package var isEmpty: Bool { orders.isEmpty }
  /// What it does first.
  package var first: SentOrder<Work>? { orders.first }

  /// How many items it has that have not ended.
  package var items: Int {
    var sum = 0
    for index in 0..<orders.count {
      let one = orders[index]
      sum += one.order.items.upperBound - one.items(of: one.done).lowerBound
    }
    return sum
  }

  /// The first of what it has that belongs to a call.
  package func first(of work: Work) -> SentOrder<Work>? {
    for index in 0..<orders.count where orders[index].order.work === work { return orders[index] }
    return nil
  }

  /// It was sent something.
  package mutating func append(_ sent: SentOrder<Work>) {
    orders.append(sent)
    frames += sent.left
    load &+= sent.expected &* UInt64(sent.left)
  }

  /// Its first frame has ended.
  ///
  /// - Parameter first: `first`, which the engine has at hand: it is not copied once more for each frame.
  package mutating func ended(_ first: SentOrder<Work>) {
    frames -= 1
    load -= min(first.expected, load)
    if first.left == 1 { orders.removeFirst() } else { orders[0].done += 1 }
  }

  /// Takes back what the worker has not begun, from the end.
  ///
  /// - Parameters:
  ///   - keeping: how many frames it keeps.
  ///   - isMeant: whose; what is not meant stays.
  ///   - reclaim: takes a frame back, given its position, unless the worker has begun it.
  /// - Returns: what goes back to the queue, in order.
  package mutating func takeBack(
    keeping: Int = 0, where isMeant: (SentOrder<Work>) -> Bool = { _ in true },
    reclaim: (UInt64) -> Bool
  ) -> [Order<Work>] {
    var taken: [Order<Work>] = []
    var kept = Deque<SentOrder<Work>>()
    while var sent = orders.popLast() {
      var first = sent.positions.count
      if isMeant(sent) {
        // The worker takes frames in order: once one can't be taken back, none before it can.
        while first > sent.done, frames > keeping, reclaim(sent.positions[first - 1]) {
          first -= 1
          frames -= 1
          load -= min(load, sent.expected)
        }
      }
      if first < sent.positions.count {
        taken.append(sent.order(from: first))
        if first > sent.done { sent.drop(from: first) }
      }
      if first > sent.done { kept.prepend(sent) }
    }
    orders = kept
    return taken.reversed()
  }

  /// The worker has ended: says of everything that it had what becomes of it.
  ///
  /// It was at one item of a frame. Those before it in the frame were done, but what came of them is lost with
  /// the worker. If it was at none, it was decoding their inputs or encoding their outputs: each is done again
  /// by itself, so that the one which can't be ends alone.
  ///
  /// - Parameters:
  ///   - hasBegun: whether it had begun the first frame.
  ///   - place: which item of that frame it was at, as it said itself; of no use if there is none such.
  ///   - asked: the number of the frame that it was asked to give up.
  /// - Returns: what becomes of it; nothing is left here.
  package mutating func workerEnded(
    hasBegun: Bool, at place: Int, asked: UInt32?
  ) -> Remains<Work> {
    var remains = Remains<Work>()
    while let sent = orders.popLast() {
      guard orders.isEmpty, hasBegun else {
        remains.returned.append(sent.order(from: sent.done))
        continue
      }
      if sent.left > 1 { remains.returned.append(sent.order(from: sent.done + 1)) }
      let order = sent.order.part(sent.items(of: sent.done))
      if asked == sent.frame {
        remains.stopped = order
        continue
      }
      let items = order.items
      var at = items.count == 1 ? items.lowerBound : nil
      if at == nil, place >= 0, place < items.count { at = items.lowerBound + place }
      for item in items.reversed() where item != at {
        remains.returned.append(order.part(item..<item + 1))
      }
      remains.endedAt = at.map { order.part($0..<$0 + 1) }
    }
    frames = 0
    load = 0
    return remains
  }

  /// Takes everything out, whether it was begun or not.
  ///
  /// - Returns: all items that have not ended.
  package mutating func removeAll() -> [Order<Work>] {
    var all: [Order<Work>] = []
    while let sent = orders.popFirst() { all.append(sent.order(from: sent.done)) }
    frames = 0
    load = 0
    return all
  }
}
