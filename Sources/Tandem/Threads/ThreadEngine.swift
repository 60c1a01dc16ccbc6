internal import Synchronization
internal import TandemSystem
internal import TandemWire

/// What drives a thread pool: a queue, and threads that take from it.
///
/// Threads that have nothing to do lie on a stack, each asleep at a bell of its own; work wakes the one
/// that fell asleep last, whose caches are warmest, and exactly as many as there are items. One more
/// thread, the keeper, is there as soon as there are times to watch: timeouts, and work that was asked
/// to end. One lock guards the state; no code of the user's runs under it.
final class ThreadEngine: Sendable {
  let name: String
  let options: ThreadPoolOptions
  /// Completed when the pool has ended.
  let ended = Completion<Bool>()
  /// Tells of changes those who listen.
  let changes = PoolChanges()
  let state: Mutex<State>
  /// The keeper sleeps at it.
  let keeperBell = ThreadBell()

  /// How many threads may at one time wait for work that their own work has given the pool.
  static let mostNestedWaits = 256

  struct State: ~Copyable {
    /// What is decided about work.
    var core: PoolCore<PoolWork>
    /// The threads that count as workers, those that are being started among them.
    var workers: [PoolThread] = []
    /// The threads that the pool does without for now.
    var stuck: [PoolThread] = []
    /// Those that sleep; the last one fell asleep last.
    var idle: [PoolThread] = []
    /// How many workers there may be.
    var wanted: Int
    /// How many threads wait for work that their work has given this pool.
    var nestedWaits = 0
    var nextThread = 0
    var paces = BatchPaces()
    var starts = StartPolicy()
    var hasKeeper = false
    /// When the keeper will look again, in nanoseconds of CLOCK_MONOTONIC.
    var keeperDue = UInt64.max
    var statistics: PoolStatistics

    /// How many workers there may be, with those in place of threads that wait.
    var allowed: Int { wanted + nestedWaits }
  }

  /// Threads to be woken and to be started, once the lock is released.
  struct Calls {
    var woken: [PoolThread] = []
    var started: [PoolThread] = []
  }

  /// - Parameters:
  ///   - name: the pool's name.
  ///   - workers: how many workers there may be.
  ///   - options: everything else, checked.
  init(name: String, workers: Int, options: ThreadPoolOptions) {
    self.name = name
    self.options = options
    state = Mutex(
      State(
        core: PoolCore(name: name), wanted: workers,
        statistics: PoolStatistics(name: name, workerCount: workers)))
  }

  /// Starts the threads that are always there.
  ///
  /// - Throws: `cannotStart`.
  func startMinimum() throws(PoolError) {
    let error = carryOut(
      state.withLock { state in
        summon(min(options.minimumWorkers, state.wanted), &state)
      })
    guard let error else { return }
    shutdown(.killNow)
    throw error
  }

  // MARK: Calls

  func enqueue(_ call: any Call) throws(PoolError) {
    // Work of this pool may go on to wait for what it gives it.
    let own = ownWork
    let isFirst = own?.noteNestedCall() ?? false
    call.takeCallerContext()
    let calls = try state.withLock { state throws(PoolError) in
      if let refusal = state.core.refusal { throw refusal }
      if own != nil, state.nestedWaits >= Self.mostNestedWaits {
        throw PoolError(
          .tooDeep,
          """
          \(state.nestedWaits) threads of the pool \(name) wait for more work of the same pool: its \
          work is nested too deeply
          """)
      }
      try state.core.submitted(PoolWork(call), at: MonotonicClock.now())
      return summon(call.waiting, &state)
    }
    carryOut(calls)
    noteChange()
    if isFirst, let own { wake(own) }
  }

  /// Wakes the thread of work that has begun to wait for more: it has to make room for another now.
  func wake(_ work: ThreadWork) {
    let thread = state.withLock { state in
      (state.workers + state.stuck).first { $0.work === work }
    }
    thread?.bell.bell.ring()
  }

  func isRunning(_ call: any Call) -> Bool {
    state.withLock { state in
      (state.workers + state.stuck).contains { $0.work?.order?.call === call }
    }
  }

  /// The work of this pool that the calling code is part of.
  var ownWork: ThreadWork? {
    guard let work = WorkerContext.threadWork, work.pool == ObjectIdentifier(self) else {
      return nil
    }
    return work
  }

  /// Whether the calling thread is one of the pool's.
  var isOwnThread: Bool {
    guard ownWork != nil else { return false }
    // The work may have begun tasks elsewhere, which know of it too.
    let current = OSThread.currentID
    return state.withLock { state in
      (state.workers + state.stuck).contains { $0.statistics.systemIdentifier == current }
    }
  }

  /// Ends what was begun of a cancelled call, and asks it to end.
  func stop(_ call: any Call) {
    var givenUp: [ThreadWork] = []
    var items: [Range<Int>] = []
    let (returned, mustRing) = state.withLock { state in
      let now = MonotonicClock.now()
      var mustRing = false
      for thread in state.workers + state.stuck {
        guard let work = thread.work, let order = work.order, order.call === call,
          let taken = work.giveUp()
        else { continue }
        givenUp.append(work)
        items.append(taken)
        state.core.ended(taken.count, .cancelled)
        if !thread.isStuck { mustRing = giveGrace(thread, now: now, &state) || mustRing }
      }
      return (state.core.removeReturned(of: PoolWork(call)), mustRing)
    }
    for work in givenUp { work.ask() }
    for item in items.joined() { call.fail(item, CancellationError()) }
    for order in returned { order.fail(CancellationError()) }
    if mustRing { ringKeeper() }
    noteChange()
  }

  /// Has the keeper look whether work that was asked to end has ended; under the lock.
  ///
  /// - Returns: whether the keeper must be told.
  func giveGrace(_ thread: PoolThread, now: UInt64, _ state: inout State) -> Bool {
    watch(thread, until: now &+ options.grace.saturatedNanoseconds, &state)
  }

  /// Has the keeper look at a thread at some time; under the lock.
  ///
  /// - Returns: whether the keeper must be told.
  func watch(_ thread: PoolThread, until due: UInt64, _ state: inout State) -> Bool {
    thread.due = due
    guard due < state.keeperDue else { return false }
    state.keeperDue = due
    return true
  }

  // MARK: Size and end

  func resize(to workers: Int) throws(PoolError) {
    let calls = try state.withLock { state throws(PoolError) -> Calls in
      if let refusal = state.core.refusal { throw refusal }
      state.wanted = workers
      state.statistics.workerCount = workers
      let surplus = state.workers.count - state.allowed
      // Those that sleep longest are told to look; each sees that it is one too many, and ends.
      if surplus > 0 {
        let told = Array(state.idle.prefix(surplus))
        state.idle.removeFirst(told.count)
        return Calls(woken: told)
      }
      return summon(state.core.waiting, &state)
    }
    carryOut(calls)
  }

  func shutdown(_ mode: PoolShutdown) { end { core in core.shutDown(mode) } }

  /// Breaks the pool: nothing goes on.
  func breakPool(_ error: PoolError) { end { core in core.breakDown(error) } }

  /// Ends the pool, or a part of its work.
  ///
  /// - Parameter change: what happens to the pool; nil when nothing does.
  private func end(_ change: (inout PoolCore<PoolWork>) -> Leftovers<PoolWork>?) {
    var givenUp: [ThreadWork] = []
    var woken: [PoolThread] = []
    let (left, error) = state.withLock { state -> (Leftovers<PoolWork>, PoolError) in
      var left = change(&state.core) ?? Leftovers()
      if !state.core.life.isWorking {
        for thread in state.workers + state.stuck {
          guard let work = thread.work, let order = work.order, let items = work.giveUp() else {
            continue
          }
          givenUp.append(work)
          left.orders.append(order.part(items))
          state.core.ended(items.count, .refused)
        }
      }
      // Nor is the end waited for by threads whose work was given up before.
      let now = MonotonicClock.now()
      for thread in state.workers where thread.work?.isGivenUp == true {
        _ = giveGrace(thread, now: now, &state)
      }
      woken = state.idle
      state.idle = []
      return (left, state.core.endError)
    }
    for work in givenUp { work.ask() }
    left.end(error)
    for thread in woken { thread.summon() }
    ringKeeper()
    finishIfDone()
  }

  /// Ends the pool when its last thread has left.
  func finishIfDone() {
    let ending: (left: Leftovers<PoolWork>, error: PoolError)? = state.withLock { state in
      guard state.workers.isEmpty else { return nil }
      let error = state.core.endError
      // What waits in a pool that is drained is for threads that are being started.
      return state.core.finished().map { ($0, error) }
    }
    guard let (left, error) = ending else { return }
    left.end(error)
    ended.complete(true)
    changes.end()
    keeperBell.bell.ringAlways()
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
      statistics.stuckWorkers = state.stuck.count
      // Who has a result sees it counted, though its thread is not done with counting yet.
      for thread in state.workers + state.stuck {
        statistics.completed += thread.work?.keptCount ?? 0
      }
      statistics.workers = (state.workers + state.stuck).map { thread in
        var one = thread.statistics
        one.withWorker = thread.work.map { $0.isGivenUp ? 0 : $0.count } ?? 0
        return one
      }
      statistics.withWorkers = statistics.workers.reduce(0) { $0 + $1.withWorker }
      return statistics
    }
  }
}
