internal import Synchronization
internal import TandemSystem
internal import TandemWire

/// The reply thread.
extension ProcessEngine {
  /// Neighbouring replies of a worker, out of its ring.
  private struct Replies {
    /// What they are about; `order` has the items that the replies are about, and no others.
    var order: PoolOrder
    var size: Int
    /// Whether each is the plain outputs of its frame's items.
    ///
    /// Others come alone.
    var arePlain: Bool
    /// What was asked of the worker for this work.
    var stop: WorkerLife.Stop?
    /// The header, if the payload comes by descriptor.
    var elsewhere: RingHeader?
    /// The descriptor; what delivers the reply owns it.
    var descriptor: CInt?
  }

  func serveReplies() {
    OSThread.blockSignals()
    executor.becomeThread()
    var payloads = Payloads()
    while true {
      var didSomething = turn(&payloads)
      if readMail(&payloads) { didSomething = true }
      if executor.runJobs() { didSomething = true }
      if didSomething { continue }
      let (isOver, isBusy) = state.withLock { state in
        if state.core.life.isOver { return (true, false) }
        let isBusy = state.workers.contains {
          !$0.work.isEmpty || $0.life.phase == .settingUp || $0.isFull
        }
        return (false, isBusy)
      }
      if isOver { break }
      if spin > 0 && isBusy && spinForReplies({ hasWork() }) { continue }
      bells.replies.sleep { hasWork() }
    }
    executor.endThread()
  }

  private func hasWork() -> Bool {
    if !mail.isEmpty || executor.hasJobs { return true }
    return hasReplies()
  }

  func hasReplies() -> Bool {
    state.withLock { state in state.workers.contains { $0.replies.hasFrame() } }
  }

  private func spinForReplies(_ hasWork: () -> Bool) -> Bool {
    let end = MonotonicClock.now() &+ spin
    repeat {
      for _ in 0..<32 {
        if hasWork() { return true }
        SpinWait.pause()
      }
    } while MonotonicClock.now() < end
    return false
  }

  /// Takes a call, and blocks the calling thread until it has ended; meanwhile it delivers replies itself,
  /// which saves the way over the reply thread.
  ///
  /// One thread at a time can; others return at once.
  ///
  /// - Parameters:
  ///   - call: the call.
  ///   - isDone: whether it has ended.
  /// - Throws: as `enqueue`.
  func enqueue(_ call: any Call, helpingUntil isDone: () -> Bool) throws(PoolError) {
    guard hasCaller.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    else { return try enqueue(call) }
    bells.callerComes()
    defer {
      hasCaller.store(false, ordering: .releasing)
      // What came since the last look, and was told to this thread, is the reply thread's now.
      bells.callerGoes()
      if !isRunning {
        // The pool's end waits for callers (`finishIfDone`).
        wakeReplies()
      } else if hasReplies() {
        bells.replies.ringAlways()
      }
    }
    try enqueue(call)
    var payloads = Payloads()
    while !isDone() {
      if turn(&payloads) { continue }
      if spin > 0 && spinForReplies({ hasReplies() || isDone() }) { continue }
      bells.caller.sleep { hasReplies() || isDone() }
    }
  }

  /// Takes what workers have sent.
  ///
  /// - Returns: whether there was anything.
  private func turn(_ payloads: inout Payloads) -> Bool {
    var didSomething = false
    let workers = state.withLock { $0.workers }
    for worker in workers where drain(worker, &payloads, limit: 16) { didSomething = true }
    guard didSomething else { return false }
    afterwards()
    return true
  }

  /// Sees to workers that have ended, and to whatever else the thread was woken for.
  private func readMail(_ payloads: inout Payloads) -> Bool {
    let letters = mail.take()
    guard !letters.isEmpty else { return false }
    for (id, end) in letters.ends { workerEnded(id, end, &payloads) }
    afterwards()
    return !letters.ends.isEmpty
  }

  private func afterwards() {
    rebalance()
    pump()
    noteChange()
    finishIfDone()
    if options.idleTimeout != nil { keeperBell.bell.ring() }
    // A caller that waits itself may wait for what this thread has brought.
    if hasCaller.load(ordering: .acquiring), executor.isThread { bells.caller.ringAlways() }
  }

  /// Delivers what a worker has sent.
  ///
  /// - Returns: whether there was anything.
  @discardableResult
  func drain(_ worker: PoolWorker, _ payloads: inout Payloads, limit: Int = .max) -> Bool {
    var count = 0
    while count < limit {
      payloads.removeAll()
      let (replies, wasSomething) = nextReplies(of: worker, &payloads)
      guard wasSomething else { break }
      count += 1
      guard let replies else { continue }
      if let header = replies.elsewhere {
        deliver(replies, header, worker: worker)
        continue
      }
      deliver(replies, payloads, worker: worker)
    }
    if count > 0 {
      fullMemoryFence()
      if worker.block.waitsForRoom.load() != 0 { worker.block.bell.ring() }
    }
    return count > 0
  }

  /// Takes the next replies that belong together out of a worker's ring.
  ///
  /// - Returns: the replies, nil when what came was about something else; and whether anything came.
  private func nextReplies(
    of worker: PoolWorker, _ payloads: inout Payloads
  ) -> (Replies?, wasSomething: Bool) {
    var isCorrupt = false
    let found: (Replies?, Bool) = state.withLock { state in
      var replies: Replies?
      do throws(RingError) {
        while payloads.count < 64, let header = try worker.replies.next() {
          if header.kind == .ready {
            guard replies == nil else { break }
            worker.replies.copyPayload(header, into: &payloads.bytes)
            worker.replies.advance()
            becameReady(worker, header, payloads.bytes, &state)
            return (nil, true)
          }
          guard header.kind == .result || header.kind == .mixed,
            let sent = worker.work.first, sent.frame == header.id
          else {
            isCorrupt = true
            break
          }
          let items = sent.items(of: sent.done)
          let isPlain =
            header.kind == .result && header.flags & RingHeader.isElsewhere == 0
            && worker.life.stop == nil
          if let known = replies {
            // Only plain ones of one call's neighbouring items go together.
            guard isPlain, known.arePlain, known.order.call === sent.order.call,
              known.order.items.upperBound == items.lowerBound, known.size == sent.size,
              known.order.items.count % known.size == 0
            else { break }
          }
          worker.replies.appendPayload(header, to: &payloads.bytes)
          payloads.finish()
          worker.replies.advance()
          let stop = note(sent, items, header, worker, &state)
          if let known = replies {
            replies?.order = known.order.part(known.order.items.lowerBound..<items.upperBound)
          } else {
            replies = Replies(
              order: sent.order.part(items), size: sent.size, arePlain: isPlain, stop: stop)
            guard isPlain else {
              replies?.arePlain = header.kind == .result
              if header.flags & RingHeader.isElsewhere != 0 {
                replies?.elsewhere = header
                // Descriptors come in the order of their frames, so it is taken along at once.
                replies?.descriptor = worker.started.channel.takeDescriptor()
                worker.statistics.totals.bytesOut += header.wholeSize
              }
              break
            }
          }
        }
      } catch {
        isCorrupt = true
      }
      // Without a reply nothing is sent afterwards, so whether there is room is left to `lookAgain`.
      if replies != nil { worker.isFull = false }
      worker.statistics.totals.bytesOut += UInt64(payloads.bytes.count)
      return (replies, replies != nil)
    }
    if isCorrupt {
      // It has written where it should not: what it says is worth nothing, and it can't go on.
      state.withLock { _ in worker.isCorrupt = true }
      worker.signal(.kill)
    }
    return found
  }

  /// How many bytes a frame may have besides the results in it.
  private static let frameOverhead: UInt64 = 1 << 20

  /// Delivers a payload that came by descriptor.
  private func deliver(_ replies: Replies, _ header: RingHeader, worker: PoolWorker) {
    let descriptor = replies.descriptor.map { Descriptor(owning: $0) }
    // Of several items each was held to the limit by itself.
    let each =
      (header.wholeSize - min(header.wholeSize, Self.frameOverhead))
      / UInt64(replies.order.items.count)
    guard each <= options.largestResult, let descriptor,
      let payload = ReceivedPayload(
        descriptor, byteCount: header.wholeSize, elementKind: header.elementKind)
    else {
      fail(
        replies.order, PoolError(.decodingFailed, "\(worker.name) sent no payload with its reply"))
      return
    }
    guard replies.stop == nil, header.kind == .result, replies.order.items.count == 1 else {
      var payloads = Payloads()
      payloads.bytes = payload.copy()
      payloads.finish()
      deliver(replies, payloads, worker: worker)
      return
    }
    let order = replies.order
    if let error = order.call.deliver(order.items.lowerBound, payload, counting: { count($0) }) {
      fail(order, error)
    }
  }

  /// Counts outputs before anybody has them.
  private func count(_ outputs: Int) { state.withLock { $0.core.completed(outputs) } }

  /// Counts a reply; under the lock.
  ///
  /// - Returns: what had been asked of the worker for this work.
  private func note(
    _ sent: SentOrder<PoolWork>, _ range: Range<Int>, _ header: RingHeader, _ worker: PoolWorker,
    _ state: inout State
  ) -> WorkerLife.Stop? {
    worker.work.ended(sent)
    let items = range.count
    let perItem = header.ran / UInt64(items)
    worker.statistics.totals.items += items
    worker.statistics.totals.running &+= header.ran
    worker.statistics.totals.coding &+= UInt64(header.codecNanoseconds)
    state.core.counts.runTimes.add(perItem, times: items)
    state.core.counts.queueTimes.add(
      header.began > sent.order.queued ? header.began - sent.order.queued : 0, times: items)
    state.functions[sent.function].pace.note(Double(perItem))
    if worker.work.isEmpty { becameIdle(worker, &state) }
    let stop = worker.life.answered(sent.frame)
    // It may be at the next frame of the same call already.
    if stop?.why == .cancelled, worker.life.stop == nil,
      let next = worker.work.first(of: sent.order.work)
    {
      ask(worker, next, .cancelled, now: MonotonicClock.now(), &state)
      keeperBell.bell.ring()
    }
    if let limit = options.recycle.afterItems, worker.statistics.totals.items >= limit,
      worker.work.isEmpty
    {
      retire(worker, &state)
    } else if worker.isTooLarge && worker.work.isEmpty {
      worker.isTooLarge = false
      retire(worker, &state)
    }
    return stop
  }

  private func deliver(_ replies: Replies, _ payloads: Payloads, worker: PoolWorker) {
    let order = replies.order
    if let stop = replies.stop {
      for item in order.items { settleStopped(order, item, stop) }
      return
    }
    guard replies.arePlain else {
      deliverMixed(order, payloads, worker: worker)
      return
    }
    var rest = order.items
    var payloads = payloads
    while let bad = order.call.deliver(
      rest, per: replies.size, payloads, counting: { count($0) })
    {
      // What is before the frame has been delivered, what is behind it is still to be.
      let first = rest.lowerBound + bad.frame * replies.size
      let last = min(first + replies.size, rest.upperBound)
      for (item, error) in bad.items { fail(order.part(item..<item + 1), error) }
      rest = last..<rest.upperBound
      payloads.removeFirst(bad.frame + 1)
      if rest.isEmpty { return }
    }
  }

  private func deliverMixed(
    _ order: PoolOrder, _ payloads: Payloads, worker: PoolWorker
  ) {
    do throws(PoolError) {
      let replies = try ValueCoding.decode([ItemReply].self, from: payloads[0], "replies")
      guard replies.count == order.items.count else {
        throw PoolError(.decodingFailed, "a worker sent \(replies.count) replies")
      }
      for (item, reply) in zip(order.items, replies) {
        switch reply {
        case .value(let bytes):
          var one = Payloads()
          one.bytes = bytes
          one.finish()
          let bad = order.call.deliver(item..<item + 1, per: 1, one, counting: { count($0) })
          for (item, error) in bad?.items ?? [] { fail(order.part(item..<item + 1), error) }
        case .failure(let failure):
          let images = state.withLock { _ in worker.images } ?? worker.started.server.images
          let (error, site) = failure.error(in: worker.name, images: images)
          settle(order, item, error, thrownIn: site, .thrown)
        case .notRun:
          state.withLock { $0.core.returned(order.part(item..<item + 1)) }
        }
      }
    } catch {
      fail(order, error)
    }
  }

  /// Ends an item that failed, or has it done again.
  func settle(
    _ order: PoolOrder, _ item: Int, _ error: any Error, thrownIn site: ThrowSite? = nil,
    _ why: ItemEnd
  ) {
    var deathRetries = 0
    if case .retry(let times) = options.onWorkerDeath { deathRetries = times }
    let isAgain = state.withLock {
      $0.core.ended(order, item, why, deathRetries: deathRetries, at: MonotonicClock.now())
    }
    if !isAgain { order.call.fail(item, error, thrownIn: site) }
  }

  /// Ends an item whose worker was asked to give it up.
  func settleStopped(_ order: PoolOrder, _ item: Int, _ stop: WorkerLife.Stop) {
    switch stop.why {
    case .cancelled:
      settle(order, item, order.call.cancellation ?? CancellationError(), .cancelled)
    case .timedOut(let limit):
      let error = PoolError(
        .timedOut, "the work ran for more than \(Self.seconds(limit)) and was stopped")
      settle(order, item, error, .timeout)
    }
  }

  private static func seconds(_ nanoseconds: UInt64) -> String {
    let seconds = Double(nanoseconds) / 1e9
    return seconds < 1 ? "\(Int((seconds * 1000).rounded())) ms" : "\(seconds) s"
  }

  /// Gives idle workers what waits behind the work of others.
  private func rebalance() {
    let moved = state.withLock { state in
      guard state.core.isEmpty,
        state.workers.contains(where: { $0.takesWork && $0.work.isEmpty })
      else { return false }
      let now = MonotonicClock.now()
      guard
        let victim = state.workers.max(by: { $0.work.frames < $1.work.frames }),
        victim.work.frames >= 2, let first = victim.work.first, now &- first.sent > 20_000
      else { return false }
      let orders = victim.takeBack(keeping: (victim.work.frames + 1) / 2)
      for order in orders.reversed() { state.core.returned(order) }
      return !orders.isEmpty
    }
    if moved { pump() }
  }
}
