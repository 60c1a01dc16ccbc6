internal import Synchronization
internal import TandemSystem

/// Waking and starting threads.
extension ThreadEngine {
  /// Chooses threads for new work: those that sleep, the latest first, then new ones; under the lock.
  ///
  /// - Parameters:
  ///   - count: how many items there are; more threads than that are not needed.
  ///   - state: the pool's.
  /// - Returns: the threads, for `carryOut`.
  func summon(_ count: Int, _ state: inout State) -> Calls {
    var calls = Calls()
    var count = count
    while count > 0, let thread = state.idle.popLast() {
      calls.woken.append(thread)
      count -= 1
    }
    while count > 0, state.workers.count < state.allowed, state.core.life.isWorking {
      calls.started.append(makeThread(&state))
      count -= 1
    }
    return calls
  }

  private func makeThread(_ state: inout State) -> PoolThread {
    let thread = PoolThread(
      id: state.nextThread, name: "\(name)-\(state.nextThread + 1)", begun: MonotonicClock.now())
    state.nextThread += 1
    state.statistics.started += 1
    state.workers.append(thread)
    if options.setup != nil {
      _ = watch(thread, until: thread.begun &+ options.setupTimeout.saturatedNanoseconds, &state)
    }
    return thread
  }

  /// Wakes and starts threads.
  ///
  /// - Returns: why one could not be started; nil if all were.
  @discardableResult
  func carryOut(_ calls: Calls) -> PoolError? {
    for thread in calls.woken { thread.summon() }
    guard !calls.started.isEmpty else { return nil }
    if options.setup != nil { ringKeeper() }
    for (index, thread) in calls.started.enumerated() {
      do throws(Errno) {
        try OSThread.start(name: thread.name, stackBytes: options.stackBytes) { [self] in
          serve(thread)
        }
      } catch {
        let failure = PoolError(
          .cannotStart, "\(thread.name) could not be started: \(error)", cause: error)
        couldNotStart(calls.started[index...], failure)
        return failure
      }
    }
    return nil
  }

  /// No thread could be started: if there is none at all, what waits fails; else it goes on with fewer.
  private func couldNotStart(_ threads: ArraySlice<PoolThread>, _ error: PoolError) {
    let left: Leftovers<PoolWork>? = state.withLock { state in
      state.workers.removeAll { worker in threads.contains { $0 === worker } }
      state.statistics.started -= threads.count
      return state.workers.isEmpty ? state.core.noWorker() : nil
    }
    left?.end(error)
    finishIfDone()
  }
}
