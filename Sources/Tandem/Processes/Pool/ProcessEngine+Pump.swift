internal import Synchronization
internal import TandemSystem
internal import TandemWire

/// Sending what waits to workers that are free.
extension ProcessEngine {
  /// What goes to which worker.
  private struct Placement {
    let worker: PoolWorker
    var order: PoolOrder
    let function: Int
    /// How many items a frame has.
    let size: Int
    /// How long a frame is expected to run, in nanoseconds.
    let expected: UInt64
    let isQuick: Bool
  }

  /// Sends what can be sent.
  ///
  /// One thread does at a time; what comes meanwhile it sends too.
  func pump() {
    if state.withLock({ $0.beginPumping() }) { sendAll() }
  }

  /// Sends what can be sent; only the thread that `beginPumping` has chosen.
  func sendAll() {
    var payloads = Payloads()
    while true {
      switch next() {
      case .send(let placement): send(placement, encodedInto: &payloads)
      case .drop(let order, let error): order.fail(error)
      case .stop(let untold, let isRunning):
        for worker in untold { worker.block.bell.ring() }
        // The pool's end waits for what was being sent (`finishIfDone`).
        if !isRunning, !executor.isThread { wakeReplies() }
        return
      }
    }
  }

  private func send(_ placement: Placement, encodedInto payloads: inout Payloads) {
    let order = placement.order
    if let sealed = order.call.sealed { return send(placement, sealed) }
    payloads.removeAll()
    guard
      let (item, error) = order.call.encode(order.items, per: placement.size, into: &payloads)
    else { return send(placement, payloads) }
    if item > order.items.lowerBound {
      var before = placement
      before.order = order.part(order.items.lowerBound..<item)
      send(before, payloads)
    }
    fail(order.part(item..<item + 1), error)
    if item + 1 < order.items.upperBound {
      state.withLock { $0.core.returned(order.part(item + 1..<order.items.upperBound)) }
    }
  }

  /// What the thread that sends does next.
  private enum Step {
    case send(Placement)
    /// These items end: their call was given up.
    case drop(PoolOrder, any Error)
    /// Nothing; these workers were sent something and not told yet.
    case stop(untold: [PoolWorker], isRunning: Bool)
  }

  /// Chooses what goes next, and where; at the end gives the pump back.
  private func next() -> Step {
    var mustStart = false
    defer { if mustStart { keeperBell.bell.ring() } }
    return state.withLock { state in
      var chosen: (worker: PoolWorker, size: Int, estimate: Double?)?
      let next = state.core.next { work in
        let known = state.functions[work.function].known
        guard
          let worker = SendingAhead.receiver(
            among: state.workers, estimate: known.pace.estimate)
        else { return 0 }
        let size = batch(work, known, worker, workers: state.wanted)
        chosen = (worker, size, known.pace.estimate)
        return size * frames(work, known, worker, size: size, workers: state.wanted)
      }
      switch next {
      case .begin(let order):
        guard let chosen else { preconditionFailure("items for no worker") }
        let function = order.work.function
        let size = min(chosen.size, order.items.count)
        state.functions[function].known.pace.last = size
        return .send(
          Placement(
            worker: chosen.worker, order: order, function: function, size: size,
            expected: UInt64((chosen.estimate ?? 0) * Double(size)),
            isQuick: SendingAhead.isQuick(chosen.estimate)))
      case .drop(let order, let reason): return .drop(order, reason)
      case .none:
        mustStart = wishForWorkers(&state)
        let untold = state.workers.filter(\.needsWake)
        for worker in untold { worker.needsWake = false }
        state.isPumping = false
        return .stop(untold: untold, isRunning: state.core.life.isRunning)
      }
    }
  }

  /// Asks for more workers if work waits that nobody is free for; under the lock.
  private func wishForWorkers(_ state: inout State) -> Bool {
    guard !state.core.isEmpty || options.minimumWorkers > 0 else { return false }
    // The pool breaks as soon as the last of them has ended.
    guard state.starts.isWorthTrying else { return false }
    let staff = Staffing(
      wanted: state.wanted, minimum: options.minimumWorkers,
      working: state.workers.count { $0.life.phase == .ready },
      coming: state.workers.count { $0.life.phase == .settingUp } + state.starting
        + state.startsWanted)
    let missing = staff.missing(
      waiting: state.core.isEmpty ? 0 : state.core.waiting, isRunning: state.core.life.isRunning)
    guard missing > 0 else { return false }
    state.startsWanted += missing
    return true
  }

  /// How many items a worker is given at once; under the lock.
  private func batch(
    _ work: PoolWork, _ known: Function.Known, _ worker: PoolWorker, workers: Int
  ) -> Int {
    var size = 1
    // A call of one item is the most frequent, and has nothing to decide.
    if !work.call.isSingle {
      var most = FrameLimits.ringCapacity
      if let bytes = known.inputSize, bytes > 0 { most = Int(Double(most / 8) / bytes) }
      size = known.pace.size(
        work.call.options.batching, waiting: work.waiting, workers: workers, most: most)
    }
    let limit = recycling.allowance(
      ended: worker.statistics.totals.items, before: worker.work.items)
    return min(size, limit ?? size)
  }

  /// How many frames a worker is sent at once: one where each item is timed or counted; under the lock.
  private func frames(
    _ work: PoolWork, _ known: Function.Known, _ worker: PoolWorker, size: Int, workers: Int
  ) -> Int {
    guard !work.call.isSingle, work.call.options.timeout == nil, options.recycle.afterItems == nil
    else { return 1 }
    var most = Int.max
    if let bytes = known.inputSize, bytes > 0 {
      most = FrameLimits.ringCapacity / 4 / RingHeader.extent(payload: Int(bytes) * size)
    }
    return SendingAhead.frames(
      estimate: known.pace.estimate, size: size, before: worker.frames, waiting: work.waiting,
      workers: workers, most: most)
  }

  private func send(_ placement: Placement, _ payloads: Payloads) {
    let order = placement.order
    let worker = placement.worker
    if payloads[0].count >= SealedPayload.least {
      // It goes alone; those behind it go with the next.
      var alone = placement
      let end = min(order.items.lowerBound + placement.size, order.items.upperBound)
      alone.order = order.part(order.items.lowerBound..<end)
      let encoded = min(
        order.items.lowerBound + payloads.count * placement.size, order.items.upperBound)
      if end < encoded { state.withLock { $0.core.returned(order.part(end..<encoded)) } }
      do throws(PoolError) {
        let bytes = payloads.count == 1 ? payloads.bytes : Array(payloads[0])
        send(alone, try SealedPayload.message(bytes, "input"))
      } catch {
        fail(alone.order, error)
      }
      return
    }
    var mustWatch = false
    let (sent, mustRing) = state.withLock { state -> (Int, Bool) in
      mustWatch = Self.watch(&state)
      guard worker.life.takesWork,
        define(placement.function, for: worker, &state)
      else { return (0, false) }
      let firstFrame = state.nextFrame
      var positions = ShortList<UInt64>()
      var header = header(of: placement)
      for frame in 0..<payloads.count {
        if payloads[frame].count >= SealedPayload.least { break }
        let first = order.items.lowerBound + frame * placement.size
        header.count = UInt32(min(placement.size, order.items.upperBound - first))
        header.id = firstFrame &+ UInt32(frame)
        guard let position = worker.requests.append(header, payloads[frame]) else {
          worker.isFull = true
          break
        }
        positions.append(position)
      }
      guard !positions.isEmpty else { return (0, false) }
      let bytes = payloads.end(of: positions.count - 1)
      note(placement, frames: positions, firstFrame: firstFrame, bytes: bytes, &state)
      worker.requests.publish()
      worker.needsWake = placement.isQuick
      return (positions.count, !placement.isQuick)
    }
    let end = min(order.items.lowerBound + sent * placement.size, order.items.upperBound)
    if sent < payloads.count {
      let encoded = min(
        order.items.lowerBound + payloads.count * placement.size, order.items.upperBound)
      state.withLock { $0.core.returned(order.part(end..<encoded)) }
    }
    // The worker of a short task hears of it with the next, at the latest when nothing more is sent.
    if sent > 0, mustRing { worker.block.bell.ring() }
    // Nothing may have been sent for want of room, which the keeper looks for, too.
    if mustWatch || (sent > 0 && order.call.options.timeout != nil) { keeperBell.bell.ring() }
  }

  /// Has the keeper look from now on; under the lock.
  ///
  /// - Returns: whether the keeper must be told.
  private static func watch(_ state: inout State) -> Bool {
    defer { state.isWatched = true }
    return !state.isWatched
  }

  private func header(of placement: Placement) -> RingHeader {
    var header = RingHeader(.task)
    header.function = UInt16(placement.function)
    if placement.order.call.continuesAfterError { header.flags |= RingHeader.continuesAfterError }
    if placement.isQuick { header.flags |= RingHeader.isQuick }
    return header
  }

  /// Notes what was sent to a worker; under the lock.
  private func note(
    _ placement: Placement, frames: ShortList<UInt64>, firstFrame: UInt32, bytes: Int,
    _ state: inout State
  ) {
    let worker = placement.worker
    let order = placement.order
    let now = MonotonicClock.now()
    let end = min(
      order.items.lowerBound + frames.count * placement.size, order.items.upperBound)
    worker.work.append(
      SentOrder(
        order: order.part(order.items.lowerBound..<end), function: placement.function,
        size: placement.size, firstFrame: firstFrame, positions: frames, sent: now,
        expected: placement.expected))
    state.nextFrame &+= UInt32(frames.count)
    state.framesSent &+= UInt64(frames.count)
    worker.statistics.totals.bytesIn += UInt64(bytes)
    state.functions[placement.function].known.inputSize =
      Double(bytes) / Double(end - order.items.lowerBound)
    if let timeout = order.call.options.timeout {
      state.keeperDue = min(state.keeperDue, now &+ timeout)
    }
  }

  /// Sends one frame whose payload doesn't fit into the ring: in memory of its own.
  private func send(_ placement: Placement, _ payload: SealedPayload) {
    let order = placement.order
    let worker = placement.worker
    let number = payload.descriptor.rawValue
    var mustWatch = false
    let isSent = state.withLock { state in
      mustWatch = Self.watch(&state)
      guard worker.life.takesWork,
        define(placement.function, for: worker, &state)
      else { return false }
      // The frame must not come without it: room in the ring first, then the descriptor.
      guard worker.requests.hasRoom(payload: 0) else {
        worker.isFull = true
        return false
      }
      switch worker.started.channel.pass(descriptor: number) {
      case .passed: break
      case .noRoom:
        worker.isFull = true
        return false
      case .closed:
        // Its work has closed what it is spoken to by: it has to be replaced.
        worker.isCorrupt = true
        return false
      }
      var header = header(of: placement)
      header.count = UInt32(order.items.count)
      header.id = state.nextFrame
      header.flags |= RingHeader.isElsewhere
      header.elementKind = payload.elementKind
      header.wholeSize = UInt64(payload.byteCount)
      guard let position = worker.requests.append(header, []) else { return false }
      note(
        placement, frames: ShortList([position]), firstFrame: header.id,
        bytes: payload.byteCount, &state)
      worker.requests.publish()
      return true
    }
    if isSent {
      worker.block.bell.ring()
    } else {
      let isCorrupt = state.withLock { state in
        state.core.returned(order)
        return worker.isCorrupt
      }
      if isCorrupt { worker.signal(.kill) }
    }
    if mustWatch || (isSent && order.call.options.timeout != nil) { keeperBell.bell.ring() }
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
  func fail(_ order: PoolOrder, _ error: any Error) {
    state.withLock { $0.core.ended(order.items.count, .refused) }
    order.fail(error)
  }
}
