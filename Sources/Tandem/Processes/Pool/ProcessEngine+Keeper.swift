internal import Synchronization
internal import TandemSystem
internal import TandemWire

/// The keeper: starts workers, and acts when a time is up.
extension ProcessEngine {
  /// How often the keeper looks for replies that nobody was woken for, while work is out: a worker that is
  /// stopped between its reply and the bell's ring rings when it goes on (see Doorbell.swift).
  private static let watchInterval: UInt64 = 20_000_000

  func keep() {
    OSThread.blockSignals()
    var framesSeen: UInt64 = 0
    while true {
      let now = MonotonicClock.now()
      let (isOver, starts) = state.withLock { state -> (Bool, Int) in
        if Self.needsWorkers(state) { return (false, takeStarts(&state, now: now)) }
        state.startsWanted = 0
        return (state.core.life.isOver, 0)
      }
      if isOver { return }
      // The first that fails is the last.
      for _ in 0..<starts where !startWorker(&framesSeen) { break }
      let due = min(act(), watch(&framesSeen))
      let later = MonotonicClock.now()
      guard due > later else { continue }
      keeperBell.bell.sleep(nanoseconds: due == .max ? nil : due - later) {
        state.withLock { state in
          if state.core.life.isOver { return true }
          if state.isWatched && due == .max { return true }
          return (state.startsWanted > 0 && state.starts.notBefore <= later)
            || state.keeperDue < due
        }
      }
    }
  }

  /// Whether the pool may still need workers.
  private static func needsWorkers(_ state: borrowing State) -> Bool {
    state.core.life.isRunning || (state.core.life.isWorking && !state.core.isEmpty)
  }

  /// Looks for replies that nobody was woken for.
  ///
  /// - Parameter framesSeen: how many frames had been sent at the last look.
  /// - Returns: when to look next, in nanoseconds of CLOCK_MONOTONIC.
  private func watch(_ framesSeen: inout UInt64) -> UInt64 {
    let (isWatched, isUneven, sent) = state.withLock { state in
      let isBusy = state.workers.contains { !$0.work.isEmpty || $0.isFull }
      state.isWatched = isBusy || state.framesSent != framesSeen
      let isUneven =
        state.workers.contains { $0.takesWork && $0.work.isEmpty }
        && state.workers.contains { $0.work.frames > 1 }
      return (state.isWatched, isUneven, state.framesSent)
    }
    framesSeen = sent
    guard isWatched else { return .max }
    if hasReplies() {
      bells.replies.ringAlways()
      bells.caller.ringAlways()
    }
    // What is behind long work goes to others; the reply thread does it, because inputs are encoded.
    if isUneven { wakeReplies() }
    lookAgain()
    return MonotonicClock.now() &+ Self.watchInterval
  }

  /// Does what waited for room in a ring: frames that were taken back leave it without a reply.
  private func lookAgain() {
    let wasFull = state.withLock { state in
      var wasFull = false
      for worker in state.workers where worker.isFull {
        worker.isFull = false
        wasFull = true
      }
      if wasFull, state.workers.count > state.wanted { retireSurplus(&state) }
      return wasFull
    }
    // Then things are sent, and the pool may be at its end.
    if wasFull { wakeReplies() }
  }

  private func takeStarts(_ state: inout State, now: UInt64) -> Int {
    guard now >= state.starts.notBefore else {
      state.keeperDue = min(state.keeperDue, state.starts.notBefore)
      return 0
    }
    let present = state.workers.count(where: \.life.isPresent)
    let starts = max(0, min(state.startsWanted, state.wanted - present))
    state.startsWanted = 0
    state.starting += starts
    return starts
  }

  // MARK: Starting

  /// Starts a worker; whatever else is due is done meanwhile.
  ///
  /// - Parameter framesSeen: how many frames had been sent at the last look.
  /// - Returns: whether it was started.
  private func startWorker(_ framesSeen: inout UInt64) -> Bool {
    let begun = MonotonicClock.now()
    let (id, deadline) = state.withLock { state in
      defer { state.nextWorker += 1 }
      return (state.nextWorker, state.starts.deadline(from: begun))
    }
    let workerName = "\(name)-\(id + 1)"
    do throws(PoolError) {
      let limit = StartLimit(deadline: deadline, slice: Self.watchInterval)
      let started = try WorkerLaunch.start(try plan(id: id, name: workerName), limit) {
        _ = act()
        _ = watch(&framesSeen)
        return state.withLock { Self.needsWorkers($0) }
      }
      let worker = PoolWorker(
        id: id, name: workerName, started: started, ringCapacity: FrameLimits.ringCapacity,
        begun: begun)
      let isWanted = state.withLock { state in
        state.starting -= 1
        state.starts.started()
        state.statistics.started += 1
        state.workers.append(worker)
        state.keeperDue = min(
          state.keeperDue, begun &+ options.setupTimeout.saturatedNanoseconds)
        return state.core.life.isWorking
      }
      if !isWanted { worker.signal(.kill) }
      // It may have ended, or be ready, before it was known here.
      if let end = started.channel.end.value { mail.note(id, end) }
      wakeReplies()
      return true
    } catch {
      couldNotStart(error, begun: begun)
      return false
    }
  }

  private func plan(id: Int, name: String) throws(PoolError) -> LaunchPlan {
    guard let bellNumber = bellMemory.descriptorNumber else {
      throw PoolError(.cannotStart, "the pool's bell was closed")
    }
    let configuration = PoolWorkerConfiguration(
      ringCapacity: FrameLimits.ringCapacity, largestResult: options.largestResult,
      nestingLimit: options.nestingLimit, spin: spin, setup: try options.setup?.makeRecord(),
      teardown: try options.teardown?.makeRecord())
    var settings = WorkerSettings()
    settings.environment = options.environment
    if let threads = options.innerThreads {
      for variable in Self.innerThreadVariables
      where settings.environment[variable] == nil && ProcessSettings.variable(variable) == nil {
        settings.environment[variable] = "\(threads)"
      }
    }
    settings.directory = options.workingDirectory
    settings.niceIncrement = Int32(clamping: options.nice)
    settings.limits = Dictionary(
      options.limits.map { ($0.key.number, $0.value) }, uniquingKeysWith: { first, _ in first })
    switch options.pinning {
    case .none: break
    case .list(let cpus): settings.cpus = cpus
    case .oneEach:
      if let allowed = try? CPUs.allowedNumbers(), !allowed.isEmpty {
        settings.cpus = [allowed[id % allowed.count]]
      }
    }
    return LaunchPlan(
      name: name, begin: options.startMethod.begin,
      task: try ValueCoding.encode(configuration, "configuration"),
      standardError: Self.policy(options.standardError, worker: name) ?? .passedOn,
      standardOutput: Self.policy(options.standardOutput, worker: name), settings: settings,
      pool: (FrameLimits.ringCapacity, bellNumber),
      whenEnded: { [mail] end in mail.report(id, end) })
  }

  /// What becomes of a worker's output; nil when it goes where this program's goes.
  private static func policy(_ output: WorkerOutput, worker: String) -> OutputRelay.Policy? {
    switch output {
    case .inherited: nil
    case .discarded: .keptOnly
    case .lines(let deliver): .lines { deliver(worker, $0) }
    }
  }

  /// What libraries read to know how many threads to start.
  private static let innerThreadVariables = [
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS", "NUMBA_NUM_THREADS", "NUMEXPR_NUM_THREADS",
  ]

  /// A worker could not be started, nor will others be for now: the pool goes on with those that it has, or
  /// tries again; what waits fails when that was in vain for long enough.
  private func couldNotStart(_ error: PoolError, begun: UInt64) {
    let left: Leftovers<PoolWork>? = state.withLock { state in
      state.starting = 0
      let next = state.starts.couldNotStart(
        begun: begun, now: MonotonicClock.now(), mayPass: WorkerLaunch.mayPass(error),
        hasWorkers: state.workers.contains(where: \.life.isPresent),
        keepsSome: options.minimumWorkers > 0)
      return next == .giveUp ? state.core.noWorker() : nil
    }
    left?.end(error)
    wakeReplies()
  }

  // MARK: Times

  /// Does what is due.
  ///
  /// - Returns: when something is due next, in nanoseconds of CLOCK_MONOTONIC.
  private func act() -> UInt64 {
    let now = MonotonicClock.now()
    let due = state.withLock { state in
      var due = UInt64.max
      if state.startsWanted > 0 { due = max(state.starts.notBefore, now) }
      for worker in state.workers { due = min(due, act(on: worker, now: now, &state)) }
      state.keeperDue = due
      return due
    }
    return due
  }

  /// How often workers' resident memory is read, in nanoseconds.
  private static let memoryInterval: UInt64 = 100_000_000

  /// Does what is due for one worker; under the lock.
  private func act(on worker: PoolWorker, now: UInt64, _ state: inout State) -> UInt64 {
    if worker.life.phase == .settingUp {
      let deadline = worker.begun &+ options.setupTimeout.saturatedNanoseconds
      guard now >= deadline else { return deadline }
      worker.life.mustEnd()
      worker.signal(.kill)
      state.starts.setupFailed()
      state.lastSetupError = PoolError(
        .setupFailed, "the setup of \(worker.name) took longer than \(options.setupTimeout)")
      return .max
    }
    if worker.life.stop != nil {
      if let step = worker.life.nextStep(now: now, grace: options.grace.saturatedNanoseconds) {
        worker.signal(step == .told ? .terminate : .kill)
      }
      return worker.life.stop?.due ?? .max
    }
    var due = UInt64.max
    if let first = worker.work.first {
      if let timeout = first.order.call.options.timeout {
        guard let began = worker.began(first, now: now) else {
          return now &+ min(timeout, 1_000_000)
        }
        let deadline = began &+ timeout
        guard now >= deadline else { return deadline }
        ask(worker, first, .timedOut(timeout), now: now, &state)
        return worker.life.stop?.due ?? .max
      }
    } else if worker.life.phase == .ready, let idle = options.idleTimeout,
      state.workers.count(where: { $0.life.phase == .ready }) > options.minimumWorkers
    {
      let deadline = worker.idleSince &+ idle.saturatedNanoseconds
      if now >= deadline { retire(worker, &state) } else { due = deadline }
    }
    if let most = options.recycle.aboveResidentBytes, worker.life.phase == .ready {
      if let bytes = ProcStatM.residentBytes(of: worker.started.pid), bytes > most {
        if worker.work.isEmpty { retire(worker, &state) } else { worker.isTooLarge = true }
      }
      due = min(due, now &+ Self.memoryInterval)
    }
    return due
  }
}
