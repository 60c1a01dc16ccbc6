internal import Synchronization
internal import TandemSystem
internal import TandemWire

/// The queue of a serial pool and its thread, which holds this and not the pool.
final class SerialEngine: PoolEngine {
  let name: String
  /// Completed when the pool has ended.
  let ended = Completion<Bool>()
  /// Tells of changes those who listen.
  let changes = PoolChanges()
  private let storage = WorkerStorage()
  private let bell = ThreadBell()
  private let executor: ThreadExecutor
  private let state: Mutex<State>

  private struct State: ~Copyable {
    var core: PoolCore<PoolWork>
    /// Whether the thread is there.
    var isServed = false
    var work: ThreadWork?
    var statistics: PoolStatistics
    var worker: WorkerStatistics
  }

  init(name: String) {
    self.name = name
    executor = ThreadExecutor(bell: bell)
    state = Mutex(
      State(
        core: PoolCore(name: name), statistics: PoolStatistics(name: name, workerCount: 1),
        worker: WorkerStatistics(id: 0, name: name)))
  }

  func checkTakesWork() throws(PoolError) {
    if let refusal = state.withLock({ $0.core.refusal }) { throw refusal }
  }

  func isRunning(_ call: any Call) -> Bool {
    state.withLock { $0.work?.order?.call === call }
  }

  var isInOwnWork: Bool {
    guard let own = WorkerContext.threadWork, own.pool == ObjectIdentifier(self) else {
      return false
    }
    return state.withLock { $0.work === own }
  }

  func checkMayAwait() throws(PoolError) {
    guard isInOwnWork else { return }
    throw PoolError(
      .wouldDeadlock,
      "work of the serial pool \(name) can't wait for what comes after it: that begins after its own end"
    )
  }

  func checkMayBlock() throws(PoolError) { try checkMayAwait() }

  func enqueue(_ call: any Call) throws(PoolError) {
    guard !isInOwnWork else {
      throw PoolError(
        .wouldDeadlock,
        "work of the serial pool \(name) can't give it more: that would begin after its own end")
    }
    call.takeCallerContext()
    let mustStart = try state.withLock { state throws(PoolError) in
      try state.core.submitted(PoolWork(call), at: MonotonicClock.now())
      defer { state.isServed = true }
      return !state.isServed
    }
    noteChange()
    if mustStart { startServing() }
  }

  /// Starts the thread, `isServed` being set already.
  private func startServing() {
    do throws(Errno) {
      try OSThread.start(name: name) { [self] in serve() }
    } catch {
      let error = PoolError(.cannotStart, "\(name) could not be started: \(error)", cause: error)
      let left = state.withLock { state in
        state.isServed = false
        return state.core.noWorker()
      }
      left.end(error)
      finishIfDone()
    }
  }

  private func serve() {
    OSThread.blockSignals()
    while true {
      switch next() {
      case .begin(let work):
        perform(work)
        noteChange()
      case .drop(let order, let reason): order.fail(reason)
      case .leave:
        finishIfDone()
        return
      }
    }
  }

  /// What the thread does next.
  private enum Step {
    case begin(ThreadWork)
    /// These items end: their call was given up.
    case drop(PoolOrder, any Error)
    case leave
  }

  private func next() -> Step {
    state.withLock { state in
      let order: PoolOrder
      switch state.core.next(limit: { _ in 1 }) {
      case .begin(let next): order = next
      case .drop(let order, let reason): return .drop(order, reason)
      case .none:
        state.isServed = false
        return .leave
      }
      let now = MonotonicClock.now()
      let work = ThreadWork(
        order, pool: ObjectIdentifier(self), storage: storage, began: now)
      state.work = work
      state.core.counts.queueTimes.add(now > order.queued ? now - order.queued : 0)
      if state.worker.readySince == nil {
        state.worker.readySince = now
        state.statistics.started = 1
      }
      state.worker.systemIdentifier = OSThread.currentID
      return .begin(work)
    }
  }

  private func perform(_ work: ThreadWork) {
    guard let order = work.order else { return }
    var failure: (item: Int, error: any Error)?
    let watch = order.call.options.timeout.map { timeout in
      // Swift's own timers will do: this pool needs no speed.
      Task.detached { [self] in
        try await Task.sleep(for: .nanoseconds(Int64(clamping: timeout)))
        giveUp(work, ThreadEngine.timedOut(timeout), .timeout)
      }
    }
    if order.call.isSynchronous {
      failure = work.perform(order.call)
    } else {
      let outcome = Mutex<(item: Int, error: any Error)?>(nil)
      executor.run(work, wait: { sleep in sleep { false } }) {
        let failure = await order.call.performAsync(work)
        outcome.withLock { $0 = failure }
      }
      failure = outcome.withLock { $0 }
    }
    watch?.cancel()
    let isOurs = work.finish()
    let ran = MonotonicClock.now() &- work.began
    state.withLock { state in
      state.work = nil
      state.worker.totals.items += 1
      state.worker.totals.running &+= ran
      state.core.counts.runTimes.add(ran)
      state.core.completed(work.keptCount)
    }
    guard isOurs, let failure else { return }
    settle(order, failure.item, failure.error, .thrown)
  }

  /// Ends a running item for its caller, and asks it to end.
  private func giveUp(_ work: ThreadWork, _ error: any Error, _ why: ItemEnd) {
    guard let order = work.order, let items = work.giveUp() else { return }
    // First, so that the thread finds what is to be done again when the work has ended.
    for item in items { settle(order, item, error, why) }
    work.ask()
  }

  /// Ends an item that failed, or has it done again.
  private func settle(_ order: PoolOrder, _ item: Int, _ error: any Error, _ why: ItemEnd) {
    let (isAgain, mustStart) = state.withLock { state in
      guard state.core.ended(order, item, why, at: MonotonicClock.now()) else {
        return (false, false)
      }
      defer { state.isServed = true }
      return (true, !state.isServed)
    }
    if !isAgain { order.call.fail(item, error) }
    if mustStart { startServing() }
  }

  func stop(_ call: any Call) {
    let (work, returned) = state.withLock { state in
      (state.work, state.core.removeReturned(of: PoolWork(call)))
    }
    if let work, work.order?.call === call { giveUp(work, CancellationError(), .cancelled) }
    for order in returned { order.fail(CancellationError()) }
    noteChange()
  }

  func shutdown(_ mode: PoolShutdown) {
    let (left, work, error) = state.withLock { state in
      (state.core.shutDown(mode), state.work, state.core.endError)
    }
    left.end(error)
    if mode == .killNow, let work { giveUp(work, error, .refused) }
    finishIfDone()
  }

  /// Ends the pool when its thread has left.
  private func finishIfDone() {
    let ending: (left: Leftovers<PoolWork>, error: PoolError)? = state.withLock { state in
      guard !state.isServed else { return nil }
      let error = state.core.endError
      return state.core.finished().map { ($0, error) }
    }
    guard let (left, error) = ending else { return }
    left.end(error)
    storage.removeAll()
    ended.complete(true)
    changes.end()
  }

  /// Tells those who listen that something changed; not under the lock.
  func noteChange() {
    changes.note {
      let now = statistics
      return now.waiting == 0 && now.withWorkers == 0
    }
  }

  var statistics: PoolStatistics {
    state.withLock { state in
      var statistics = state.statistics
      statistics.take(state.core.counts)
      statistics.waiting = state.core.waiting
      // Who has a result sees it counted, though its thread is not done with counting yet.
      statistics.completed += state.work?.keptCount ?? 0
      var worker = state.worker
      worker.withWorker = state.work.map { $0.isGivenUp ? 0 : 1 } ?? 0
      if statistics.started > 0 { statistics.workers = [worker] }
      statistics.withWorkers = worker.withWorker
      return statistics
    }
  }
}
