internal import Synchronization
internal import TandemSystem
internal import TandemWire

/// What drives a process pool: a queue, workers, and two threads.
///
/// - The *reply thread* takes what workers send and delivers it, sees to workers that have ended, and
///   sends what waits.
/// - The *keeper* starts workers, which takes a while, and acts when a time is up.
///
/// Callers send work themselves where a worker is free (`pump`). One lock guards the state; no code of
/// the user's runs under it: inputs are encoded and results decoded outside.
final class ProcessEngine: Sendable {
  let name: String
  let options: ProcessPoolOptions
  /// The bells that workers ring, in memory that they share.
  let bellMemory: BellMemory
  let bells: PoolBells
  let keeperBell: ThreadBell
  /// Completed when everything has ended.
  let ended = Completion<Bool>()
  /// Tells of changes those who listen.
  let changes = PoolChanges()
  let state: Mutex<State>
  /// Runs code of the user's on the reply thread.
  let executor: ReplyExecutor
  /// Whether a thread of the program waits at the callers' bell.
  let hasCaller = Atomic(false)
  /// Events for the reply thread.
  let mail: EndsOfWorkers
  let spin: UInt64

  /// How much work a worker may have before it, in nanoseconds.
  static let window: UInt64 = 300_000
  /// How many frames a worker may have before it.
  static let mostFrames = 128
  /// Workers hear of tasks shorter than this together.
  static let quick: UInt64 = 20_000

  /// A function that workers can be sent.
  struct Function {
    /// The encoded record.
    let record: [UInt8]
    /// How long its items take.
    var pace = Pace()
    /// How many bytes an encoded input has; nil before one was seen.
    var inputSize: Double?
  }

  struct State: ~Copyable {
    /// What is decided about work.
    var core: PoolCore<PoolWork>
    var workers: [PoolWorker] = []
    /// How many workers there may be.
    var wanted: Int
    /// How many workers the keeper is to start.
    var startsWanted = 0
    /// How many workers the keeper is starting.
    var starting = 0
    var nextWorker = 0
    /// From 1: in a worker's block 0 says that nothing was given up.
    var nextFrame: UInt32 = 1
    var functions: [Function] = []
    var numbers: [CallFunction.Key: Int] = [:]
    var isPumping = false
    var starts: StartPolicy
    var lastSetupError: PoolError?
    /// How many frames were sent.
    var framesSent: UInt64 = 0
    /// Whether the keeper looks after replies that nobody was woken for: while anything is being done.
    var isWatched = false
    /// When the keeper will look again, in nanoseconds of CLOCK_MONOTONIC.
    var keeperDue = UInt64.max
    var statistics: PoolStatistics
  }

  init(name: String, workers: Int, options: ProcessPoolOptions) throws(PoolError) {
    try WorkerEntry.checkMayStart()
    self.name = name
    self.options = options
    do throws(Errno) {
      bellMemory = try BellMemory()
    } catch {
      throw PoolError(.cannotStart, "there is no memory for a pool: \(error)", cause: error)
    }
    bells = bellMemory.bells
    mail = EndsOfWorkers(bells: bellMemory)
    keeperBell = ThreadBell()
    executor = ReplyExecutor(bells: bellMemory)
    spin = SpinTime.nanoseconds(options, workers: workers)
    let limit = options.restartLimit ?? RestartLimit(32 + 8 * workers, within: .seconds(10))
    var statistics = PoolStatistics(name: name, workerCount: workers)
    statistics.workerCount = workers
    state = Mutex(
      State(
        core: PoolCore(name: name), wanted: workers,
        starts: StartPolicy(
          timeout: options.startTimeout, limit: limit.count, within: limit.within),
        statistics: statistics))
    do throws(Errno) {
      try OSThread.start(name: "\(name)-replies") { [self] in serveReplies() }
    } catch {
      throw PoolError(.cannotStart, "no thread could be started: \(error)", cause: error)
    }
    do throws(Errno) {
      try OSThread.start(name: "\(name)-keeper") { [self] in keep() }
    } catch {
      shutdown(.killNow)
      throw PoolError(.cannotStart, "no thread could be started: \(error)", cause: error)
    }
    if options.minimumWorkers > 0 {
      let minimum = min(options.minimumWorkers, workers)
      state.withLock { $0.startsWanted = minimum }
      keeperBell.bell.ringAlways()
    }
  }

  // MARK: Calls

  func enqueue(_ call: any Call) throws(PoolError) {
    if call.isSingle { try call.prepare() }
    _ = try number(of: call.function)
    try state.withLock { state throws(PoolError) in
      try state.core.submitted(PoolWork(call), at: MonotonicClock.now())
    }
    pump()
    noteChange()
  }

  /// The number that stands for a function.
  ///
  /// - Throws: `refusedClosure`, `unresolvableType`.
  private func number(of function: CallFunction) throws(PoolError) -> Int {
    if let key = function.key, let known = state.withLock({ $0.numbers[key] }) { return known }
    let record = TaskRecord(try function.makeWork()).encoded()
    guard let key = function.key else {
      throw PoolError(.refusedClosure, "a closure that captures something can't cross to a process")
    }
    return try state.withLock { state throws(PoolError) in
      if let known = state.numbers[key] { return known }
      guard state.functions.count < Int(UInt16.max) else {
        throw PoolError(
          .unresolvableType, "a pool can be given at most \(UInt16.max) different functions")
      }
      state.functions.append(Function(record: record))
      state.numbers[key] = state.functions.count - 1
      return state.functions.count - 1
    }
  }

  func isRunning(_ call: any Call) -> Bool {
    state.withLock { state in
      state.workers.contains { worker in
        worker.work.first(of: PoolWork(call)).map { worker.hasBegun($0) } ?? false
      }
    }
  }

  /// Stops what was begun of a cancelled call.
  func stop(_ call: any Call) {
    let now = MonotonicClock.now()
    let dropped = state.withLock { state -> [PoolOrder] in
      var dropped: [PoolOrder] = []
      for worker in state.workers {
        dropped += worker.takeBack { $0.order.call === call }
        // Not only the first: the worker may be done with that, and its reply be on the way.
        if worker.life.stop == nil, let begun = worker.work.first(of: PoolWork(call)) {
          ask(worker, begun, .cancelled, now: now, &state)
        }
      }
      state.core.ended(dropped.reduce(0) { $0 + $1.items.count }, .cancelled)
      return dropped
    }
    for order in dropped { order.fail(CancellationError()) }
    pump()
    keeperBell.bell.ring()
    noteChange()
  }

  /// Asks a worker to give up what it is doing; under the lock.
  ///
  /// What waits behind it goes to others: the worker may have to be ended.
  func ask(
    _ worker: PoolWorker, _ first: SentOrder<PoolWork>, _ why: WorkerLife.StopReason, now: UInt64,
    _ state: inout State
  ) {
    for order in worker.takeBack(keeping: 1).reversed() { state.core.returned(order) }
    let due = now &+ options.grace.saturatedNanoseconds
    worker.life.asked(first.frame, why, due: due)
    state.keeperDue = min(state.keeperDue, due)
    worker.block.cancelled.store(first.frame)
    worker.wake()
  }

  // MARK: Size and end

  func resize(to workers: Int) throws(PoolError) {
    try state.withLock { state throws(PoolError) in
      if let refusal = state.core.refusal { throw refusal }
      state.wanted = workers
      state.statistics.workerCount = workers
      retireSurplus(&state)
    }
    pump()
  }

  /// Tells workers above the wanted number to end after what they have; under the lock.
  func retireSurplus(_ state: inout State) {
    var surplus = state.workers.count(where: \.life.isPresent) - state.wanted
    // Idle ones first, then those with the least to do.
    let byLoad = state.workers.filter { $0.life.phase == .ready }.sorted {
      $0.work.frames < $1.work.frames
    }
    for worker in byLoad where surplus > 0 {
      retire(worker, &state)
      surplus -= 1
    }
  }

  /// Tells a worker to end after what it has; under the lock.
  func retire(_ worker: PoolWorker, _ state: inout State) {
    guard worker.life.retire() else { return }
    for order in worker.takeBack().reversed() { state.core.returned(order) }
    // Should there be no room, it is done when there is (`lookAgain`).
    if worker.requests.append(RingHeader(.retire), []) != nil {
      worker.requests.publish()
      worker.block.bell.ring()
    } else {
      worker.life.couldNotBeTold()
      worker.isFull = true
      state.isWatched = true
      keeperBell.bell.ringAlways()
    }
  }

  func shutdown(_ mode: PoolShutdown) {
    let (left, error) = state.withLock { state in
      let left = state.core.shutDown(mode)
      if mode == .killNow { killAll(&state) }
      return (left, state.core.endError)
    }
    left.end(error)
    wakeReplies()
    keeperBell.bell.ringAlways()
  }

  /// Breaks the pool: nothing goes on.
  func breakPool(_ error: PoolError) {
    let left = state.withLock { state in
      let left = state.core.breakDown(error)
      if left != nil { killAll(&state) }
      return left
    }
    left?.end(error)
  }

  /// Ends all workers; under the lock.
  private func killAll(_ state: inout State) {
    for worker in state.workers {
      worker.life.mustEnd()
      worker.signal(.kill)
    }
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
      statistics.workers = state.workers.map { worker in
        var one = worker.statistics
        one.withWorker = worker.work.items
        return one
      }
      statistics.withWorkers = statistics.workers.reduce(0) { $0 + $1.withWorker }
      return statistics
    }
  }

  func wakeReplies() {
    mail.mustLook()
  }
}
