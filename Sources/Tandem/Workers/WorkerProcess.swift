internal import Synchronization
internal import TandemSystem

/// One process that runs one task or closure; a trap or a signal in it is an error here, not the end.
///
/// ```swift
/// let process = WorkerProcess(name: "Process 0", input: 21) { 2 * $0 }
/// try process.start()
/// let answer = try await process.value
/// ```
///
/// The process is this same program, whose `main` does not run again. A *task* is checked by the
/// compiler and always crosses. A *closure literal* crosses when it captures nothing, which is checked
/// when the worker is started; in debug builds fewer are accepted than in release builds, so what works
/// in debug works. Globals and static properties have their initial values in a worker.
public final class WorkerProcess<Output: Codable & Sendable>: Worker {
  /// The name, for logs and for the system's tools.
  public let name: String
  /// Whether the program may end without waiting for it.
  public let isDaemon: Bool
  /// How it is started.
  public let startMethod: StartMethod

  private let makeRecord: @Sendable () throws(PoolError) -> TaskRecord
  private let state = Mutex(State())

  private enum Phase {
    /// Not started.
    case new
    /// `start` is at work.
    case starting
    /// The process exists, or has existed.
    case started(WorkerLaunch.Started)
  }

  private struct State {
    var phase = Phase.new
    var startCalled: UInt64?
    var startReturned: UInt64?
    /// The outcome, once somebody has asked for it after the end.
    var outcome: WorkerOutcome<Output>?
    /// Where the work threw, once the outcome is known.
    var thrownIn: ThrowSite?
  }

  /// Makes a process that runs a task.
  ///
  /// - Parameters:
  ///   - name: its name; the kernel's tools show the first 15 bytes. Nil gives `Process-1`, `Process-2` and so on.
  ///   - isDaemon: whether the program may end without waiting for it, and so end it.
  ///   - startMethod: how it is started.
  ///   - task: what it runs.
  public init<Task: WorkerTask>(
    name: String? = nil, isDaemon: Bool = false, startMethod: StartMethod = .forkServer,
    task: Task
  ) where Task.Output == Output {
    self.name = name ?? "Process-\(WorkerNumbers.nextProcess())"
    self.isDaemon = isDaemon
    self.startMethod = startMethod
    self.makeRecord = { () throws(PoolError) in try TaskRecord(task) }
  }

  /// Makes a process that runs a closure literal.
  ///
  /// - Parameters:
  ///   - name: its name; nil gives `Process-1`, `Process-2` and so on.
  ///   - isDaemon: whether the program may end without waiting for it, and so end it.
  ///   - startMethod: how it is started.
  ///   - input: what the closure gets.
  ///   - body: a closure that captures nothing.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  public init<Input: Codable & Sendable>(
    name: String? = nil, isDaemon: Bool = false, startMethod: StartMethod = .forkServer,
    input: Input, _ body: @escaping @Sendable (Input) throws -> Output,
    fileID: StaticString = #fileID, line: UInt = #line
  ) {
    self.name = name ?? "Process-\(WorkerNumbers.nextProcess())"
    self.isDaemon = isDaemon
    self.startMethod = startMethod
    let box = ClosureCode.Box(body: body)
    let site = CallSite(fileID: fileID, line: line)
    self.makeRecord = { () throws(PoolError) in try TaskRecord(box, input: input, at: site) }
  }

  /// Makes a process that runs an async closure literal.
  ///
  /// - Parameters:
  ///   - name: its name; nil gives `Process-1`, `Process-2` and so on.
  ///   - isDaemon: whether the program may end without waiting for it, and so end it.
  ///   - startMethod: how it is started.
  ///   - input: what the closure gets.
  ///   - body: a closure that captures nothing.
  ///   - fileID: the caller's file, for errors.
  ///   - line: the caller's line, for errors.
  public init<Input: Codable & Sendable>(
    name: String? = nil, isDaemon: Bool = false, startMethod: StartMethod = .forkServer,
    input: Input, _ body: @escaping @Sendable (Input) async throws -> Output,
    fileID: StaticString = #fileID, line: UInt = #line
  ) {
    self.name = name ?? "Process-\(WorkerNumbers.nextProcess())"
    self.isDaemon = isDaemon
    self.startMethod = startMethod
    let box = ClosureCode.AsyncBox(body: body)
    let site = CallSite(fileID: fileID, line: line)
    self.makeRecord = { () throws(PoolError) in try TaskRecord(box, input: input, at: site) }
  }

  // MARK: Start and end

  /// Starts the process: about 0.3 ms from the fork server, after some 10 ms for the first one, which
  /// starts the server too.
  ///
  /// - Throws: `invalidArgument` for its name, `refusedClosure`, `unresolvableType`, `encodingFailed`,
  ///   `noEntryHook`, `tooDeep`, `cannotStart`, `serverLost`, `alreadyStarted`.
  public func start() throws(PoolError) {
    try OptionCheck.name(name)
    let called = MonotonicClock.now()
    let isFirst = state.withLock { state in
      guard case .new = state.phase else { return false }
      state.phase = .starting
      state.startCalled = called
      return true
    }
    guard isFirst else {
      throw PoolError(.alreadyStarted, "\(name) was started before; create a new one")
    }
    do throws(PoolError) {
      let record = try makeRecord().encoded()
      let started = try WorkerLaunch.start(
        LaunchPlan(name: name, begin: startMethod.begin, task: record))
      state.withLock {
        $0.phase = .started(started)
        $0.startReturned = MonotonicClock.now()
      }
      if !isDaemon {
        let end = started.channel.end
        // The end stands for the worker, which may be let go of while it runs.
        ExitWait.add(end) { _ = end.waitBlocking(timeout: nil) }
        if end.value != nil { ExitWait.remove(end) }
      }
    } catch {
      state.withLock { $0.phase = .new }
      throw error
    }
  }

  /// Asks the process and everything in its process group to end: SIGTERM.
  public func terminate() { send(.terminate) }

  /// Ends the process and everything in its process group: SIGKILL.
  public func kill() { send(.kill) }

  /// Sends a signal to the process group; nothing happens when the process is gone or not started.
  ///
  /// - Parameter signal: the signal.
  public func send(_ signal: Signal) {
    guard let started, started.channel.end.value == nil else { return }
    started.server.requestSignal(signal, worker: started.channel.id)
  }

  private var started: WorkerLaunch.Started? {
    state.withLock { if case .started(let started) = $0.phase { started } else { nil } }
  }

  // MARK: What is known of it

  /// The process's number (getpid(2)); nil before it runs.
  ///
  /// After its end the number may be another's.
  public var processIdentifier: Int32? { started?.pid }

  /// Why the process was executed anew although a fork was asked for; nil otherwise.
  public var fallbackReason: String? { started?.fellBack }

  /// Whether it was started and has not ended yet.
  public var isAlive: Bool { started.map { $0.channel.end.value == nil } ?? false }

  /// What the kernel accounted to the process, after its end (wait4(2)).
  public var usage: ProcessUsage? { started?.channel.end.value?.usage }

  /// When it was started, worked and ended.
  public var times: WorkerTimes {
    let (called, returned) = state.withLock { ($0.startCalled, $0.startReturned) }
    let end = started?.channel.end.value
    let report = end?.report ?? started?.channel.page.report()
    return WorkerTimes(
      startCalled: called, startReturned: returned, bodyEntered: report?.bodyEntered,
      bodyLeft: report?.bodyLeft, endObserved: end?.observed)
  }

  /// How the work ended; nil before the end.
  public var outcome: WorkerOutcome<Output>? {
    started.flatMap { started in started.channel.end.value.map { outcome(of: $0, started) } }
  }

  /// The functions that the work's error was thrown in, innermost first; empty before the end, when it
  /// isn't known, and when nothing was thrown.
  ///
  /// See `RemoteError.thrownIn` for what it leaves out.
  ///
  /// - Complexity: reads symbol tables: milliseconds for a large program.
  public var thrownIn: [String] {
    guard outcome != nil else { return [] }
    return state.withLock { $0.thrownIn }?.functions ?? []
  }

  /// Decodes the result in the thread that asks, not in the monitor's: decoding runs the user's code.
  private func outcome(
    of end: WorkerEnd, _ started: WorkerLaunch.Started
  ) -> WorkerOutcome<Output> {
    if let known = state.withLock({ $0.outcome }) { return known }
    let (outcome, site) = Self.interpret(end, name: name, images: started.images(after: end))
    state.withLock {
      $0.outcome = outcome
      $0.thrownIn = site
    }
    return outcome
  }

  private static func interpret(
    _ end: WorkerEnd, name: String, images: [MappedFile]
  ) -> (WorkerOutcome<Output>, ThrowSite?) {
    do throws(PoolError) {
      switch try TaskReply.read(end.received) {
      case .value(let bytes):
        return (.value(try ValueCoding.decode(Output.self, from: bytes, "result")), nil)
      case .failure(let failure):
        let (error, site) = failure.error(in: name, images: images)
        return (.threw(error), site)
      case nil:
        let error = CrashReport.error(end, name: name, images: images)
        switch end.cause {
        case .ended(.exited(let code)): return (.exited(code: code, error), nil)
        case .ended(.signaled(let number, _)):
          return (.signaled(signal: Signal(number: number), error), nil)
        case .serverLost: return (.signaled(signal: .kill, error), nil)
        }
      }
    } catch {
      return (.threw(error), nil)
    }
  }

  private func checkedStart() throws(PoolError) -> WorkerLaunch.Started {
    guard let started else {
      throw PoolError(.notStarted, "\(name) can't be joined before it is started")
    }
    return started
  }

  /// Waits for the end.
  ///
  /// - Returns: how the work ended.
  /// - Throws: `notStarted`.
  @discardableResult
  public func join() async throws(PoolError) -> WorkerOutcome<Output> {
    let started = try checkedStart()
    return outcome(of: await started.channel.end.wait(), started)
  }

  /// Blocks the calling thread until the end, or until the time is over.
  ///
  /// - Parameter timeout: how long to wait at most; nil waits for ever.
  /// - Returns: how the work ended, or nil when the time was over first.
  /// - Throws: `notStarted`.
  @available(*, noasync, message: "it blocks the thread; use `await join()`")
  @discardableResult
  public func join(timeout: Duration?) throws(PoolError) -> WorkerOutcome<Output>? {
    let started = try checkedStart()
    return started.channel.end.waitBlocking(timeout: timeout).map { outcome(of: $0, started) }
  }
}
