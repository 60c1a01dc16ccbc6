internal import Synchronization
internal import TandemSystem
internal import TandemWire

/// One item after the other, on one thread: the reference that the other pools are compared with.
///
/// There is nothing to be tuned: items are done in the order of their calls, higher priorities first.
/// The thread is there as long as there is work. As in a `ThreadPool`, what runs can't be stopped: it is
/// asked to end, its caller hears of the end at once, and what waits goes on when it has ended. Its work
/// can't give it more work, which could never begin while it is waited for.
public final class SerialPool: WorkerPool {
  private let line: SerialLine

  /// Makes a pool.
  ///
  /// - Parameter name: its name; nil gives `Pool-1` and so on.
  public init(name: String? = nil) {
    line = SerialLine(name: name ?? "Pool-\(WorkerNumbers.nextPool())")
  }

  deinit { line.shutdown(.killNow) }

  /// The pool's name.
  public var name: String { line.name }
  /// One.
  public var workerCount: Int { 1 }
  /// What it has done so far.
  public var statistics: PoolStatistics { line.statistics }
  /// What `progress` listens to.
  public var changes: PoolChanges { line.changes }

  /// Does nothing: there is one worker.
  ///
  /// - Parameter workers: 1.
  /// - Throws: `invalidArgument` for any other number, `poolShutDown`.
  public func resize(to workers: Int) throws(PoolError) {
    guard workers == 1 else {
      throw PoolError(.invalidArgument, "a serial pool of \(workers) workers: it has 1")
    }
    try line.checkTakesWork()
  }

  /// Ends the pool and waits until what runs has ended.
  ///
  /// Cancelling the task that waits ends what is left at once, as `killNow` does.
  ///
  /// - Parameter mode: what becomes of work that was given before.
  public func shutdown(_ mode: PoolShutdown) async {
    line.shutdown(mode)
    await withTaskCancellationHandler {
      _ = await line.ended.wait()
    } onCancel: {
      line.shutdown(.killNow)
    }
  }

  /// Takes a call.
  ///
  /// - Parameter work: the call.
  /// - Throws: `poolShutDown`; `wouldDeadlock` in work of this pool; `cannotStart`.
  public func enqueue(_ work: PoolWork) throws(PoolError) { try line.enqueue(work.call) }

  /// Asks what was begun of a cancelled call to end, and ends it for its caller.
  ///
  /// - Parameter work: the call.
  public func stop(_ work: PoolWork) { line.stop(work.call) }
}

extension SerialPool: WorkInspection {
  func isRunning(_ call: SingleCall) -> Bool { line.isRunning(call) }
}

/// The queue of a serial pool and its thread, which holds this and not the pool.
private final class SerialLine: Sendable {
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
    var takesWork = true
    var queue = CallQueue()
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
        statistics: PoolStatistics(name: name, workerCount: 1),
        worker: WorkerStatistics(id: 0, name: name)))
  }

  private var shutDownError: PoolError {
    PoolError(.poolShutDown, "the pool \(name) was shut down")
  }

  func checkTakesWork() throws(PoolError) {
    if !state.withLock({ $0.takesWork }) { throw shutDownError }
  }

  func isRunning(_ call: any Call) -> Bool {
    state.withLock { $0.work?.order?.call === call }
  }

  func enqueue(_ call: any Call) throws(PoolError) {
    guard WorkerContext.threadWork?.pool != ObjectIdentifier(self) else {
      throw PoolError(
        .wouldDeadlock,
        "work of the serial pool \(name) can't give it more: that would begin after its own end")
    }
    call.takeCallerContext()
    let mustStart = state.withLock { state -> Bool? in
      guard state.takesWork else { return nil }
      state.queue.append(call, at: MonotonicClock.now())
      defer { state.isServed = true }
      return !state.isServed
    }
    guard let mustStart else { throw shutDownError }
    noteChange()
    if mustStart { startServing() }
  }

  /// Starts the thread, `isServed` being set already.
  private func startServing() {
    do throws(Errno) {
      try OSThread.start(name: name) { [self] in serve() }
    } catch {
      let error = PoolError(.cannotStart, "\(name) could not be started: \(error)", cause: error)
      let (calls, orders) = state.withLock { state in
        state.isServed = false
        return state.queue.removeAll()
      }
      for call in calls { call.cancel(error) }
      for order in orders { order.items.forEach { order.call.fail($0, error) } }
    }
  }

  private func serve() {
    OSThread.blockSignals()
    while let work = next() {
      perform(work)
      noteChange()
    }
  }

  /// The next item; nil when the thread has to end.
  private func next() -> ThreadWork? {
    let (work, isOver) = state.withLock { state -> (ThreadWork?, Bool) in
      guard let order = state.queue.next(limit: { _ in 1 }) else {
        state.isServed = false
        return (nil, !state.takesWork)
      }
      let now = MonotonicClock.now()
      state.work = ThreadWork(
        order, pool: ObjectIdentifier(self), storage: storage, began: now)
      state.statistics.queueTimes.add(now > order.queued ? now - order.queued : 0)
      if state.worker.readySince == nil {
        state.worker.readySince = now
        state.statistics.started = 1
      }
      state.worker.systemIdentifier = OSThread.currentID
      return (state.work, false)
    }
    if isOver { end() }
    return work
  }

  private func perform(_ work: ThreadWork) {
    guard let order = work.order else { return }
    var failure: (item: Int, error: any Error)?
    let watch = order.call.options.timeout.map { timeout in
      // Swift's own timers will do: this pool needs no speed.
      Task.detached { [self] in
        try await Task.sleep(for: .nanoseconds(Int64(clamping: timeout)))
        giveUp(work, .timeout, ThreadEngine.timedOut(timeout))
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
      state.statistics.runTimes.add(ran)
      state.statistics.completed += work.keptCount
    }
    guard isOurs, let failure else { return }
    settle(order, failure.item, failure.error, after: .thrown)
  }

  /// Ends a running item for its caller, and asks it to end.
  private func giveUp(_ work: ThreadWork, _ reason: RetryPolicy.Reasons?, _ error: any Error) {
    guard let order = work.order, let items = work.giveUp() else { return }
    // First, so that the thread finds what is to be done again when the work has ended.
    for item in items { settle(order, item, error, after: reason) }
    work.ask()
  }

  /// Ends an item that failed, or has it done again; without a reason it never is.
  private func settle(
    _ order: CallQueue.Order, _ item: Int, _ error: any Error, after reason: RetryPolicy.Reasons?
  ) {
    let retries = order.call.options.retries
    let isReason = reason.map { retries.reasons.contains($0) } ?? false
    let mayRetry =
      isReason && order.attempt < retries.limit && !order.call.isCancelled
    var mustStart = false
    let isAgain = state.withLock { state in
      // A pool that is ending does nothing again.
      guard mayRetry, state.isServed || state.takesWork else {
        if error is CancellationError {
          state.statistics.cancelled += 1
        } else if reason == .timeout {
          state.statistics.timedOut += 1
        } else {
          state.statistics.failed += 1
        }
        return false
      }
      mustStart = !state.isServed
      state.isServed = true
      state.statistics.retried += 1
      state.queue.putBack(
        CallQueue.Order(
          call: order.call, items: item..<item + 1, attempt: order.attempt + 1,
          queued: MonotonicClock.now()))
      return true
    }
    guard isAgain else {
      order.call.fail(item, error)
      return
    }
    if mustStart { startServing() }
  }

  func stop(_ call: any Call) {
    let (work, returned) = state.withLock { state in
      (state.work, state.queue.removeReturned(of: call))
    }
    if let work, work.order?.call === call { giveUp(work, nil, CancellationError()) }
    for order in returned { order.items.forEach { call.fail($0, CancellationError()) } }
    noteChange()
  }

  func shutdown(_ mode: PoolShutdown) {
    let error = PoolError(.poolShutDown, "the pool \(name) was shut down before this ended")
    var calls: [any Call] = []
    var orders: [CallQueue.Order] = []
    let (work, isOver) = state.withLock { state in
      state.takesWork = false
      if mode != .drain { (calls, orders) = state.queue.removeAll() }
      return (state.work, !state.isServed)
    }
    for call in calls { call.cancel(error) }
    for order in orders { order.items.forEach { order.call.fail($0, error) } }
    if mode == .killNow, let work { giveUp(work, nil, error) }
    if isOver { end() }
  }

  private func end() {
    if ended.complete(true) { storage.removeAll() }
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
      statistics.waiting = state.queue.count
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
