internal import Synchronization
internal import TandemSystem
internal import TandemWire

/// Workers that begin and end.
extension ProcessEngine {
  /// A worker told that it is set up, or that it isn't; under the lock.
  func becameReady(
    _ worker: PoolWorker, _ header: RingHeader, _ payload: [UInt8], _ state: inout State
  ) {
    let told: ReadyReply
    do throws(PoolError) {
      told = try ValueCoding.decode(ReadyReply.self, from: payload, "ready")
    } catch {
      worker.phase = .ending
      worker.signal(.kill)
      return
    }
    worker.images = told.images
    let now = MonotonicClock.now()
    worker.statistics.startUp = now &- worker.begun
    worker.statistics.readySince = now
    becameIdle(worker, &state)
    if let failure = told.failure {
      worker.phase = .ending
      worker.signal(.kill)
      state.starts.setupFailed()
      state.lastSetupError = PoolError(
        .setupFailed, "the setup of \(worker.name) failed",
        // Decoding the error itself would run the program's code under the lock.
        cause: failure.described(
          in: worker.name, images: worker.images ?? worker.started.server.images))
      return
    }
    state.starts.becameReady()
    if worker.phase == .settingUp { worker.phase = .ready }
    if state.workers.count > state.wanted { retireSurplus(&state) }
  }

  /// A worker has nothing to do; under the lock.
  func becameIdle(_ worker: PoolWorker, _ state: inout State) {
    worker.idleSince = MonotonicClock.now()
    if let idle = options.idleTimeout {
      state.keeperDue = min(state.keeperDue, worker.idleSince &+ idle.saturatedNanoseconds)
    }
  }

  /// The monitor saw the end of a worker.
  func workerEnded(_ id: Int, _ end: WorkerEnd, _ payloads: inout Payloads) {
    // The exit of an abandoned first start attempt belongs to no worker: ignore it.
    guard let worker = state.withLock({ $0.workers.first { $0.id == id } }),
      worker.started.channel.end.value != nil
    else { return }
    // A finished result beats the exit status.
    drain(worker, &payloads)
    worker.started.channel.closeControl()
    var left: [PoolWorker.Sent] = []
    var wasPlanned = false
    var fatal: PoolError?
    state.withLock { state in
      state.workers.removeAll { $0.id == id }
      state.statistics.ended = state.statistics.ended + worker.statistics.totals
      while let sent = worker.sent.popFirst() { left.append(sent) }
      wasPlanned =
        worker.phase == .ending || worker.stop.map { $0.next != .terminate } ?? false
        || (worker.phase == .retiring && end.cause == .ended(.exited(code: 0)))
      // A thread may just be about to send it something.
      worker.phase = .ending
      if !wasPlanned {
        state.statistics.deaths += 1
        let hasBegun =
          worker.statistics.totals.items > 0 || left.first.map { worker.hasBegun($0) } ?? false
        if !hasBegun, end.cause != .serverLost,
          !state.starts.endedUnready(at: MonotonicClock.now())
        {
          fatal = PoolError(
            .restartBudgetSpent,
            "the workers of \(name) die repeatedly before they have begun any work")
        }
      }
      if !state.starts.isWorthTrying { fatal = state.lastSetupError }
    }
    let error = CrashReport.error(
      end, name: worker.name, images: worker.images ?? worker.started.server.images)
    blame(worker, left, error)
    if case .breakPool = options.onWorkerDeath, !wasPlanned {
      breakPool(
        PoolError(
          .poolBroken, "the pool \(name) is broken: \(error.message)", cause: error,
          crash: error.crash))
    } else if let fatal {
      breakPool(
        PoolError(fatal.code, fatal.message, cause: fatal.cause ?? error, crash: error.crash))
    }
  }

  /// Says of everything that a dead worker had how it ended; what had not begun goes to others.
  private func blame(_ worker: PoolWorker, _ left: [PoolWorker.Sent], _ error: PoolError) {
    let isEnding = state.withLock { state in
      switch state.mode {
      case .killing, .broken, .over: true
      default: false
      }
    }
    for (place, sent) in left.enumerated().reversed() {
      if isEnding {
        fail(sent.order(from: sent.done), shutDownError)
        continue
      }
      guard place == 0, worker.hasBegun(sent) else {
        state.withLock { $0.queue.putBack(sent.order(from: sent.done)) }
        continue
      }
      if sent.left > 1 {
        state.withLock { $0.queue.putBack(sent.order(from: sent.done + 1)) }
      }
      let order = sent.order.part(sent.items(of: sent.done))
      if let stop = worker.stop, stop.frame == sent.frame {
        for item in order.items { settleStopped(order, item, stop) }
        continue
      }
      // The worker was at one item of the frame. Those before it were done, but what came of them is
      // lost with the worker. If it was at none, it was decoding their inputs or encoding their outputs:
      // each is done again by itself, so that the one which can't be ends alone.
      var at: Int? = order.items.lowerBound + Int(worker.block.item.load())
      if order.items.count == 1 { at = order.items.lowerBound }
      if let noted = at, noted >= order.items.upperBound { at = nil }
      for item in order.items.reversed() where item != at {
        let again = CallQueue.Order(
          call: order.call, items: item..<item + 1, attempt: order.attempt, queued: order.queued)
        state.withLock { $0.queue.putBack(again) }
      }
      if let at { settle(order, at, error, after: .workerDeath) }
    }
  }

  private var shutDownError: PoolError {
    state.withLock { state in
      if case .broken(let error) = state.mode { return error }
      return PoolError(.poolShutDown, "the pool \(name) was shut down before this ended")
    }
  }

  /// Whether the pool takes work.
  var isRunning: Bool { state.withLock { if case .running = $0.mode { true } else { false } } }

  /// Ends the threads when there is nothing left to do for them.
  ///
  /// Only the reply thread does, and only when nobody else has work in hand that is neither in the queue
  /// nor with a worker: a thread that sends, or a caller that delivers. Both wake it afterwards.
  func finishIfDone() {
    guard executor.isThread else { return }
    var calls: [any Call] = []
    var orders: [CallQueue.Order] = []
    let isDone = state.withLock { state in
      guard !state.isPumping, !hasCaller.load(ordering: .acquiring) else { return false }
      switch state.mode {
      case .running, .over: return false
      case .draining:
        guard state.queue.isEmpty, state.workers.allSatisfy({ $0.sent.isEmpty }) else {
          return false
        }
        for worker in state.workers where worker.phase == .ready { retire(worker, &state) }
        // Who is being set up would only be ended afterwards.
        for worker in state.workers where worker.phase == .settingUp {
          worker.phase = .ending
          worker.signal(.kill)
        }
      case .killing, .broken: break
      }
      guard state.workers.isEmpty, state.starting == 0 else { return false }
      // What came back meanwhile.
      (calls, orders) = state.queue.removeAll()
      // A broken pool goes on to say why it takes no work.
      if case .broken = state.mode { return true }
      state.mode = .over
      return true
    }
    guard isDone else { return }
    let error = shutDownError
    for call in calls { call.cancel(error) }
    for order in orders { fail(order, error) }
    bellMemory.closeDescriptor()
    ended.complete(true)
    changes.end()
    keeperBell.bell.ringAlways()
  }
}
