import Glibc
import Synchronization

/// Passes on to a program what is sent to Tandem while the program runs.
///
/// What the terminal sends (Ctrl-C, Ctrl-\, a hang-up) goes to every process of the foreground group,
/// so the program has it already; what another process sends to Tandem alone is passed on. Tandem
/// itself goes on, so that the report comes.
final class PassedSignals {
  private static let signals = [SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2]
  private let isOwn: Bool
  private var before: [(number: Int32, action: sigaction)] = []

  /// Begins to pass on.
  ///
  /// - Parameter pid: the program, which isn't waited for before `stop`; nil when it isn't Tandem's to
  ///   pass anything on to: then the first signal asks for the end of the watching.
  init(to pid: Int32?) {
    isOwn = pid != nil
    receiver.store(pid ?? 0, ordering: .releasing)
    interrupts.store(0, ordering: .relaxed)
    for number in Self.signals {
      var action = sigaction()
      action.__sigaction_handler.sa_sigaction = { number, information, _ in
        let error = errno
        if number == SIGINT || number == SIGTERM { interrupts.add(1, ordering: .relaxed) }
        // Negative and zero: kill(2), sigqueue(3), tgkill(2). The terminal's are above.
        let pid = receiver.load(ordering: .acquiring)
        if let information, information.pointee.si_code <= 0, pid > 0 { kill(pid, number) }
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

  /// Whether the watching is to end before the program: when the user has asked three times for an end
  /// that the program doesn't come to, or once when the program isn't Tandem's.
  var wantsOut: Bool { interrupts.load(ordering: .relaxed) >= (isOwn ? 3 : 1) }

  /// Stops passing on; signals do again what they did before.
  ///
  /// Pairs with `init`.
  func stop() {
    for entry in before {
      var action = entry.action
      sigaction(entry.number, &action, nil)
    }
    before = []
    receiver.store(0, ordering: .releasing)
  }
}

/// A handler can't have a context.
private let receiver = Atomic<Int32>(0)
private let interrupts = Atomic<Int32>(0)
