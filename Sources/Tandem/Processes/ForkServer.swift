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
  /// - Throws: `serverLost`.
  func requestStart(worker: UInt64, descriptors: [CInt]) throws(PoolError) {
    try send(
      tandem_request(kind: UInt32(TANDEM_REQUEST_START), signal: 0, worker: worker), descriptors)
  }

  /// Asks for a signal to a worker's process group.
  func requestSignal(_ signal: Signal, worker: UInt64) {
    // A lost server has taken the worker along.
    try? send(
      tandem_request(kind: UInt32(TANDEM_REQUEST_SIGNAL), signal: signal.rawValue, worker: worker),
      [])
  }

  /// Asks for a nudge to a worker, which makes it look at its page.
  func requestNudge(worker: UInt64) {
    try? send(tandem_request(kind: UInt32(TANDEM_REQUEST_NUDGE), signal: 0, worker: worker), [])
  }

  private func send(_ request: tandem_request, _ descriptors: [CInt]) throws(PoolError) {
    // One sender at a time; the monitor takes this lock only to close the socket of a dead server,
    // which a sender can't be stuck in.
    let sent = socket.withLock { socket -> Bool in
      guard let number = socket.descriptor?.rawValue else { return false }
      var request = request
      // SAFETY: the request and the descriptors are read before the call returns.
      return unsafe tandem_send_request(number, &request, descriptors, CInt(descriptors.count)) == 0
    }
    guard sent else {
      throw PoolError(.serverLost, "the fork server is gone")
    }
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
