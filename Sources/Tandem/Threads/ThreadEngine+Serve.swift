internal import Synchronization
internal import TandemSystem
internal import TandemWire

/// What a thread of the pool does.
extension ThreadEngine {
  /// What a thread does next.
  private enum Step {
    case work(ThreadWork)
    /// These items end: their call was given up.
    case drop(PoolOrder, any Error)
    /// Nothing for now; look again after so many nanoseconds, or never by itself.
    case sleep(UInt64?)
    case leave
  }

  /// How long a thread with nothing to do looks away while others have items before them, in
  /// nanoseconds.
  private static let nap: UInt64 = 500_000
  /// How long a batch must have run before others take items away, in nanoseconds.
  private static let patience: UInt64 = 400_000

  /// The life of a thread.
  func serve(_ thread: PoolThread) {
    OSThread.blockSignals()
    state.withLock { _ in thread.statistics.systemIdentifier = OSThread.currentID }
    pin(thread)
    if setUp(thread) {
      loop(thread)
      runHook(options.teardown, on: thread) { _ in }
    }
    thread.executor.close()
    thread.storage.removeAll()
    state.withLock { state in
      state.workers.removeAll { $0 === thread }
      state.stuck.removeAll { $0 === thread }
      state.statistics.ended = state.statistics.ended + thread.statistics.totals
    }
    finishIfDone()
  }

  private func loop(_ thread: PoolThread) {
    var idleSince: UInt64?
    while true {
      while thread.executor.runNext() {}
      switch next(thread, idleSince: idleSince) {
      case .work(let work):
        idleSince = nil
        perform(work, on: thread)
      case .sleep(let nanoseconds):
        if idleSince == nil { idleSince = MonotonicClock.now() }
        thread.bell.bell.sleep(nanoseconds: nanoseconds) {
          // Pairs with the release in `PoolThread.summon`.
          thread.isSummoned.load(ordering: .acquiring) || thread.executor.hasJobs
        }
      case .drop(let order, let reason): order.fail(reason)
      case .leave: return
      }
    }
  }

  // MARK: Beginning

  private func pin(_ thread: PoolThread) {
    switch options.pinning {
    case .none: return
    case .list(let cpus): try? CPUs.bindCallingThread(to: cpus)
    case .oneEach:
      guard let allowed = try? CPUs.allowedNumbers(), !allowed.isEmpty else { return }
      try? CPUs.bindCallingThread(to: [allowed[thread.id % allowed.count]])
    }
  }

  /// Runs the setup.
  ///
  /// - Returns: whether the thread can work.
  private func setUp(_ thread: PoolThread) -> Bool {
    var failure: (any Error)?
    runHook(options.setup, on: thread) { failure = $0 }
    var fatal: PoolError?
    let (isReady, calls) = state.withLock { state -> (Bool, Calls) in
      let now = MonotonicClock.now()
      thread.due = .max
      thread.statistics.startUp = now &- thread.begun
      // The keeper has lost patience with it, and counted it as a failure.
      if thread.life.phase == .ending { return (false, Calls()) }
      guard let failure else {
        thread.life.becameReady()
        thread.statistics.readySince = now
        state.starts.becameReady()
        return (true, Calls())
      }
      thread.life.mustEnd()
      let error = PoolError(
        .setupFailed, "the setup of \(thread.name) failed", cause: failure)
      let (isFatal, calls) = leaveUnready(thread, &state)
      if isFatal { fatal = error }
      return (false, calls)
    }
    carryOut(calls)
    if let fatal { breakPool(fatal) }
    return isReady
  }

  /// Counts a setup that failed; under the lock.
  ///
  /// - Returns: whether that is too much, and the threads to start in its place.
  func leaveUnready(_ thread: PoolThread, _ state: inout State) -> (isFatal: Bool, Calls) {
    state.workers.removeAll { $0 === thread }
    state.statistics.deaths += 1
    state.starts.setupFailed()
    if !state.starts.isWorthTrying { return (true, Calls()) }
    return (false, summon(state.core.waiting, &state))
  }

  private func runHook(
    _ hook: WorkerHook?, on thread: PoolThread, _ failed: (any Error) -> Void
  ) {
    guard let hook else { return }
    let work = ThreadWork(
      nil, pool: ObjectIdentifier(self), storage: thread.storage, began: MonotonicClock.now())
    let outcome = Mutex<(any Error)?>(nil)
    thread.executor.run(work, wait: { sleep in sleep { false } }) {
      do {
        try await hook.runHere()
      } catch {
        outcome.withLock { $0 = error }
      }
    }
    if let error = outcome.withLock({ $0 }) { failed(error) }
  }

  // MARK: Work

  /// Decides what the thread does next.
  private func next(_ thread: PoolThread, idleSince: UInt64?) -> Step {
    let (step, mustRing) = state.withLock { state -> (Step, Bool) in
      thread.isSummoned.store(false, ordering: .relaxed)
      state.idle.removeAll { $0 === thread }
      if thread.isStuck { comeBack(thread, &state) }
      guard state.core.life.isWorking, thread.life.phase != .ending,
        state.workers.count <= state.allowed
      else {
        return (leave(thread, &state), false)
      }
      let now = MonotonicClock.now()
      switch state.core.next(limit: {
        state.paces.batch(of: $0.call, workers: state.wanted)
      }) {
      case .begin(let order): return begin(order, on: thread, now: now, isNew: true, &state)
      case .drop(let order, let reason): return (.drop(order, reason), false)
      case .none: break
      }
      if !state.core.life.isRunning { return (leave(thread, &state), false) }
      let (taken, comesLater) = takeFromOthers(now: now, state)
      if let taken { return begin(taken, on: thread, now: now, isNew: false, &state) }
      var nanoseconds: UInt64?
      if comesLater { nanoseconds = Self.nap }
      if let limit = options.idleTimeout?.saturatedNanoseconds,
        state.workers.count > options.minimumWorkers
      {
        let idle = idleSince.map { now &- $0 } ?? 0
        if idle >= limit { return (leave(thread, &state), false) }
        nanoseconds = min(nanoseconds ?? .max, limit - idle)
      }
      state.idle.append(thread)
      return (.sleep(nanoseconds), false)
    }
    if mustRing { ringKeeper() }
    return step
  }

  private func leave(_ thread: PoolThread, _ state: inout State) -> Step {
    thread.life.mustEnd()
    // It counts until it has ended only where the pool's end waits for it.
    if state.core.life.isRunning { state.workers.removeAll { $0 === thread } }
    return .leave
  }

  /// A stuck thread has ended its work after all; under the lock.
  private func comeBack(_ thread: PoolThread, _ state: inout State) {
    thread.isStuck = false
    state.stuck.removeAll { $0 === thread }
    state.workers.append(thread)
  }

  private func begin(
    _ order: PoolOrder, on thread: PoolThread, now: UInt64, isNew: Bool,
    _ state: inout State
  ) -> (Step, Bool) {
    let work = ThreadWork(
      order, pool: ObjectIdentifier(self), storage: thread.storage, began: now)
    thread.work = work
    if isNew {
      state.core.counts.queueTimes.add(
        now > order.queued ? now - order.queued : 0, times: order.items.count)
    }
    guard let timeout = order.call.options.timeout else { return (.work(work), false) }
    return (.work(work), watch(thread, until: now &+ timeout, &state))
  }

  /// Takes items that another thread has before it, and that have to wait too long; under the lock.
  ///
  /// - Returns: the items; and whether there may be some later.
  private func takeFromOthers(
    now: UInt64, _ state: borrowing State
  ) -> (PoolOrder?, comesLater: Bool) {
    var comesLater = false
    for other in state.workers + state.stuck {
      guard let work = other.work, let order = work.order, work.left > 0 else { continue }
      guard now &- work.began > Self.patience else {
        comesLater = true
        continue
      }
      if let items = work.takeHalf() { return (order.part(items), false) }
    }
    return (nil, comesLater)
  }

  private func perform(_ work: ThreadWork, on thread: PoolThread) {
    guard let order = work.order else { return }
    var failure: (item: Int, error: any Error)?
    if order.call.isSynchronous {
      failure = work.perform(order.call)
    } else {
      let outcome = Mutex<(item: Int, error: any Error)?>(nil)
      thread.executor.run(
        work, wait: { sleep in waitAside(work, sleep) },
        {
          let failure = await order.call.performAsync(work)
          outcome.withLock { $0 = failure }
        })
      failure = outcome.withLock { $0 }
    }
    finish(work, on: thread, failure)
    noteChange()
  }

  /// Sleeps until the thread has something to do for its work; if that may wait for work that it has
  /// given this pool, another thread may take its place meanwhile.
  private func waitAside(_ work: ThreadWork, _ sleep: (_ mustLook: () -> Bool) -> Void) {
    guard work.hasNestedCalls else {
      sleep { work.hasNestedCalls }
      return
    }
    carryOut(
      state.withLock { state in
        state.nestedWaits += 1
        return summon(state.core.isEmpty ? 0 : 1, &state)
      })
    sleep { false }
    state.withLock { $0.nestedWaits -= 1 }
  }

  private func finish(
    _ work: ThreadWork, on thread: PoolThread, _ failure: (item: Int, error: any Error)?
  ) {
    guard let order = work.order else { return }
    let isOurs = work.finish()
    let kept = work.keptCount
    // What was not begun when an item threw; the same thread comes to it next.
    let rest = work.takeRest()
    let begun = order.items.lowerBound..<rest.lowerBound
    let isCancelled = order.call.isCancelled
    var dropped: Range<Int>?
    state.withLock { state in
      let now = MonotonicClock.now()
      let ran = now &- work.began
      thread.work = nil
      thread.due = .max
      thread.statistics.totals.running &+= ran
      thread.statistics.totals.items += begun.count
      state.core.completed(kept)
      guard isOurs else { return }
      if !begun.isEmpty {
        let perItem = ran / UInt64(begun.count)
        state.core.counts.runTimes.add(perItem, times: begun.count)
        state.paces.note(order.call, took: Double(perItem))
      }
      guard !rest.isEmpty else { return }
      if state.core.life.isWorking && !isCancelled {
        state.core.returned(order.part(rest))
      } else {
        dropped = rest
        state.core.ended(rest.count, .cancelled)
      }
    }
    if let dropped { dropped.forEach { order.call.fail($0, CancellationError()) } }
    guard isOurs, let failure else { return }
    settle(order, failure.item, failure.error, .thrown)
  }

  /// Ends an item that failed, or has it done again.
  func settle(_ order: PoolOrder, _ item: Int, _ error: any Error, _ why: ItemEnd) {
    let calls = state.withLock { state -> Calls? in
      guard state.core.ended(order, item, why, at: MonotonicClock.now()) else { return nil }
      return summon(1, &state)
    }
    if let calls {
      carryOut(calls)
      return
    }
    let wasCancelled = order.call.isCancelled
    order.call.fail(item, error)
    // The first error of a `map` ends the rest of it.
    if !wasCancelled, order.call.isCancelled { stop(order.call) }
  }
}
