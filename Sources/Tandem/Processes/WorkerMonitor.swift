internal import CTandemShims
internal import Synchronization
internal import TandemSystem

/// The one thread that waits for all worker processes of this program.
///
/// It never ends: the fork server is told to die with the thread that started it (prctl(2),
/// PR_SET_PDEATHSIG), so the thread that starts it must not be one that comes and goes.
final class WorkerMonitor: Sendable {
  static let shared = WorkerMonitor()

  private struct State: ~Copyable {
    /// Made when it is first needed; then it stays.
    var poller: PollerBox?
    var workers: [UInt64: WorkerChannel] = [:]
    var nextID: UInt64 = 1
    /// Those who asked for a server and wait for one.
    var waitingForServer: [Completion<Result<ForkServer, PoolError>>] = []
    /// Whether somebody has found the server gone.
    var serverIsDoubted = false
    var server: ForkServer?
    var thread = false
    var restarts = RestartBudget(limit: 8, within: .seconds(10))
  }

  private let state = Mutex(State())

  private final class PollerBox: Sendable {
    let poller: Poller
    init() throws(Errno) { poller = try Poller() }
  }

  private init() {}

  private func pollerBox() throws(PoolError) -> PollerBox {
    let made: Result<PollerBox, Errno> = state.withLock { state in
      if let box = state.poller { return .success(box) }
      do throws(Errno) {
        let box = try PollerBox()
        state.poller = box
        return .success(box)
      } catch {
        // Not for good: descriptors may be closed later.
        return .failure(error)
      }
    }
    do throws(Errno) {
      return try made.get()
    } catch {
      throw PoolError(.cannotStart, "worker processes can't be monitored: \(error)", cause: error)
    }
  }

  // MARK: From any thread

  /// The server, started if it isn't running.
  ///
  /// - Parameters:
  ///   - lost: a server that is gone, though the monitor may not have noticed yet.
  ///   - limit: how long it may take.
  ///   - meanwhile: is called now and then while it takes longer; whether the server is still wanted.
  /// - Returns: the server.
  /// - Throws: why there is none.
  func server(
    insteadOf lost: ForkServer? = nil, _ limit: StartLimit = StartLimit(),
    _ meanwhile: () -> Bool = { true }
  ) throws(PoolError) -> ForkServer {
    try WorkerEntry.checkMayStart()
    StandardStreams.fillGaps()
    let box = try pollerBox()
    let wish = Completion<Result<ForkServer, PoolError>>()
    var needsThread = false
    let running: ForkServer? = state.withLock { state in
      if let server = state.server {
        guard server === lost else { return server }
        state.serverIsDoubted = true
      }
      state.waitingForServer.append(wish)
      needsThread = !state.thread
      state.thread = true
      return nil
    }
    if let running { return running }
    if needsThread {
      do {
        try OSThread.start(name: "tandem-monitor") { self.run(box) }
      } catch {
        let failure = PoolError(
          .cannotStart, "no thread could be started: \(error)", cause: error)
        // Others may have relied on this thread.
        let wishes = state.withLock { state in
          state.thread = false
          defer { state.waitingForServer = [] }
          return state.waitingForServer
        }
        for wish in wishes { wish.complete(.failure(failure)) }
        throw failure
      }
    }
    box.poller.wake()
    let answer = try limit.wait(meanwhile: meanwhile) { nap throws(PoolError) in
      wish.waitBlocking(timeout: nap)
    }
    guard let answer else {
      throw PoolError(.cannotStart, "the fork server did not start within \(limit.text)")
    }
    return try answer.get()
  }

  /// Has the thread look whether there is room for what the server was to be sent.
  func lookAgain() { state.withLock { $0.poller }?.poller.wake() }

  /// A number for a new worker.
  func newID() -> UInt64 {
    state.withLock { state in
      defer { state.nextID += 1 }
      return state.nextID
    }
  }

  /// Watches a worker from now on, until its end.
  func watch(_ channel: WorkerChannel) throws(PoolError) {
    let box = try pollerBox()
    state.withLock { $0.workers[channel.id] = channel }
    let descriptors = channel.descriptors
    do throws(Errno) {
      if !channel.isPooled {
        try box.poller.add(descriptors.control, .readable, tag: Tag.control(channel.id))
      }
      try box.poller.add(
        descriptors.standardError, .readable, tag: Tag.standardError(channel.id))
      if descriptors.standardOutput >= 0 {
        try box.poller.add(
          descriptors.standardOutput, .readable, tag: Tag.standardOutput(channel.id))
      }
    } catch {
      forget(channel)
      throw PoolError(.cannotStart, "a worker can't be monitored: \(error)", cause: error)
    }
  }

  /// Stops watching a worker that was never started.
  func forget(_ channel: WorkerChannel) {
    _ = state.withLock { $0.workers.removeValue(forKey: channel.id) }
    unwatch(channel.descriptors)
  }

  private func unwatch(_ descriptors: WatchedDescriptors) {
    guard let box = state.withLock({ $0.poller }) else { return }
    for descriptor in [
      descriptors.control, descriptors.standardError, descriptors.standardOutput,
    ] where descriptor >= 0 { box.poller.remove(descriptor) }
  }

  // MARK: On the monitor's thread

  /// What a readiness event is about: the worker's number and one of three descriptors.
  private enum Tag {
    static let server: UInt64 = 0
    static func control(_ id: UInt64) -> UInt64 { id << 2 }
    static func standardError(_ id: UInt64) -> UInt64 { id << 2 | 1 }
    static func standardOutput(_ id: UInt64) -> UInt64 { id << 2 | 2 }
  }

  private func run(_ box: PollerBox) {
    // The program's own signal handlers are not to run here. And a closed standard error, which
    // workers' lines are passed on to, is to be an error and not the program's end (SIGPIPE).
    OSThread.blockSignals()
    var retries: Set<UInt64> = []
    while true {
      serveWishes(box)
      let isWritten = StandardErrorBacklog.flush()
      let isSent = state.withLock { $0.server }?.flush() ?? true
      for tag in box.poller.wait(timeout: retries.isEmpty && isWritten && isSent ? nil : 10) {
        switch tag {
        case Poller.wakeUpTag: break
        case Tag.server: takeServerEvents(box)
        default:
          guard let channel = state.withLock({ $0.workers[tag >> 2] }) else { continue }
          if tag & 3 == 0 {
            if !channel.readControl() { box.poller.remove(channel.descriptors.control) }
          } else {
            relay(tag, channel, box, &retries)
          }
        }
      }
      for tag in retries {
        retries.remove(tag)
        if let channel = state.withLock({ $0.workers[tag >> 2] }) {
          relay(tag, channel, box, &retries)
        }
      }
    }
  }

  private func relay(
    _ tag: UInt64, _ channel: WorkerChannel, _ box: PollerBox, _ retries: inout Set<UInt64>
  ) {
    let isError = tag == Tag.standardError(channel.id)
    let descriptors = channel.descriptors
    let descriptor = isError ? descriptors.standardError : descriptors.standardOutput
    guard descriptor >= 0 else { return }
    switch isError ? channel.relayStandardError() : channel.relayStandardOutput() {
    case .watch:
      // It may have been taken out while there was no room; adding it twice is refused, harmlessly.
      try? box.poller.add(descriptor, .readable, tag: tag)
    case .retryLater:
      box.poller.remove(descriptor)
      retries.insert(tag)
    case .closed:
      box.poller.remove(descriptor)
    }
  }

  private func serveWishes(_ box: PollerBox) {
    let wishes = state.withLock { state in
      defer { state.waitingForServer = [] }
      return state.waitingForServer
    }
    guard !wishes.isEmpty else { return }
    let isDoubted = state.withLock { state in
      defer { state.serverIsDoubted = false }
      return state.serverIsDoubted
    }
    if isDoubted { takeServerEvents(box) }
    let answer: Result<ForkServer, PoolError>
    if let server = state.withLock({ $0.server }) {
      answer = .success(server)
    } else {
      answer = launch(box)
    }
    for wish in wishes { wish.complete(answer) }
  }

  private func launch(_ box: PollerBox) -> Result<ForkServer, PoolError> {
    let allowed = state.withLock { $0.restarts.take(at: MonotonicClock.now()) }
    guard allowed else {
      return .failure(
        PoolError(.serverLost, "the fork server ended repeatedly: 8 times in 10 s"))
    }
    do throws(PoolError) {
      let server = try ForkServer.launch()
      do throws(Errno) {
        try box.poller.add(server.descriptor, .readable, tag: Tag.server)
      } catch {
        server.close()
        ServerLaunch.kill(server.pid)
        ServerLaunch.reap(server.pid)
        throw PoolError(.cannotStart, "the fork server can't be monitored: \(error)", cause: error)
      }
      state.withLock { $0.server = server }
      return .success(server)
    } catch {
      return .failure(error)
    }
  }

  private func takeServerEvents(_ box: PollerBox) {
    guard let server = state.withLock({ $0.server }) else { return }
    while true {
      switch server.nextEvent() {
      case .none:
        return
      case .exited(let worker, let pid, let status, let usage, let reaped):
        let channel = state.withLock { $0.workers.removeValue(forKey: worker) }
        channel?.finish(.ended(status), pid: pid, usage: usage, reaped: reaped) { unwatch($0) }
      case .lost:
        box.poller.remove(server.descriptor)
        let orphans = state.withLock { state in
          state.server = nil
          defer { state.workers = [:] }
          return state.workers.values.sorted { $0.id < $1.id }
        }
        server.close()
        ServerLaunch.reap(server.pid)
        for channel in orphans {
          channel.page.failStart(error: ForkServer.lostError)
          // The workers end with their server, but what they have started doesn't.
          if let pid = channel.processIdentifier { ServerLaunch.killGroup(pid) }
          channel.finish(.serverLost, pid: nil, usage: nil, reaped: MonotonicClock.now()) {
            unwatch($0)
          }
        }
        return
      }
    }
  }
}
