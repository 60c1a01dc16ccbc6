import Glibc
import Synchronization
import TandemSystem

/// Forwards signals that Tandem receives to the program that it watches.
///
/// The terminal's signals (Ctrl-C, Ctrl-\, a hang-up) go to every process of the foreground group, so
/// the program already has them. Signals that another process sends to Tandem alone are forwarded.
/// Tandem itself continues, to write the report.
final class SignalForwarder {
  /// Signals that ask for an end.
  private static let endings = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
  /// Signals with which some programs do something, and which would end Tandem.
  private static let others = [SIGUSR1, SIGUSR2]
  /// After so many requests for an end in a row, Tandem leaves the program running.
  private static let patience: Int32 = 3

  private let isOwn: Bool
  private let process: Descriptor?
  private var before: [(number: Int32, action: sigaction)] = []

  /// Begins to forward.
  ///
  /// - Parameter pid: The program, a child that was not waited for yet; nil for a program that Tandem
  ///   didn't start: then the first request for an end ends the watching.
  init(to pid: Int32?) {
    isOwn = pid != nil
    process =
      if let pid, let process = try? KernelCalls.openProcess(pid),
        KernelCalls.send(0, to: process.rawValue)
      {
        process
      } else {
        // A filter may refuse either call. Only this process waits for the program, so the number is safe.
        nil
      }
    switch process {
    case .some(let process): receiver.store(process.rawValue, ordering: .releasing)
    case nil: receiver.store(-1, ordering: .releasing)
    }
    receiverPID.store(pid ?? 0, ordering: .releasing)
    requests.store(0, ordering: .relaxed)
    wasAsked.store(false, ordering: .relaxed)
    for number in Self.endings + (isOwn ? Self.others : []) {
      var action = sigaction()
      action.__sigaction_handler.sa_sigaction = { number, information, _ in
        let error = errno
        if number != SIGUSR1, number != SIGUSR2 { wasAsked.store(true, ordering: .relaxed) }
        if number == SIGINT || number == SIGTERM || receiverPID.load(ordering: .acquiring) == 0 {
          SignalForwarder.countRequest()
        }
        // Negative and zero: kill(2), sigqueue(3), tgkill(2). The terminal's signals are positive.
        if let information, information.pointee.si_code <= 0 { SignalForwarder.passOn(number) }
        errno = error
      }
      action.sa_flags = SA_SIGINFO | SA_RESTART
      var old = sigaction()
      guard sigaction(number, nil, &old) == 0 else { continue }
      // The program ignores it too (nohup(1)).
      let ignored = unsafeBitCast(SIG_IGN, to: Int.self)
      if unsafeBitCast(old.__sigaction_handler.sa_handler, to: Int.self) == ignored { continue }
      if sigaction(number, &action, nil) == 0 { before.append((number, old)) }
    }
  }

  deinit { stop() }

  /// Whether the watching ends before the program: after three requests within ten seconds, or after
  /// one when Tandem didn't start the program.
  var shouldStopWatching: Bool { requests.load(ordering: .relaxed) >= (isOwn ? Self.patience : 1) }

  /// Whether a signal asked for an end, of the program or of Tandem.
  var wasInterrupted: Bool { wasAsked.load(ordering: .relaxed) }

  /// Stops forwarding, and restores the signal actions.
  ///
  /// Pairs with `init`.
  func stop() {
    for entry in before {
      var action = entry.action
      sigaction(entry.number, &action, nil)
    }
    before = []
    receiver.store(-1, ordering: .releasing)
    receiverPID.store(0, ordering: .releasing)
  }

  /// Counts a request if it comes soon after the last: an occasional Ctrl-C that the program handles
  /// doesn't end the watching.
  private static func countRequest() {
    let now = MonotonicClock.now()
    if now &- firstRequestNS.load(ordering: .relaxed) > 10_000_000_000 {
      firstRequestNS.store(now, ordering: .relaxed)
      requests.store(1, ordering: .relaxed)
    } else {
      requests.add(1, ordering: .relaxed)
    }
  }

  private static func passOn(_ number: Int32) {
    let process = receiver.load(ordering: .acquiring)
    if process >= 0 {
      // Nothing happens when the program has been waited for meanwhile.
      KernelCalls.send(number, to: process)
    } else if case let pid = receiverPID.load(ordering: .acquiring), pid > 0 {
      kill(pid, number)
    }
  }
}

// A handler can't have a context.

/// A descriptor of the program's process; -1 for none.
private let receiver = Atomic<Int32>(-1)
/// The program's number; 0 for none.
private let receiverPID = Atomic<Int32>(0)
private let wasAsked = Atomic<Bool>(false)
private let requests = Atomic<Int32>(0)
private let firstRequestNS = Atomic<UInt64>(0)
