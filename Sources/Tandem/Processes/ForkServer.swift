internal import CTandemShims
internal import Synchronization
internal import TandemSystem

/// The parent's handle on the fork server: this same executable, started once more, that forks workers.
///
/// The server itself is C (server.c). It ends with the monitor's thread, which launches it and never ends.
final class ForkServer: Sendable {
  /// What the server tells.
  enum Event {
    /// Nothing now.
    case none
    /// A worker is gone and reaped.
    case exited(worker: UInt64, pid: Int32, ExitStatus, ProcessUsage, reaped: UInt64)
    /// The server is gone.
    case lost
  }

  /// The error number that a start gets when the server is gone: ESRCH, "no such process".
  static let lostError: Int32 = Errno.noSuchProcess.rawValue

  /// The server's process number.
  let pid: Int32
  /// The images of the server, which its forks share: where each is loaded.
  let images: [MappedFile]

  private let socket: Mutex<Socket>

  private struct Socket: ~Copyable {
    var descriptor: Descriptor?
    /// Signals and wake-ups that there was no room for, in order: the server has stood still for a while.
    var backlog: [tandem_request] = []

    enum Sent {
      case done, noRoom, gone
    }

    mutating func send(_ request: tandem_request, _ descriptors: [CInt]) -> Sent {
      guard let number = descriptor?.rawValue else { return .gone }
      var request = request
      // SAFETY: the request and the descriptors are read before the call returns.
      return
        switch unsafe tandem_send_request(
          number, &request, descriptors, CInt(descriptors.count))
      {
      case 0: .done
      case 1: .noRoom
      default: .gone
      }
    }

    /// Sends what there was no room for.
    ///
    /// - Returns: whether nothing is left of it.
    mutating func flush() -> Bool {
      while let request = backlog.first {
        if send(request, []) == .noRoom { return false }
        // A lost server has taken the worker along.
        backlog.removeFirst()
      }
      return true
    }
  }

  private init(
    pid: Int32, images: [MappedFile],
    socket: consuming Descriptor
  ) {
    self.pid = pid
    self.images = images
    self.descriptor = socket.rawValue
    self.socket = Mutex(Socket(descriptor: socket))
  }

  /// The descriptor to watch, for the monitor alone, which is also the only one to close it.
  ///
  /// It is read without the lock: a sender may hold that while it waits for the server, which may
  /// wait for the monitor.
  let descriptor: CInt

  /// Closes the socket; the server ends if it has not yet.
  func close() {
    socket.withLock { $0.descriptor = nil }
  }

  /// How long the server may take to say hello.
  static let helloDeadline = Duration.seconds(2)

  /// Starts the server; only the monitor's thread does.
  ///
  /// - Returns: the server, which has said hello.
  /// - Throws: `cannotStart`, `executableChanged`.
  static func launch() throws(PoolError) -> ForkServer {
    let pair: SocketPair
    let child: Int32
    do throws(Errno) {
      pair = try SocketPair(.packets, nearNeverWaits: false)
    } catch {
      throw PoolError(
        .cannotStart, "there is no socket for the fork server: \(error)", cause: error)
    }
    let near = Descriptor(owning: pair.near)
    do throws(Errno) {
      // The far end belongs to the server alone, else its death would not be seen: closed with `far`.
      let far = Descriptor(owning: pair.far)
      let token = [
        "\(TANDEM_PAGE_VERSION)", TANDEM_ROLE_SERVER, "\(ServerLaunch.ownPID)",
        ServerLaunch.stopSignalIsDefault ? "1" : "0",
      ].joined(separator: ":")
      child = try ServerLaunch.spawn(
        socket: far.rawValue, token: token, tokenName: TANDEM_TOKEN_NAME,
        arguments: ProcessSettings.argumentBytes())
    } catch {
      throw PoolError(.cannotStart, "the fork server could not be started: \(error)", cause: error)
    }
    return try awaitHello(pid: child, socket: near)
  }

  private static func awaitHello(
    pid: Int32, socket: consuming Descriptor
  ) throws(PoolError) -> ForkServer {
    var event = tandem_event()
    let number = socket.rawValue
    let spoke =
      PacketSocket.waitReadable(number, timeout: helloDeadline)
      && (try? PacketSocket.receive(number, into: &event)) == MemoryLayout<tandem_event>.size
    guard spoke, event.kind == TANDEM_EVENT_HELLO, event.version == TANDEM_PAGE_VERSION else {
      ServerLaunch.kill(pid)
      ServerLaunch.reap(pid)
      throw PoolError(
        .cannotStart,
        """
        the fork server did not answer within 2 s: this executable, started as a worker, did not \
        reach Tandem
        """)
    }
    let images = (try? MappedFile.all(of: pid)) ?? []
    try checkUnchanged(images, pid: pid)
    return ForkServer(pid: pid, images: images, socket: socket)
  }

  /// Refuses a server whose executable or libraries are other files than this process's: code offsets
  /// would name other functions there.
  private static func checkUnchanged(_ images: [MappedFile], pid: Int32) throws(PoolError) {
    let own = Dictionary(
      ((try? MappedFile.all()) ?? []).map { ($0.name, $0.identity) },
      uniquingKeysWith: { a, _ in a })
    for image in images {
      guard let mine = own[image.name], mine != image.identity else { continue }
      ServerLaunch.kill(pid)
      ServerLaunch.reap(pid)
      throw PoolError(
        .executableChanged,
        "\(image.path) changed on disk since this program began: start the program again")
    }
  }

  // MARK: Requests and events

  /// Asks for a worker.
  ///
  /// - Parameters:
  ///   - worker: its number.
  ///   - descriptors: the page, the far control end, standard output, standard error, the directory.
  ///   - nap: how long is waited for room, if there is none.
  /// - Returns: nil when there is no room for it now.
  /// - Throws: `serverLost`.
  func requestStart(
    worker: UInt64, descriptors: [CInt], waitingAtMost nap: Duration
  ) throws(PoolError) -> Void? {
    let request = tandem_request(
      kind: UInt32(TANDEM_REQUEST_START), signal: 0, worker: worker)
    let sent = socket.withLock { socket in
      socket.flush() ? socket.send(request, descriptors) : .noRoom
    }
    switch sent {
    case .done: return ()
    case .gone: throw PoolError(.serverLost, "the fork server is gone")
    case .noRoom:
      // By now the number may stand for something else: then the nap is shorter, or in vain.
      _ = PacketSocket.waitWritable(descriptor, timeout: nap)
      return nil
    }
  }

  /// Asks for a signal to a worker's process group.
  func requestSignal(_ signal: Signal, worker: UInt64) {
    send(
      tandem_request(
        kind: UInt32(TANDEM_REQUEST_SIGNAL), signal: signal.rawValue, worker: worker))
  }

  /// Asks the server to wake a worker, which makes it look at its page.
  func requestWake(worker: UInt64) {
    send(tandem_request(kind: UInt32(TANDEM_REQUEST_WAKE), signal: 0, worker: worker))
  }

  /// Sends a request without waiting: what there is no room for now, the monitor sends later.
  private func send(_ request: tandem_request) {
    let mustWait = socket.withLock { socket in
      // A lost server has taken the worker along.
      if socket.flush(), socket.send(request, []) != .noRoom { return false }
      socket.backlog.append(request)
      return true
    }
    if mustWait { WorkerMonitor.shared.lookAgain() }
  }

  /// Sends what there was no room for; the monitor's thread asks.
  ///
  /// - Returns: whether nothing is left of it.
  func flush() -> Bool { socket.withLock { $0.flush() } }

  /// The error of a start that the server did not answer.
  func noAnswer(within limit: StartLimit) -> PoolError {
    let why =
      (try? ThreadStat.read(pid, of: pid))?.isStopped == true
      ? "it is stopped; `kill -CONT \(pid)` lets it go on" : "the machine may be overloaded"
    return PoolError(
      .cannotStart,
      "the fork server (process \(pid)) did not start a worker within \(limit.text): \(why)")
  }

  /// The next thing that the server tells; the monitor's thread asks.
  func nextEvent() -> Event {
    var event = tandem_event()
    do throws(Errno) {
      let count = try PacketSocket.receive(descriptor, into: &event)
      guard count > 0 else { return .lost }
      guard count == MemoryLayout<tandem_event>.size, event.kind == TANDEM_EVENT_EXITED else {
        return .none
      }
      return .exited(
        worker: event.worker, pid: event.pid, ExitStatus(waitStatus: event.wait_status),
        ProcessUsage(RUsage(event.usage)), reaped: event.reaped_ns)
    } catch {
      return error == .tryAgain ? .none : .lost
    }
  }
}
