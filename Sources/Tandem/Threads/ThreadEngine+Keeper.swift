internal import Synchronization
internal import TandemSystem
internal import TandemWire

/// The keeper: a thread that acts when a time is up. It is there as soon as there are times to watch.
extension ThreadEngine {
  /// Has the keeper look at what has changed.
  func ringKeeper() {
    let isMissing = state.withLock { state in
      guard !state.hasKeeper, state.keeperDue < .max else { return false }
      if state.core.life.isOver { return false }
      state.hasKeeper = true
      return true
    }
    guard isMissing else {
      keeperBell.bell.ring()
      return
    }
    do throws(Errno) {
      try OSThread.start(name: "\(name)-keeper", stackBytes: 256 << 10) { [self] in keep() }
    } catch {
      // Then nobody watches the times until there is another reason to try again.
      state.withLock { $0.hasKeeper = false }
    }
  }

  private func keep() {
    OSThread.blockSignals()
    while true {
      let now = MonotonicClock.now()
      guard let due = act(now: now) else { return }
      let later = MonotonicClock.now()
      guard due > later else { continue }
      keeperBell.bell.sleep(nanoseconds: due == .max ? nil : due - later) {
        state.withLock { state in
          if state.core.life.isOver { return true }
          return state.keeperDue < due
        }
      }
    }
  }

  /// Does what is due.
  ///
  /// - Returns: when something is due next, in nanoseconds of CLOCK_MONOTONIC; nil when the pool is over.
  private func act(now: UInt64) -> UInt64? {
    var late: [(work: ThreadWork, order: PoolOrder, items: Range<Int>)] = []
    var calls = Calls()
    var fatal: PoolError?
    let due = state.withLock { state -> UInt64? in
      if state.core.life.isOver { return nil }
      for thread in state.workers where thread.due <= now {
        if thread.life.phase == .settingUp {
          if let error = giveUpSetup(thread, &calls, &state) { fatal = error }
        } else if let work = thread.work, let order = work.order {
          if let items = work.giveUp() {
            late.append((work, order, items))
            thread.due = now &+ options.grace.saturatedNanoseconds
          } else {
            isLate(thread, work, &calls, &state)
          }
        } else {
          thread.due = .max
        }
      }
      // Threads may have gone and come.
      state.keeperDue = state.workers.reduce(.max) { min($0, $1.due) }
      return state.keeperDue
    }
    for one in late {
      one.work.ask()
      for item in one.items {
        settle(one.order, item, Self.timedOut(one.order.call.options.timeout), .timeout)
      }
    }
    carryOut(calls)
    if !late.isEmpty { noteChange() }
    if let fatal { breakPool(fatal) }
    finishIfDone()
    return due
  }

  /// Work was asked to end, and has not: the pool does without its thread, if it may; under the lock.
  private func isLate(
    _ thread: PoolThread, _ work: ThreadWork, _ calls: inout Calls, _ state: inout State
  ) {
    thread.due = .max
    guard work.isGivenUp else { return }
    // A pool that ends waits for none of them.
    if state.core.life.isRunning, state.stuck.count >= options.spareThreads ?? state.wanted {
      return
    }
    thread.isStuck = true
    state.workers.removeAll { $0 === thread }
    state.stuck.append(thread)
    let more = summon(state.core.isEmpty ? 0 : 1, &state)
    calls.woken += more.woken
    calls.started += more.started
  }

  /// A setup takes too long: the pool does without its thread; under the lock.
  ///
  /// - Returns: why the pool is to break; nil if it isn't.
  private func giveUpSetup(
    _ thread: PoolThread, _ calls: inout Calls, _ state: inout State
  ) -> PoolError? {
    thread.due = .max
    thread.life.mustEnd()
    let (isFatal, more) = leaveUnready(thread, &state)
    state.stuck.append(thread)
    thread.isStuck = true
    calls.woken += more.woken
    calls.started += more.started
    guard isFatal else { return nil }
    return PoolError(
      .setupFailed, "the setup of \(thread.name) took longer than \(options.setupTimeout)")
  }

  /// The error of work that ran too long.
  static func timedOut(_ timeout: UInt64?) -> PoolError {
    let milliseconds = Double(timeout ?? 0) / 1e6
    let limit =
      milliseconds < 1000
      ? "\(Int(milliseconds.rounded())) ms" : "\(milliseconds / 1000) s"
    return PoolError(
      .timedOut,
      """
      the work ran for more than \(limit); a thread can't be stopped, so the work was asked to end; it \
      may continue, but its result is dropped
      """)
  }
}
