import Glibc
import Synchronization
import TandemSystem

/// Stops Tandem when the program stops: the shell gets the terminal back, and `fg` continues both.
///
/// The program may handle or ignore Ctrl-Z, so Tandem doesn't stop before the program has. A stop that
/// needs no shell to end it (SIGSTOP, which cpulimit(1) sends to the program alone) is mirrored only when
/// a shell with job control waits for Tandem in the foreground, because that shell would have noticed
/// the program's stop too.
final class JobControlMirror {
  /// The terminal's stop signals (termios(3)).
  private static let terminals = [SIGTSTP, SIGTTIN, SIGTTOU]

  private let pid: Int32
  private let screen: LiveScreen?
  /// Signals that Tandem handles, with their earlier actions.
  private var before: [(number: Int32, action: sigaction)] = []
  /// Whether the program had stopped at the last check, and Tandem with it.
  private var hasStopped = false

  /// Begins to mirror.
  ///
  /// - Parameters:
  ///   - pid: The program, a child that was not waited for yet.
  ///   - screen: The view, which gives the terminal back before a stop; nil without one.
  init(_ pid: Int32, screen: LiveScreen? = nil) {
    self.pid = pid
    self.screen = screen
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
      // The terminal's signal reached the program too, and so did one that it sent to its own group.
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

  /// Stops mirroring, and restores the action of SIGTSTP.
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

  /// Stops Tandem if the program has stopped since the last call, and continues the program if only
  /// Tandem was continued.
  ///
  /// Call it repeatedly.
  func follow() {
    switch StoppedLaunch.stopChange(of: pid) {
    case nil:
      guard hasStopped else { return }
      // Tandem was continued, and a moment later the program still was not.
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

  /// Stops this process, so that its parent sees the same signal; returns when it is continued.
  private func stopMyself(by number: Int32) {
    var (action, old) = (sigaction(), sigaction())
    action.__sigaction_handler.sa_handler = SIG_DFL
    // The kernel lets no terminal signal stop a group that no shell could continue.
    let isChanged = number != SIGSTOP && sigaction(number, &action, &old) == 0
    screen?.willStop()
    kill(getpid(), number)
    screen?.hasStopped()
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

/// The program that gets the stops; 0 for none.
private let stopped = Atomic<Int32>(0)
/// Whether Tandem was asked to stop since the program's last stop.
private let wasStopped = Atomic<Bool>(false)
