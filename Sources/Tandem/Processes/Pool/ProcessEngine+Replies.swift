internal import Synchronization
internal import TandemSystem
internal import TandemWire

/// The reply thread.
extension ProcessEngine {
  /// A reply of a worker, out of its ring.
  private struct Reply {
    let worker: PoolWorker
    let sent: PoolWorker.Sent
    let header: RingHeader
    let stop: PoolWorker.Stop?
    /// The payload, if it came by descriptor.
    var elsewhere: [UInt8]?
  }

  /// How long the thread sleeps at most while work is out (see Doorbell.swift), in nanoseconds.
  private static let nap: UInt64 = 20_000_000

  func serveReplies() {
    OSThread.blockSignals()
    var payload: [UInt8] = []
    while true {
      let didSomething = turn(&payload)
      if didSomething { continue }
      let (isOver, isBusy) = state.withLock { state in
        if case .over = state.mode { return (true, false) }
        return (false, state.workers.contains { !$0.sent.isEmpty || $0.phase == .settingUp })
      }
      if isOver { return }
      if spin > 0 && isBusy && spinForReplies() { continue }
      bell.sleep(nanoseconds: isBusy ? Self.nap : nil) { hasReplies() }
      if isBusy { rebalance() }
    }
  }

  private func hasReplies() -> Bool {
    if mail.withLock({ !$0.isEmpty }) { return true }
    return state.withLock { state in state.workers.contains { $0.replies.hasFrame() } }
  }

  private func spinForReplies() -> Bool {
    let end = MonotonicClock.now() &+ spin
    repeat {
      for _ in 0..<32 {
        if hasReplies() { return true }
        SpinWait.pause()
      }
    } while MonotonicClock.now() < end
    return false
  }

  /// Takes everything that is there.
  ///
  /// - Returns: whether there was anything.
  private func turn(_ payload: inout [UInt8]) -> Bool {
    var didSomething = false
    let workers = state.withLock { $0.workers }
    for worker in workers where drain(worker, &payload, limit: 256) { didSomething = true }
    let letters = mail.withLock { mail in
      defer { mail = Mail() }
      return mail
    }
    for (id, end) in letters.ends {
      didSomething = true
      workerEnded(id, end, &payload)
    }
    if didSomething || letters.mustLook {
      rebalance()
      pump()
      finishIfDone()
    }
    return didSomething
  }

  /// Delivers what a worker has sent.
  ///
  /// - Returns: whether there was anything.
  @discardableResult
  func drain(_ worker: PoolWorker, _ payload: inout [UInt8], limit: Int = .max) -> Bool {
    var count = 0
    while count < limit, let reply = nextReply(of: worker, &payload) {
      count += 1
      if let reply { deliver(reply, reply.elsewhere ?? payload) }
    }
    // It may wait for room.
    if count > 0 { worker.block.bell.ring() }
    return count > 0
  }

  /// Takes the next reply out of a worker's ring.
  ///
  /// - Returns: nil when there is none; a nil inside when it was not about work.
  private func nextReply(of worker: PoolWorker, _ payload: inout [UInt8]) -> Reply?? {
    var corrupt = false
    let reply: Reply?? = state.withLock { state in
      let header: RingHeader
      do throws(RingError) {
        guard let next = try worker.replies.next() else { return nil }
        header = next
      } catch {
        corrupt = true
        return nil
      }
      worker.isFull = false
      worker.replies.copyPayload(header, into: &payload)
      worker.replies.advance()
      if header.kind == .ready {
        becameReady(worker, header, payload, &state)
        return .some(nil)
      }
      guard header.kind == .result || header.kind == .mixed, let sent = worker.sent.first,
        sent.frame == header.id
      else {
        corrupt = true
        return nil
      }
      _ = worker.sent.popFirst()
      return .some(
        Reply(worker: worker, sent: sent, header: header, stop: note(sent, header, worker, &state)))
    }
    if corrupt {
      // It has written where it should not: what it says is worth nothing, and it can't go on.
      state.withLock { _ in worker.phase = .ending }
      worker.signal(9)
      return nil
    }
    guard case .some(.some(var found)) = reply else { return reply }
    if found.header.flags & RingHeader.isElsewhere != 0 {
      found.elsewhere = receive(found.header, from: worker)
      let extra = UInt64(found.elsewhere?.count ?? 0)
      state.withLock { _ in worker.statistics.totals.bytesOut += extra }
    } else {
      let extra = UInt64(payload.count)
      state.withLock { _ in worker.statistics.totals.bytesOut += extra }
    }
    return .some(found)
  }

  /// Takes a payload that came by descriptor.
  private func receive(_ header: RingHeader, from worker: PoolWorker) -> [UInt8] {
    guard header.wholeSize <= UInt64(options.largestResult),
      let descriptor = worker.started.channel.takeDescriptor(),
      SealedMemory.isSealed(descriptor.rawValue),
      let memory = try? SharedMemory(
        receiving: descriptor, byteCount: Int(header.wholeSize), isWritable: false)
    else { return [] }
    // SAFETY: mapped until the end of this function, and sealed: nobody changes it.
    return unsafe Array(UnsafeRawBufferPointer(start: memory.base, count: memory.byteCount))
  }

  /// Counts a reply; under the lock.
  ///
  /// - Returns: what had been asked of the worker for this work.
  private func note(
    _ sent: PoolWorker.Sent, _ header: RingHeader, _ worker: PoolWorker, _ state: inout State
  ) -> PoolWorker.Stop? {
    worker.load -= min(sent.expected, worker.load)
    let items = sent.order.items.count
    let perItem = header.ran / UInt64(items)
    worker.statistics.totals.items += items
    worker.statistics.totals.running &+= header.ran
    worker.statistics.totals.coding &+= UInt64(header.codecNanoseconds)
    state.statistics.runTimes.add(perItem, times: items)
    state.statistics.queueTimes.add(
      header.began > sent.order.queued ? header.began - sent.order.queued : 0, times: items)
    let number = sent.function
    let known = state.functions[number].estimate
    state.functions[number].estimate = known.map { $0 * 0.75 + Double(perItem) * 0.25 }
      ?? Double(perItem)
    if worker.sent.isEmpty { worker.idleSince = MonotonicClock.now() }
    var stop: PoolWorker.Stop?
    if let asked = worker.stop, asked.frame == sent.frame {
      stop = asked
      // From SIGTERM on it is on its way out, whatever it is doing.
      if asked.next == 15 { worker.stop = nil } else { worker.phase = .ending }
    }
    if let limit = options.recycle.afterItems, worker.statistics.totals.items >= limit,
      worker.sent.isEmpty
    {
      retire(worker, &state)
    } else if worker.isTooLarge && worker.sent.isEmpty {
      worker.isTooLarge = false
      retire(worker, &state)
    }
    return stop
  }

  private func deliver(_ reply: Reply, _ payload: [UInt8]) {
    let order = reply.sent.order
    if let stop = reply.stop {
      for item in order.items { settleStopped(order, item, stop) }
      return
    }
    do throws(PoolError) {
      switch reply.header.kind {
      case .result:
        try order.call.deliver(order.items, payload[...])
        state.withLock { $0.statistics.completed += order.items.count }
      default:
        let replies = try ValueCoding.decode([ItemReply].self, from: payload, "replies")
        guard replies.count == order.items.count else {
          throw PoolError(.decodingFailed, "a worker sent \(replies.count) replies")
        }
        for (item, one) in zip(order.items, replies) { deliver(one, item, reply) }
      }
    } catch {
      fail(order, error)
    }
  }

  private func deliver(_ one: ItemReply, _ item: Int, _ reply: Reply) {
    let order = reply.sent.order
    switch one {
    case .value(let bytes):
      do throws(PoolError) {
        try order.call.deliver(item..<item + 1, bytes[...])
        state.withLock { $0.statistics.completed += 1 }
      } catch {
        settle(order, item, error, after: .thrown)
      }
    case .failure(let failure):
      settle(order, item, failure.error(in: reply.worker.name), after: .thrown)
    case .notRun:
      let again = CallQueue.Order(
        call: order.call, items: item..<item + 1, attempt: order.attempt, queued: order.queued)
      state.withLock { $0.queue.putBack(again) }
    }
  }

  /// Ends an item that failed, or has it done again.
  func settle(
    _ order: CallQueue.Order, _ item: Int, _ error: any Error, after reason: RetryPolicy.Reasons
  ) {
    var limit = order.call.options.retries.reasons.contains(reason)
      ? order.call.options.retries.limit : 0
    if reason == .workerDeath, case .retry(let times) = options.onWorkerDeath {
      limit = max(limit, times)
    }
    guard order.attempt < limit, !order.call.isCancelled else {
      state.withLock {
        if reason == .timeout {
          $0.statistics.timedOut += 1
        } else {
          $0.statistics.failed += 1
        }
      }
      order.call.fail(item, error)
      return
    }
    let again = CallQueue.Order(
      call: order.call, items: item..<item + 1, attempt: order.attempt + 1,
      queued: MonotonicClock.now())
    state.withLock {
      $0.statistics.retried += 1
      $0.queue.putBack(again)
    }
  }

  /// Ends an item whose worker was asked to give it up.
  func settleStopped(_ order: CallQueue.Order, _ item: Int, _ stop: PoolWorker.Stop) {
    switch stop.why {
    case .cancelled:
      state.withLock { $0.statistics.cancelled += 1 }
      order.call.fail(item, CancellationError())
    case .timedOut(let limit):
      let error = PoolError(
        .timedOut, "the work ran for more than \(Self.seconds(limit)) and was stopped")
      settle(order, item, error, after: .timeout)
    }
  }

  private static func seconds(_ nanoseconds: UInt64) -> String {
    let seconds = Double(nanoseconds) / 1e9
    return seconds < 1 ? "\(Int((seconds * 1000).rounded())) ms" : "\(seconds) s"
  }

  /// Gives idle workers what waits behind the work of others.
  private func rebalance() {
    let moved = state.withLock { state in
      guard state.queue.isEmpty,
        state.workers.contains(where: { $0.takesWork && $0.sent.isEmpty })
      else { return false }
      let now = MonotonicClock.now()
      guard
        let victim = state.workers.max(by: { $0.sent.count < $1.sent.count }),
        victim.sent.count >= 2, let first = victim.sent.first, now &- first.sent > 20_000
      else { return false }
      let keep = victim.sent.count / 2
      var place = 0
      let orders = revoke(from: victim) { _ in
        defer { place += 1 }
        return place >= keep
      }
      for order in orders.reversed() { state.queue.putBack(order) }
      return !orders.isEmpty
    }
    if moved { pump() }
  }
}

extension TaskReply.Failure {
  /// The error that the caller gets.
  func error(in worker: String) -> PoolError {
    switch self {
    case .threw(let error):
      PoolError(.taskFailed, "the task of \(worker) threw \(error)", cause: error)
    case .failed(let code, let message, let cause):
      PoolError(
        PoolError.Code(named: code) ?? .taskFailed, message,
        cause: cause.map { RemoteError(typeName: "in the worker", message: $0) })
    }
  }
}
