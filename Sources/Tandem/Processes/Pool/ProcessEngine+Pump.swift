internal import Synchronization
internal import TandemSystem
internal import TandemWire

/// Sending what waits to workers that are free.
extension ProcessEngine {
  /// What goes to which worker.
  private struct Placement {
    let worker: PoolWorker
    let order: CallQueue.Order
    let function: Int
    let expected: UInt64
  }

  /// Sends what can be sent. One thread does at a time; what comes meanwhile it sends too.
  func pump() {
    let isMine = state.withLock { state in
      guard !state.isPumping else {
        state.pumpAgain = true
        return false
      }
      state.isPumping = true
      return true
    }
    guard isMine else { return }
    var bytes: [UInt8] = []
    while let placement = next() {
      bytes.removeAll(keepingCapacity: true)
      do throws(PoolError) {
        try placement.order.call.encode(placement.order.items, into: &bytes)
      } catch {
        fail(placement.order, error)
        continue
      }
      send(placement, bytes)
    }
  }

  /// Chooses what goes next, and where; at the end gives the pump back.
  private func next() -> Placement? {
    var mustStart = false
    defer { if mustStart { keeperBell.bell.ring() } }
    return state.withLock { state in
      while true {
        var chosen: (worker: PoolWorker, function: Int, estimate: Double?)?
        let order = state.queue.next { call in
          guard let key = call.function.key, let number = state.numbers[key] else { return 0 }
          let function = state.functions[number]
          guard let worker = Self.free(among: state.workers, estimate: function.estimate) else {
            return 0
          }
          chosen = (worker, number, function.estimate)
          let size = batch(call, function, worker, workers: state.wanted)
          return size
        }
        guard let order, let chosen else { break }
        state.functions[chosen.function].lastBatch = order.items.count
        return Placement(
          worker: chosen.worker, order: order, function: chosen.function,
          expected: UInt64((chosen.estimate ?? 0) * Double(order.items.count)))
      }
      mustStart = wishForWorkers(&state)
      if state.pumpAgain {
        state.pumpAgain = false
      }
      state.isPumping = false
      return nil
    }
  }

  /// Asks for more workers if work waits that nobody is free for; under the lock.
  private func wishForWorkers(_ state: inout State) -> Bool {
    guard !state.queue.isEmpty else { return false }
    let present =
      state.workers.count { $0.phase != .ending && $0.phase != .retiring }
      + state.starting + state.startsWanted
    guard present < state.wanted else { return false }
    state.startsWanted += min(state.wanted - present, max(1, state.queue.count))
    return true
  }

  /// The worker to send to: an idle one, else the one with the least to do if it will soon be done.
  private static func free(among workers: [PoolWorker], estimate: Double?) -> PoolWorker? {
    var best: PoolWorker?
    for worker in workers where worker.takesWork {
      if worker.sent.isEmpty { return worker }
      guard let estimate, UInt64(estimate) < quick, worker.load < window,
        worker.sent.count < mostFrames
      else { continue }
      if worker.load < best?.load ?? .max { best = worker }
    }
    return best
  }

  /// How many items a worker is given at once.
  private func batch(
    _ call: any Call, _ function: Function, _ worker: PoolWorker, workers: Int
  ) -> Int {
    var size: Int
    switch call.options.batching.storage {
    case .fixed(let count): size = count
    case .automatic:
      guard let estimate = function.estimate else {
        size = 1
        break
      }
      // By time; not more than leaves something for the others; growing step by step, because a few
      // items may not be like the rest; and no more than fits.
      size = max(1, Int(Double(Self.batchTime) / max(estimate, 1)))
      size = min(size, max(1, call.waiting / (2 * workers)), function.lastBatch * 16)
      if let bytes = function.inputSize, bytes > 0 {
        size = min(size, max(1, Int(Double(Self.ringCapacity / 8) / bytes)))
      }
    }
    if let limit = options.recycle.afterItems {
      var coming = 0
      for index in 0..<worker.sent.count { coming += worker.sent[index].order.items.count }
      size = min(size, limit - worker.statistics.totals.items - coming)
    }
    return max(size, 0)
  }

  private func send(_ placement: Placement, _ bytes: [UInt8]) {
    let order = placement.order
    let worker = placement.worker
    var header = RingHeader(.task)
    header.function = UInt16(placement.function)
    header.count = UInt32(order.items.count)
    if order.call.goesOn { header.flags |= RingHeader.goesOn }
    var payload = bytes
    var elsewhere: Descriptor?
    if bytes.count > Self.ringCapacity / 4 {
      do throws(Errno) {
        elsewhere = try SealedMemory.make(bytes)
        header.flags |= RingHeader.isElsewhere
        header.wholeSize = UInt64(bytes.count)
        payload = []
      } catch {
        fail(
          order,
          PoolError(
            .cannotStart, "there is no shared memory for an input of \(bytes.count) bytes: \(error)",
            cause: error))
        return
      }
    }
    if placement.expected / UInt64(order.items.count) < Self.quick && placement.expected > 0 {
      header.flags |= RingHeader.isQuick
    }
    let number = elsewhere?.rawValue
    let isSent = state.withLock { state in
      guard worker.phase == .ready, worker.stop == nil else { return false }
      guard define(placement.function, for: worker, &state) else { return false }
      if let number {
        // The frame must not come without it; a ring with room is there before it is sent.
        guard worker.requests.hasRoom(payload: 0),
          worker.started.channel.pass(descriptor: number)
        else {
          worker.isFull = true
          return false
        }
      }
      header.id = state.nextFrame
      guard let position = worker.requests.append(header, payload) else {
        worker.isFull = true
        return false
      }
      state.nextFrame &+= 1
      let now = MonotonicClock.now()
      worker.sent.append(
        PoolWorker.Sent(
          order: order, function: placement.function, frame: header.id, position: position,
          sent: now, expected: placement.expected))
      worker.load += placement.expected
      worker.statistics.totals.bytesIn += UInt64(bytes.count)
      let size = Double(bytes.count) / Double(order.items.count)
      state.functions[placement.function].inputSize = size
      if let timeout = order.call.options.timeout {
        state.keeperDue = min(state.keeperDue, now &+ timeout)
      }
      worker.requests.publish()
      return true
    }
    if isSent {
      worker.block.bell.ring()
      if order.call.options.timeout != nil { keeperBell.bell.ring() }
    } else {
      state.withLock { $0.queue.putBack(order) }
    }
  }

  /// Sends a function that the worker doesn't know; under the lock.
  private func define(_ number: Int, for worker: PoolWorker, _ state: inout State) -> Bool {
    if number < worker.defined.count, worker.defined[number] { return true }
    var header = RingHeader(.define)
    header.function = UInt16(number)
    guard worker.requests.append(header, state.functions[number].record) != nil else {
      worker.isFull = true
      return false
    }
    while worker.defined.count <= number { worker.defined.append(false) }
    worker.defined[number] = true
    return true
  }

  /// Ends all items of an order with an error.
  func fail(_ order: CallQueue.Order, _ error: any Error) {
    state.withLock { $0.statistics.failed += order.items.count }
    for item in order.items { order.call.fail(item, error) }
  }
}
