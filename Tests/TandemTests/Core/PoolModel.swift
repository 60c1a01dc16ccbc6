import Synchronization
import Tandem
import TandemSystem

/// A call without any work: its items are numbers, and their ends are noted.
final class ModelCall: Sendable {
  struct State: Equatable {
    var taken = 0
    /// How each item ended; nil before.
    var ends: [ModelEnd?]
    /// How often each was begun.
    var begun: [Int]
    /// Items that ended more than once.
    var endedTwice: [Int] = []
    var isCancelled = false
  }

  let retries: RetryPolicy
  let priority: CallPriority
  let state: Mutex<State>

  init(items: Int, retries: RetryPolicy, priority: CallPriority = .normal) {
    self.retries = retries
    self.priority = priority
    state = Mutex(
      State(ends: Array(repeating: nil, count: items), begun: Array(repeating: 0, count: items)))
  }

  func end(_ item: Int, _ how: ModelEnd) {
    state.withLock { state in
      if state.ends[item] != nil { state.endedTwice.append(item) }
      state.ends[item] = how
    }
  }

  /// What was not taken ends.
  func cancel() {
    state.withLock { state in
      state.isCancelled = true
      for item in state.taken..<state.ends.count {
        if state.ends[item] != nil { state.endedTwice.append(item) }
        state.ends[item] = .givenUp
      }
      state.taken = state.ends.count
    }
  }
}

/// How an item ended for its caller.
enum ModelEnd: Equatable {
  case output
  case failed(ItemEnd)
  /// With its call or its pool, without an attempt of its own.
  case givenUp
}

/// A call as the core sees it.
struct ModelWork: QueuedWork {
  let call: ModelCall

  var priority: CallPriority { call.priority }
  var retries: RetryPolicy { call.retries }
  var cancellation: (any Error)? {
    call.state.withLock { $0.isCancelled } ? CancellationError() : nil
  }
  var waiting: Int { call.state.withLock { $0.ends.count - $0.taken } }

  func take(atMost limit: Int) -> Range<Int>? {
    call.state.withLock { state in
      let end = min(state.ends.count, state.taken + limit)
      guard end > state.taken else { return nil }
      defer { state.taken = end }
      return state.taken..<end
    }
  }

  static func === (left: ModelWork, right: ModelWork) -> Bool { left.call === right.call }
}

/// What can happen to a pool.
enum ModelEvent: CaseIterable {
  /// What waits is sent to workers.
  case send
  /// A worker begins with what it has first.
  case begin
  /// It ends a frame with outputs.
  case outputs
  /// It ends a frame whose first item threw; the others are done or were not begun.
  case throwing
  /// It dies where it is.
  case death
  /// It is asked to stop what it is at, for its time is over.
  case late
  /// What it was asked to stop ends.
  case stopped
  /// A call is given up.
  case cancel
  /// What a worker has not begun is taken back.
  case takeBack
  /// A worker is to end after what it has.
  case retire
  /// A worker has ended as it was told.
  case leave
  /// A new one comes.
  case start
  case drain
  case cancelPending
  case killNow
  case breakDown
}

/// A pool without threads, processes and time: the core, and workers that do as they are told.
///
/// It carries out what the core says, as an engine does.
struct PoolModel {
  struct Worker {
    var life = WorkerLife()
    var work = SentWork<ModelWork>()
    /// Whether it has begun with what it has first.
    var hasBegun = false
    /// At which item of it, or beyond all of them.
    var place = 0
  }

  var core = PoolCore<ModelWork>(name: "model")
  var workers: [Worker]
  var calls: [ModelCall]
  /// Items that end the worker that they are run by.
  var poison: (ModelCall, Int) -> Bool = { _, _ in false }
  private var nextFrame: UInt32 = 1
  private var now: UInt64 = 1
  private(set) var hasEnded = false
  let size: Int
  let ahead: Int

  /// A pool.
  ///
  /// - Parameters:
  ///   - workers: how many there are at first.
  ///   - calls: its calls, all made at the beginning.
  ///   - size: how many items a frame has.
  ///   - ahead: how many frames a worker is sent at once.
  init(workers: Int, calls: [ModelCall], size: Int, ahead: Int) {
    self.workers = Array(repeating: Worker(), count: workers)
    self.calls = calls
    self.size = size
    self.ahead = ahead
    for index in self.workers.indices { self.workers[index].life.becameReady() }
    for call in calls { try? core.submitted(ModelWork(call: call), at: 0) }
  }

  // MARK: Events

  /// Has something happen to one of the workers or calls, if it can.
  ///
  /// - Parameters:
  ///   - event: what.
  ///   - which: to which.
  /// - Returns: whether it could.
  mutating func happens(_ event: ModelEvent, _ which: Int) -> Bool {
    now += 1
    let worker = workers.isEmpty ? 0 : which % workers.count
    defer { finishIfDone() }
    switch event {
    case .send: return send()
    case .begin: return begin(worker)
    case .outputs: return reply(worker, throwing: false)
    case .throwing: return reply(worker, throwing: true)
    case .death: return die(worker)
    case .late: return late(worker)
    case .stopped: return stopped(worker)
    case .cancel: return cancel(which % calls.count)
    case .takeBack: return takeBack(worker)
    case .retire: return retire(worker)
    case .leave: return leave(worker)
    case .start: return start()
    case .drain: return shutDown(.drain)
    case .cancelPending: return shutDown(.cancelPending)
    case .killNow: return shutDown(.killNow)
    case .breakDown:
      guard let left = core.breakDown(PoolError(.poolBroken, "broken")) else { return false }
      end(left)
      for index in workers.indices { workers[index].life.mustEnd() }
      return true
    }
  }

  private mutating func send() -> Bool {
    var didSomething = false
    while let free = workers.firstIndex(where: { $0.life.takesWork && $0.work.isEmpty }) {
      switch core.next(limit: { _ in size * ahead }) {
      case .none: return didSomething
      case .drop(let order, _): for item in order.items { order.work.call.end(item, .givenUp) }
      case .begin(let order):
        let frames = (order.items.count + size - 1) / size
        workers[free].work.append(
          SentOrder(
            order: order, function: 0, size: size, firstFrame: nextFrame,
            positions: (0..<frames).map { UInt64(nextFrame) + UInt64($0) }, sent: now, expected: 0))
        nextFrame += UInt32(frames)
      }
      didSomething = true
    }
    return didSomething
  }

  private mutating func begin(_ index: Int) -> Bool {
    guard !workers.isEmpty, !workers[index].hasBegun, let first = workers[index].work.first else {
      return false
    }
    workers[index].hasBegun = true
    workers[index].place = 0
    let call = first.order.work.call
    let items = first.items(of: first.done)
    for item in items { call.state.withLock { $0.begun[item] += 1 } }
    if let place = items.firstIndex(where: { poison(call, $0) }) {
      workers[index].place = items.distance(from: items.startIndex, to: place)
      return die(index)
    }
    return true
  }

  private mutating func reply(_ index: Int, throwing: Bool) -> Bool {
    guard !workers.isEmpty, workers[index].hasBegun, let first = workers[index].work.first else {
      return false
    }
    let order = first.order.part(first.items(of: first.done))
    workers[index].work.ended(first)
    workers[index].hasBegun = false
    if let asked = workers[index].life.answered(first.frame) {
      settle(order, asked)
      return true
    }
    let call = order.work.call
    var done = order.items
    if throwing {
      let item = done.removeFirst()
      if !core.ended(order, item, .thrown, at: now) { call.end(item, .failed(.thrown)) }
      // As after an error that ends the rest of a frame.
      for item in done { core.returned(order.part(item..<item + 1)) }
    } else {
      core.completed(done.count)
      for item in done { call.end(item, .output) }
    }
    return true
  }

  private mutating func die(_ index: Int) -> Bool {
    guard !workers.isEmpty else { return false }
    var worker = workers.remove(at: index)
    guard core.life.isWorking else {
      for order in worker.work.removeAll() {
        core.ended(order.items.count, .refused)
        for item in order.items { order.work.call.end(item, .givenUp) }
      }
      return true
    }
    let remains = worker.work.workerEnded(
      hasBegun: worker.hasBegun, at: worker.place, asked: worker.life.stop?.frame)
    for order in remains.returned { core.returned(order) }
    if let order = remains.endedAt {
      let item = order.items.lowerBound
      if !core.ended(order, item, .workerDeath, at: now) {
        order.work.call.end(item, .failed(.workerDeath))
      }
    }
    if let order = remains.stopped, let asked = worker.life.stop { settle(order, asked) }
    return true
  }

  private mutating func settle(_ order: Order<ModelWork>, _ asked: WorkerLife.Stop) {
    let why = asked.why == .cancelled ? ItemEnd.cancelled : .timeout
    for item in order.items where !core.ended(order, item, why, at: now) {
      order.work.call.end(item, .failed(why))
    }
  }

  private mutating func late(_ index: Int) -> Bool {
    guard !workers.isEmpty, workers[index].hasBegun, workers[index].life.stop == nil,
      let first = workers[index].work.first
    else { return false }
    ask(index, first.frame, .timedOut(1))
    return true
  }

  private mutating func ask(_ index: Int, _ frame: UInt32, _ why: WorkerLife.StopReason) {
    let begun = workers[index].work.first?.position
    let hasBegun = workers[index].hasBegun
    let taken = workers[index].work.takeBack(keeping: 1) { !hasBegun || $0 != begun }
    for order in taken.reversed() { core.returned(order) }
    workers[index].life.asked(frame, why, due: now + 10)
  }

  private mutating func stopped(_ index: Int) -> Bool {
    guard !workers.isEmpty, workers[index].life.stop != nil else { return false }
    now += 20
    switch workers[index].life.nextStep(now: now, grace: 10) {
    case nil: return false
    case .killed?: return die(index)
    default: return true
    }
  }

  private mutating func cancel(_ index: Int) -> Bool {
    let call = calls[index]
    guard !call.state.withLock({ $0.isCancelled }) else { return false }
    call.cancel()
    let work = ModelWork(call: call)
    for index in workers.indices {
      let begun = workers[index].work.first?.position
      let hasBegun = workers[index].hasBegun
      let taken = workers[index].work.takeBack(where: { $0.order.work === work }) {
        !hasBegun || $0 != begun
      }
      for order in taken {
        core.ended(order.items.count, .cancelled)
        for item in order.items { call.end(item, .givenUp) }
      }
      if workers[index].life.stop == nil, let first = workers[index].work.first(of: work) {
        ask(index, first.frame, .cancelled)
      }
    }
    for order in core.removeReturned(of: work) {
      for item in order.items { call.end(item, .givenUp) }
    }
    return true
  }

  private mutating func takeBack(_ index: Int) -> Bool {
    guard !workers.isEmpty else { return false }
    let begun = workers[index].work.first?.position
    let hasBegun = workers[index].hasBegun
    let taken = workers[index].work.takeBack { !hasBegun || $0 != begun }
    for order in taken.reversed() { core.returned(order) }
    return !taken.isEmpty
  }

  private mutating func retire(_ index: Int) -> Bool {
    guard !workers.isEmpty, workers[index].life.retire() else { return false }
    return true
  }

  private mutating func leave(_ index: Int) -> Bool {
    guard !workers.isEmpty, workers[index].life.phase == .retiring, workers[index].work.isEmpty
    else { return false }
    return die(index)
  }

  private mutating func start() -> Bool {
    guard workers.count < 3, core.life.isWorking else { return false }
    var worker = Worker()
    worker.life.becameReady()
    workers.append(worker)
    return true
  }

  private mutating func shutDown(_ mode: PoolShutdown) -> Bool {
    let before = core.life.stage
    end(core.shutDown(mode))
    if mode == .killNow { for index in workers.indices { workers[index].life.mustEnd() } }
    return core.life.stage != before
  }

  private mutating func finishIfDone() {
    if core.life.isRunning { return }
    if core.life.isWorking {
      guard core.isEmpty, workers.allSatisfy(\.work.isEmpty) else { return }
      workers = []
    }
    guard workers.isEmpty, let left = core.finished() else { return }
    end(left)
    hasEnded = true
  }

  private func end(_ left: Leftovers<ModelWork>) {
    for work in left.calls { work.call.cancel() }
    for order in left.orders { for item in order.items { order.work.call.end(item, .givenUp) } }
  }

  // MARK: To the end

  /// Does everything that is left, well.
  ///
  /// - Returns: whether that came to an end.
  mutating func runOut() -> Bool {
    for _ in 0..<100_000 {
      if !core.life.isWorking {
        guard !workers.isEmpty else { break }
        _ = happens(.death, 0)
        continue
      }
      var didSomething = happens(.send, 0)
      if core.isEmpty, workers.allSatisfy(\.work.isEmpty) { break }
      if !workers.contains(where: { $0.life.takesWork || !$0.work.isEmpty }) {
        workers.removeAll { $0.work.isEmpty && !$0.life.takesWork }
        if happens(.start, 0) { didSomething = true }
      }
      for index in workers.indices.reversed() where index < workers.count {
        if happens(.begin, index) { didSomething = true }
        if index < workers.count, happens(.outputs, index) { didSomething = true }
      }
      if !didSomething { return false }
    }
    _ = happens(.drain, 0)
    return hasEnded
  }
}
