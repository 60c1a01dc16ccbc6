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
    let isMine = state.withLock { state in
      guard !state.isPumping else { return false }
      state.isPumping = true
      return true
    }
    guard isMine else { return }
    var payloads = Payloads()
    while let step = next() {
      guard case .send(let placement) = step else {
        if case .drop(let order, let error) = step { order.fail(error) }
        continue
      }
      let order = placement.order
      if let sealed = order.call.sealed {
        send(placement, sealed)
        continue
      }
      payloads.removeAll()
      guard
        let (item, error) = order.call.encode(order.items, per: placement.size, into: &payloads)
      else {
        send(placement, payloads)
        continue
      }
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
    ringWorkers()
    // The pool's end waits for what was being sent (`finishIfDone`).
    if !isRunning, !executor.isThread { wakeReplies() }
  }

  /// Wakes the workers that were sent something and not told yet.
  private func ringWorkers() {
    let workers = state.withLock { state in
      let workers = state.workers.filter(\.needsWake)
      for worker in workers { worker.needsWake = false }
      return workers
    }
    for worker in workers { worker.block.bell.ring() }
  }

  /// What the thread that sends does next.
  private enum Step {
    case send(Placement)
    /// These items end: their call was given up.
    case drop(PoolOrder, any Error)
  }

  /// Chooses what goes next, and where; at the end gives the pump back.
  private func next() -> Step? {
    var mustStart = false
    defer { if mustStart { keeperBell.bell.ring() } }
    return state.withLock { state in
      var chosen: (worker: PoolWorker, function: Int, size: Int, estimate: Double?)?
      let next = state.core.next { work in
        let call = work.call
        guard let key = call.function.key, let number = state.numbers[key] else { return 0 }
        let function = state.functions[number]
        guard let worker = Self.free(among: state.workers, estimate: function.pace.estimate) else {
          return 0
        }
        let size = batch(call, function, worker, workers: state.wanted)
        chosen = (worker, number, size, function.pace.estimate)
        return size * frames(call, function, worker, size: size, workers: state.wanted)
      }
      switch next {
      case .begin(let order):
        guard let chosen else { preconditionFailure("items for no worker") }
        let size = min(chosen.size, order.items.count)
        state.functions[chosen.function].pace.last = size
        let estimate = chosen.estimate ?? 0
        return .send(
          Placement(
            worker: chosen.worker, order: order, function: chosen.function, size: size,
            expected: UInt64(estimate * Double(size)),
            isQuick: chosen.estimate != nil && estimate < Double(Self.quick)))
      case .drop(let order, let reason): return .drop(order, reason)
      case .none:
        mustStart = wishForWorkers(&state)
        state.isPumping = false
        return nil
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

  /// The worker to send to: an idle one, else the one with the least to do if it will soon be done.
  private static func free(among workers: [PoolWorker], estimate: Double?) -> PoolWorker? {
    var best: PoolWorker?
    for worker in workers where worker.takesWork {
      if worker.work.isEmpty { return worker }
      guard let estimate, UInt64(estimate) < quick, worker.work.load < window,
        worker.work.frames < mostFrames
      else { continue }
      if worker.work.load < best?.work.load ?? .max { best = worker }
    }
    return best
  }

  /// How many items a worker is given at once.
  private func batch(
    _ call: any Call, _ function: Function, _ worker: PoolWorker, workers: Int
  ) -> Int {
    var most = FrameLimits.ringCapacity
    if let bytes = function.inputSize, bytes > 0 { most = Int(Double(most / 8) / bytes) }
    var size = function.pace.size(
      call.options.batching, waiting: call.waiting, workers: workers, most: most)
    if let limit = options.recycle.afterItems {
      size = min(size, limit - worker.statistics.totals.items - worker.work.items)
    }
    return max(size, 0)
  }

  /// How many frames a worker is sent at once, at most.
  private static let mostFramesAtOnce = 64
  /// How long a frame takes at least, in nanoseconds, however short its work.
  private static let shortestFrame = 100.0

  /// How many frames a worker is sent at once: several of short tasks, so that locks are taken and
  /// workers woken once for all of them.
  private func frames(
    _ call: any Call, _ function: Function, _ worker: PoolWorker, size: Int, workers: Int
  ) -> Int {
    guard let estimate = function.pace.estimate, estimate < Double(Self.quick),
      call.options.timeout == nil, options.recycle.afterItems == nil
    else { return 1 }
    var count = Self.mostFrames - worker.work.frames
    count = min(count, Int(Double(Self.window) / max(estimate * Double(size), Self.shortestFrame)))
    count = min(count, max(1, call.waiting / (2 * workers * size)))
    if let bytes = function.inputSize, bytes > 0 {
      let frame = RingHeader.extent(payload: Int(bytes) * size)
      count = min(count, max(1, FrameLimits.ringCapacity / 4 / frame))
    }
    return max(1, min(count, Self.mostFramesAtOnce))
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
      var positions: [UInt64] = []
      positions.reserveCapacity(payloads.count)
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
      let bytes = payloads.ends[positions.count - 1]
      note(placement, frames: positions, firstFrame: firstFrame, bytes: bytes, &state)
      worker.requests.publish()
      worker.needsWake = placement.isQuick
      mustWatch = Self.watch(&state)
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
    _ placement: Placement, frames: [UInt64], firstFrame: UInt32, bytes: Int, _ state: inout State
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
    state.functions[placement.function].inputSize =
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
      guard worker.life.takesWork,
        define(placement.function, for: worker, &state)
      else { return false }
      // The frame must not come without it: room in the ring first, then the descriptor.
      guard worker.requests.hasRoom(payload: 0), worker.started.channel.pass(descriptor: number)
      else {
        worker.isFull = true
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
        placement, frames: [position], firstFrame: header.id, bytes: payload.byteCount,
        &state)
      mustWatch = Self.watch(&state)
      worker.requests.publish()
      return true
    }
    if isSent {
      worker.block.bell.ring()
    } else {
      state.withLock { $0.core.returned(order) }
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
