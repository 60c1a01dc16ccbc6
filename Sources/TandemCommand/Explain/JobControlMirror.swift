import Glibc
import Synchronization
import TandemSystem

/// Stops Tandem when the program stops, as if it weren't there: the shell gets the terminal back, and
/// `fg` lets both go on.
///
/// Ctrl-Z is for the program to take or not: Tandem itself doesn't stop until the program has. A stop
/// that others may end without a shell (SIGSTOP, such as cpulimit(1) sends to the program alone) is
/// only followed where a shell with job control waits for Tandem in the foreground, because that shell
/// would have taken notice of the program too.
final class JobControlMirror {
  /// The terminal's stop signals (termios(3)).
  private static let terminals = [SIGTSTP, SIGTTIN, SIGTTOU]

  private let pid: Int32
  /// Those that Tandem doesn't ignore, with what they did before.
  private var before: [(number: Int32, action: sigaction)] = []
  /// Whether the program was stopped when it was last asked, and Tandem with it.
  private var hasStopped = false

  /// Begins to follow.
  ///
  /// - Parameter pid: the program, a child that nobody has waited for.
  init(_ pid: Int32) {
    self.pid = pid
    stopped.store(pid, ordering: .releasing)
    wasStopped.store(false, ordering: .relaxed)
    var old = sigaction()
    let ignored = unsafeBitCast(SIG_IGN, to: Int.self)
    guard sigaction(SIGTSTP, nil, &old) == 0,
      unsafeBitCast(old.__sigaction_handler.sa_handler, to: Int.self) != ignored
    else { return }
    var action = sigaction()
    action.__sigaction_handler.sa_sigaction = { number, information, _ in
      let error = errno
      wasStopped.store(true, ordering: .relaxed)
      // The terminal's went to the program too; so did what it sent to its group itself.
      if let information, information.pointee.si_code <= 0,
        case let pid = stopped.load(ordering: .acquiring), pid > 0,
        information.pointee._sifields._kill.si_pid != pid
      {
        kill(pid, number)
      }
      errno = error
    }
    action.sa_flags = SA_SIGINFO | SA_RESTART
    if sigaction(SIGTSTP, &action, nil) == 0 { before.append((SIGTSTP, old)) }
  }

  deinit { stop() }

  /// Ends the following; SIGTSTP does again what it did before.
  ///
  /// Pairs with `init`.
  func stop() {
    stopped.store(0, ordering: .releasing)
    for entry in before {
      var action = entry.action
      sigaction(entry.number, &action, nil)
    }
    before = []
  }

  /// Stops Tandem if the program has stopped since the last time, and lets the program go on if Tandem
  /// goes on alone; to be called again and again.
  func follow() {
    switch HeldProgram.stopChange(of: pid) {
    case nil:
      guard hasStopped else { return }
      // Tandem was let go on, and a moment later the program still wasn't.
      hasStopped = false
      kill(pid, SIGCONT)
    case .continued?:
      hasStopped = false
    case .stopped(let number)?:
      let isOfTheGroup = wasStopped.exchange(false, ordering: .relaxed)
      let isTerminals = Self.terminals.contains(number)
      guard isTerminals && isOfTheGroup || Self.isWaitedForByAShell else { return }
      hasStopped = true
      stopMyself(by: number)
    }
  }

  /// Stops this process, so that whoever waits for it sees the same signal; returns when it goes on.
  private func stopMyself(by number: Int32) {
    var (action, old) = (sigaction(), sigaction())
    action.__sigaction_handler.sa_handler = SIG_DFL
    // The kernel doesn't let a signal of the terminal stop a group that no shell could let go on.
    let isChanged = number != SIGSTOP && sigaction(number, &action, &old) == 0
    kill(getpid(), number)
    if isChanged { sigaction(number, &old, nil) }
  }

  /// Whether Tandem leads a job in the foreground: its parent is in the same session, and put it into
  /// another process group.
  private static var isWaitedForByAShell: Bool {
    let (parent, group) = (getppid(), getpgrp())
    guard parent > 1, getsid(parent) == getsid(0), getpgid(parent) != group,
      case let terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC), terminal >= 0
    else { return false }
    defer { close(terminal) }
    return tcgetpgrp(terminal) == group
  }
}

// A handler can't have a context.

/// The program that stops are passed on to; 0 for none.
private let stopped = Atomic<Int32>(0)
/// Whether Tandem was asked to stop since the program's last stop.
private let wasStopped = Atomic<Bool>(false)
