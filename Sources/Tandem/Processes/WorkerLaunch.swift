internal import CTandemShims
internal import TandemSystem

/// Starting one worker process through the fork server.
enum WorkerLaunch {
  /// What came of a start.
  struct Started {
    /// The parent's end.
    var channel: WorkerChannel
    /// The process's number.
    var pid: Int32
    /// The server that forked it.
    var server: ForkServer
    /// Why it was executed anew although a fork was asked for; nil otherwise.
    var fellBack: String?

    /// Where the worker's images were loaded: a fork shares the server's layout; what was executed anew
    /// tells its own.
    func images(after end: WorkerEnd) -> [MappedFile] {
      TaskReply.images(end.received) ?? server.images
    }
  }

  /// Starts a worker.
  ///
  /// - Parameters:
  ///   - plan: what to start.
  ///   - limit: how long that may take; the server forks in well under a millisecond.
  ///   - meanwhile: is called now and then while it takes longer; whether the worker is still wanted.
  /// - Returns: the running worker.
  /// - Throws: `cannotStart`, `serverLost` and what `WorkerMonitor.server` throws.
  static func start(
    _ plan: LaunchPlan, _ limit: StartLimit = StartLimit(), meanwhile: () -> Bool = { true }
  ) throws(PoolError) -> Started {
    do throws(PoolError) {
      return try attemptWithAnyServer(plan, limit, meanwhile)
    } catch {
      guard case .fork = plan.begin, error.code == .cannotStart, error.cause is ServerHasThreads
      else { throw error }
      var anew = plan
      anew.begin = .exec
      var started = try attemptWithAnyServer(anew, limit, meanwhile)
      started.fellBack =
        "the fork server has more than one thread (a library starts some when it is loaded), so "
        + "workers are executed anew instead of forked"
      return started
    }
  }

  /// The server refused to fork because it has threads.
  private struct ServerHasThreads: Error {}

  /// The server was gone before it made a process.
  private struct NothingBegan: Error {
    var server: ForkServer
  }

  /// Tries again with a new server when the one at hand turns out to be gone.
  ///
  /// The restart budget ends it. Work that may have begun is never begun again.
  private static func attemptWithAnyServer(
    _ plan: LaunchPlan, _ limit: StartLimit, _ meanwhile: () -> Bool
  ) throws(PoolError) -> Started {
    var lost: ForkServer?
    while true {
      do throws(PoolError) {
        return try attempt(plan, insteadOf: lost, limit, meanwhile)
      } catch {
        guard let nothing = error.cause as? NothingBegan else { throw error }
        lost = nothing.server
      }
    }
  }

  private static func noDescriptors(_ error: Errno) -> PoolError {
    PoolError(
      .cannotStart, "there are no descriptors for a worker process: \(error)", cause: error)
  }

  /// Opens the folder in which a worker will work: the program's own if none is named.
  private static func openDirectory(_ path: String?) throws(PoolError) -> Descriptor {
    let path = path ?? "."
    do throws(Errno) {
      // A folder that can be entered but not read can still be where a program is.
      return try Descriptor.open(path, [.pathOnly, .directory])
    } catch {
      if error == .tooManyOpenFiles { throw noDescriptors(error) }
      throw PoolError(
        .cannotStart, "a worker can't work in the folder \(path.debugDescription): \(error)",
        cause: error)
    }
  }

  private static func attempt(
    _ plan: LaunchPlan, insteadOf lost: ForkServer?, _ limit: StartLimit, _ meanwhile: () -> Bool
  ) throws(PoolError) -> Started {
    let monitor = WorkerMonitor.shared
    let server = try monitor.server(insteadOf: lost, limit, meanwhile)
    let page = try WorkerPage(
      name: plan.name, begin: plan.begin, task: plan.task, settings: plan.settings,
      ringCapacity: plan.pool?.ringCapacity)
    guard let pageDescriptor = page.memory.descriptorNumber else {
      throw PoolError(.cannotStart, "a worker's memory was closed before its start")
    }
    let directory = try openDirectory(plan.settings.directory)
    let ends: WorkerDescriptors
    do throws(Errno) {
      ends = try WorkerDescriptors(plan)
    } catch {
      throw noDescriptors(error)
    }
    var descriptors = [
      pageDescriptor, ends.controlFar.rawValue, ends.output.rawValue, ends.errorWriter.rawValue,
      directory.rawValue,
    ]
    if let pool = plan.pool { descriptors.append(pool.bell) }
    let channel = WorkerChannel(
      id: monitor.newID(), page: page, control: ends.controlNear,
      relay: OutputRelay(reader: ends.errorReader, policy: plan.standardError),
      output: ends.outputReader >= 0
        ? OutputRelay(
          reader: Descriptor(owning: ends.outputReader), policy: plan.standardOutput ?? .keptOnly)
        : nil,
      isPooled: plan.pool != nil, whenEnded: plan.whenEnded)
    try monitor.watch(channel)
    do throws(PoolError) {
      let isAsked: Void? = try limit.wait(meanwhile: meanwhile) { nap throws(PoolError) in
        try server.requestStart(
          worker: channel.id, descriptors: descriptors, waitingAtMost: nap)
      }
      guard isAsked != nil, let answer = try answer(of: channel, limit, meanwhile) else {
        throw server.noAnswer(within: limit)
      }
      switch answer.error {
      case 0:
        channel.began(pid: answer.pid)
        // The worker has its own; a program may keep many workers that have ended.
        channel.page.memory.closeDescriptor()
        return Started(channel: channel, pid: answer.pid, server: server)
      case Int32(TANDEM_SERVER_HAS_THREADS):
        throw PoolError(
          .cannotStart, "the fork server has more than one thread", cause: ServerHasThreads())
      case ForkServer.lostError:
        throw PoolError(.serverLost, "the fork server ended while it started a worker")
      default:
        let error = Errno(rawValue: answer.error)
        throw PoolError(.cannotStart, "no process could be started: \(error)", cause: error)
      }
    } catch {
      monitor.forget(channel)
      if channel.page.wasAttempted { server.requestSignal(.kill, worker: channel.id) }
      // A pool's worker has been given no work by then.
      guard error.code == .serverLost, plan.pool != nil || !channel.page.wasAttempted else {
        throw error
      }
      throw PoolError(error.code, error.message, cause: NothingBegan(server: server))
    }
  }
}

extension WorkerLaunch {
  /// The server's answer; nil when none came in time, and none will.
  private static func answer(
    of channel: WorkerChannel, _ limit: StartLimit, _ meanwhile: () -> Bool
  ) throws(PoolError) -> (pid: Int32, error: Int32)? {
    let answer = try limit.wait(meanwhile: meanwhile) { nap throws(PoolError) in
      channel.page.waitForStart(timeout: nap)
    }
    return answer ?? channel.page.giveStartUp()
  }

  /// Whether a start that failed may succeed when it is tried again: there was too little of something, or
  /// no answer.
  static func mayPass(_ error: PoolError) -> Bool {
    if error.code == .serverLost { return true }
    guard error.code == .cannotStart else { return false }
    return (error.cause as? Errno).map { $0.isShortage } ?? true
  }
}

/// The descriptors of one worker process: two ends that stay and three that go.
private struct WorkerDescriptors: ~Copyable {
  let controlNear: Descriptor
  let controlFar: Descriptor
  let errorReader: Descriptor
  let errorWriter: Descriptor
  let output: Descriptor
  /// Where the worker's standard output is read; -1 when it isn't.
  ///
  /// Owned by the channel from its making.
  let outputReader: CInt

  init(_ plan: LaunchPlan) throws(Errno) {
    let control = try SocketPair(.stream, nearNeverWaits: true)
    let controlNear = Descriptor(owning: control.near)
    let controlFar = Descriptor(owning: control.far)
    let errors = try PipeEnds(nonBlocking: .reader).relinquish()
    let errorReader = Descriptor(owning: errors.reader)
    let errorWriter = Descriptor(owning: errors.writer)
    switch plan.standardOutput {
    case nil:
      output = try Self.output()
      outputReader = -1
    case .keptOnly:
      output = try Descriptor.open("/dev/null", .writeOnly)
      outputReader = -1
    default:
      let pipe = try PipeEnds(nonBlocking: .reader).relinquish()
      output = Descriptor(owning: pipe.writer)
      outputReader = pipe.reader
    }
    self.controlNear = controlNear
    self.controlFar = controlFar
    self.errorReader = errorReader
    self.errorWriter = errorWriter
  }

  /// This process's standard output as it is now, or `/dev/null` when it is closed.
  private static func output() throws(Errno) -> Descriptor {
    if let output = StandardOutput.duplicate() { return output }
    return try Descriptor.open("/dev/null", .writeOnly)
  }
}
