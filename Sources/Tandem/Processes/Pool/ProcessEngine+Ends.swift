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
      worker.life.mustEnd()
      worker.signal(.kill)
      return
    }
    worker.images = told.images
    let now = MonotonicClock.now()
    worker.statistics.startUp = now &- worker.begun
    worker.statistics.readySince = now
    becameIdle(worker, &state)
    if let failure = told.failure {
      worker.life.mustEnd()
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
    worker.life.becameReady()
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
    let (remains, isDeath, fatal) = state.withLock { state in take(worker, end, &state) }
    let error = CrashReport.error(
      end, name: worker.name, images: worker.images ?? worker.started.server.images)
    settle(remains, of: worker, error)
    if case .breakPool = options.onWorkerDeath, isDeath {
      breakPool(
        PoolError(
          .poolBroken, "the pool \(name) is broken: \(error.message)", cause: error,
          crash: error.crash))
    } else if let fatal {
      breakPool(
        PoolError(fatal.code, fatal.message, cause: fatal.cause ?? error, crash: error.crash))
    }
  }

  /// Takes a worker that has ended out of the pool; under the lock.
  ///
  /// - Returns: what becomes of what it had; whether its end was not expected; and why the pool is to break,
  ///   if it is.
  private func take(
    _ worker: PoolWorker, _ end: WorkerEnd, _ state: inout State
  ) -> (Remains<PoolWork>, isDeath: Bool, fatal: PoolError?) {
    state.workers.removeAll { $0 === worker }
    state.statistics.ended = state.statistics.ended + worker.statistics.totals
    let isDeath = !worker.life.expectsEnd(isOrderly: end.cause == .ended(.exited(code: 0)))
    let hasBegun = worker.work.first.map { worker.hasBegun($0) } ?? false
    var fatal: PoolError?
    if isDeath {
      state.statistics.deaths += 1
      if worker.statistics.totals.items == 0, !hasBegun, end.cause != .serverLost,
        !state.starts.endedUnready(at: MonotonicClock.now())
      {
        fatal = PoolError(
          .restartBudgetSpent,
          "the workers of \(name) die repeatedly before they have begun any work")
      }
    }
    if !state.starts.isWorthTrying { fatal = state.lastSetupError }
    var remains = Remains<PoolWork>()
    if state.core.life.isWorking {
      remains = worker.work.workerEnded(
        hasBegun: hasBegun, at: Int(worker.block.item.load()), asked: worker.life.stop?.frame)
      for order in remains.returned { state.core.returned(order) }
    } else {
      remains.refused = worker.work.removeAll()
      for order in remains.refused { state.core.ended(order.items.count, .refused) }
    }
    // A thread may just be about to send it something.
    worker.life.mustEnd()
    return (remains, isDeath, fatal)
  }

  /// Ends the items that a worker ended at, or has them done again.
  private func settle(_ remains: Remains<PoolWork>, of worker: PoolWorker, _ error: PoolError) {
    if let order = remains.endedAt {
      settle(order, order.items.lowerBound, error, .workerDeath)
    }
    if let order = remains.stopped, let stop = worker.life.stop {
      for item in order.items { settleStopped(order, item, stop) }
    }
    guard !remains.refused.isEmpty else { return }
    let error = state.withLock { $0.core.endError }
    for order in remains.refused { order.fail(error) }
  }

  /// Whether the pool takes work.
  var isRunning: Bool { state.withLock { $0.core.life.isRunning } }

  /// Ends the threads when there is nothing left to do for them.
  ///
  /// Only the reply thread does, and only when nobody else has work in hand that is neither in the queue
  /// nor with a worker: a thread that sends, or a caller that delivers. Both wake it afterwards.
  func finishIfDone() {
    guard executor.isThread else { return }
    let ending: (left: Leftovers<PoolWork>, error: PoolError)? = state.withLock { state in
      guard !state.core.life.isRunning, !state.isPumping, !hasCaller.load(ordering: .acquiring)
      else { return nil }
      if state.core.life.isWorking {
        guard state.core.isEmpty, state.workers.allSatisfy(\.work.isEmpty) else { return nil }
        for worker in state.workers where worker.life.phase == .ready { retire(worker, &state) }
        // Who is being set up would only be ended afterwards.
        for worker in state.workers where worker.life.phase == .settingUp {
          worker.life.mustEnd()
          worker.signal(.kill)
        }
      }
      guard state.workers.isEmpty, state.starting == 0 else { return nil }
      let error = state.core.endError
      return state.core.finished().map { ($0, error) }
    }
    guard let (left, error) = ending else { return }
    left.end(error)
    bellMemory.closeDescriptor()
    ended.complete(true)
    changes.end()
    keeperBell.bell.ringAlways()
  }
}
