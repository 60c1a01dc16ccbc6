import Glibc
import Synchronization
import TandemSystem

/// Passes on to a program what is sent to Tandem while the program runs.
///
/// What the terminal sends (Ctrl-C, Ctrl-\, a hang-up) goes to every process of the foreground group,
/// so the program has it already; what another process sends to Tandem alone is passed on. Tandem
/// itself goes on, so that the report comes.
final class SignalForwarder {
  /// Those by which somebody asks for an end.
  private static let endings = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
  /// Those that mean something to some programs, and would end Tandem.
  private static let others = [SIGUSR1, SIGUSR2]
  /// So many requests for an end, within the time below, and the program is left alone.
  private static let patience: Int32 = 3

  private let isOwn: Bool
  private let process: Descriptor?
  private var before: [(number: Int32, action: sigaction)] = []

  /// Begins to pass on.
  ///
  /// - Parameter pid: the program, a child that nobody has waited for; nil when it isn't Tandem's to
  ///   pass anything on to: then the first request for an end ends the watching.
  init(to pid: Int32?) {
    isOwn = pid != nil
    process =
      if let pid, let process = try? KernelCalls.openProcess(pid),
        KernelCalls.send(0, to: process.rawValue)
      {
        process
      } else {
        // A filter may refuse either call; nobody else waits for the program, so its number is its own.
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
        // Negative and zero: kill(2), sigqueue(3), tgkill(2). The terminal's are above.
        if let information, information.pointee.si_code <= 0 { SignalForwarder.passOn(number) }
        errno = error
      }
      action.sa_flags = SA_SIGINFO | SA_RESTART
      var old = sigaction()
      guard sigaction(number, nil, &old) == 0 else { continue }
      // What is ignored (nohup(1)) the program ignores too.
      let ignored = unsafeBitCast(SIG_IGN, to: Int.self)
      if unsafeBitCast(old.__sigaction_handler.sa_handler, to: Int.self) == ignored { continue }
      if sigaction(number, &action, nil) == 0 { before.append((number, old)) }
    }
  }

  deinit { stop() }

  /// Whether the watching is to end before the program: when the user has asked three times within
  /// ten seconds for an end that the program doesn't come to, or once when the program isn't Tandem's.
  var shouldStopWatching: Bool { requests.load(ordering: .relaxed) >= (isOwn ? Self.patience : 1) }

  /// Whether anybody has asked for an end, of the program or of Tandem.
  var wasInterrupted: Bool { wasAsked.load(ordering: .relaxed) }

  /// Stops passing on; signals do again what they did before.
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

  /// Counts one of the requests that come soon after each other: somebody who presses Ctrl-C now and
  /// then in a program that takes it well doesn't want out.
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

/// Stands for the program; -1 for none.
private let receiver = Atomic<Int32>(-1)
/// The program's number; 0 for none.
private let receiverPID = Atomic<Int32>(0)
private let wasAsked = Atomic<Bool>(false)
private let requests = Atomic<Int32>(0)
private let firstRequestNS = Atomic<UInt64>(0)
