internal import CTandemShims
internal import Synchronization
internal import TandemSystem
internal import TandemWire

/// The parent's end of one worker process: what it sends, what it writes to standard error, its end.
///
/// The monitor's thread drives it; `start` and `signal` may be called from any thread.
final class WorkerChannel: Sendable {
  /// Its number, never used twice in this process.
  let id: UInt64
  let page: WorkerPage
  /// Brought by the monitor when the process is gone and everything that it sent is here.
  let end = Completion<WorkerEnd>()

  /// Whether the worker is a pool's, which reads the control socket itself.
  let isPooled: Bool
  private let whenEnded: (@Sendable (WorkerEnd) -> Void)?
  private let state: Mutex<State>

  private struct State: ~Copyable {
    /// The near end of its control socket; closed at its end.
    var control: Descriptor?
    /// What it sent, not yet taken apart.
    var received: [UInt8] = []
    /// Its standard error.
    var relay: OutputRelay?
    /// Its standard output, if it comes here.
    var output: OutputRelay?
    /// The process's number, once it is known.
    var pid: Int32?
    /// Whether `finish` was here.
    var ended = false

    mutating func descriptors() -> WatchedDescriptors {
      WatchedDescriptors(
        control: control?.rawValue ?? -1, standardError: relay?.descriptor ?? -1,
        standardOutput: output?.descriptor ?? -1)
    }
  }

  init(
    id: UInt64, page: consuming WorkerPage, control: consuming Descriptor,
    relay: consuming OutputRelay, output: consuming OutputRelay? = nil, isPooled: Bool = false,
    whenEnded: (@Sendable (WorkerEnd) -> Void)? = nil
  ) {
    self.isPooled = isPooled
    self.whenEnded = whenEnded
    self.id = id
    self.page = page
    self.state = Mutex(State(control: control, relay: relay, output: output))
  }

  /// The process's number, once it is known.
  var processIdentifier: Int32? {
    get { state.withLock { $0.pid } }
  }

  /// Remembers the process's number.
  func began(pid: Int32) {
    state.withLock { $0.pid = pid }
  }

  /// The descriptors to watch; -1 for what there is not.
  var descriptors: WatchedDescriptors {
    state.withLock { $0.descriptors() }
  }

  /// Reads what the worker sent.
  ///
  /// - Returns: whether there may be more later.
  func readControl() -> Bool {
    state.withLock { Self.drain(&$0) }
  }

  /// Reads what the worker wrote to standard error and passes it on.
  ///
  /// - Returns: what to do with the descriptor.
  func relayStandardError() -> OutputRelay.Next {
    state.withLock { $0.relay?.turn() ?? .closed }
  }

  /// Reads what the worker wrote to standard output and passes it on.
  ///
  /// - Returns: what to do with the descriptor.
  func relayStandardOutput() -> OutputRelay.Next {
    state.withLock { $0.output?.turn() ?? .closed }
  }

  /// Passes a descriptor on to a pool's worker.
  ///
  /// - Returns: whether there was room for it.
  func pass(descriptor: CInt) -> Bool {
    state.withLock { state in
      guard let control = state.control?.rawValue else { return false }
      return (try? ControlSocket.send(control, descriptor: descriptor)) != nil
    }
  }

  /// Takes a descriptor that a pool's worker passed on.
  ///
  /// - Returns: its number, the caller's to own; nil when there is none.
  func takeDescriptor() -> CInt? {
    state.withLock { state in
      guard let control = state.control?.rawValue else { return nil }
      return try? ControlSocket.receiveDescriptor(control)
    }
  }

  /// Closes the control socket of a pool's worker, of which everything has been read.
  func closeControl() { state.withLock { $0.control = nil } }

  private static func drain(_ state: inout State) -> Bool {
    while state.received.count <= FrameLimits.largestResult {
      do throws(Errno) {
        guard let chunk = try state.control?.readSome(limit: 65_536), !chunk.isEmpty else {
          return false
        }
        state.received.append(contentsOf: chunk)
      } catch {
        return error == .tryAgain
      }
    }
    // Closed, so that the worker isn't stuck in sending the rest. The beginning tells what it was.
    state.control = nil
    state.received = Array(state.received.prefix(1 << 20))
    return false
  }

  /// Ends the channel: the process is gone, so what has not come will not come.
  ///
  /// - Parameters:
  ///   - cause: why it is over.
  ///   - pid: the process's number, which the end may tell before the start does; nil when it doesn't.
  ///   - usage: what the kernel accounted to it.
  ///   - reaped: when the server saw it, in nanoseconds of `CLOCK_MONOTONIC`.
  ///   - close: called with the descriptors before they are closed.
  func finish(
    _ cause: WorkerEnd.Cause, pid: Int32?, usage: ProcessUsage?, reaped: UInt64,
    close: (WatchedDescriptors) -> Void
  ) {
    let report = page.report()
    if !isPooled { page.giveTaskBack() }
    let end: WorkerEnd? = state.withLock { state in
      guard !state.ended else { return nil }
      state.ended = true
      // A finished result beats the exit status: read what is there before the end is told. Never
      // wait for end-of-file: a grandchild may hold the other end.
      if !isPooled { _ = Self.drain(&state) }
      let lines = state.relay?.finish() ?? []
      _ = state.output?.finish()
      close(state.descriptors())
      // What a pool has not read yet may still be in there.
      if !isPooled { state.control = nil }
      state.relay = nil
      state.output = nil
      let received = state.received
      state.received = []
      return WorkerEnd(
        pid: pid ?? state.pid ?? 0, cause: cause, received: received, lastLines: lines,
        report: report,
        usage: usage, reaped: reaped, observed: MonotonicClock.now())
    }
    guard let end else { return }
    self.end.complete(end)
    whenEnded?(end)
    ExitWait.remove(self.end)
  }
}

/// The descriptors of a worker that the monitor watches; -1 for what there is not.
struct WatchedDescriptors {
  var control: CInt
  var standardError: CInt
  var standardOutput: CInt
}

/// How a worker process ended, as the monitor saw it, before anything is interpreted.
struct WorkerEnd: Sendable {
  /// Why it is over.
  enum Cause: Sendable, Hashable {
    /// The server reaped it.
    case ended(ExitStatus)
    /// The server itself is gone, and took it along.
    case serverLost
  }

  /// The process's number.
  var pid: Int32
  /// Why it is over.
  var cause: Cause
  /// Everything that it sent.
  var received: [UInt8]
  /// The last lines of its standard error.
  var lastLines: [String]
  /// What it wrote to its page.
  var report: WorkerReport
  /// What the kernel accounted to it; nil when nobody could ask.
  var usage: ProcessUsage?
  /// When its end was seen, in nanoseconds of `CLOCK_MONOTONIC`.
  var reaped: UInt64
  /// When this process learned of it, in nanoseconds of `CLOCK_MONOTONIC`.
  var observed: UInt64
}
