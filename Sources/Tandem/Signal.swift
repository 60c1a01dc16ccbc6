internal import Glibc
internal import TandemText

/// A signal (signal(7)).
public struct Signal: RawRepresentable, Sendable, Hashable, Codable {
  /// The signal's number.
  public let rawValue: Int32

  /// A signal of a number; nil for a number that no signal has.
  ///
  /// - Parameter rawValue: the number, from 1 to 64.
  public init?(rawValue: Int32) {
    guard Self.numbers.contains(rawValue) else { return nil }
    self.rawValue = rawValue
  }

  /// The signal of a number that the kernel gave.
  package init(number: Int32) { rawValue = number }

  private static let numbers: ClosedRange<Int32> = 1...64

  /// The terminal was closed (`SIGHUP`).
  public static let hangUp = Signal(number: SIGHUP)
  /// Ctrl-C at the terminal (`SIGINT`).
  public static let interrupt = Signal(number: SIGINT)
  /// Ctrl-\ at the terminal (`SIGQUIT`).
  public static let quit = Signal(number: SIGQUIT)
  /// An instruction that isn't one; Swift's traps on x86-64 (`SIGILL`).
  public static let illegalInstruction = Signal(number: SIGILL)
  /// A breakpoint; Swift's traps on ARM64 (`SIGTRAP`).
  public static let trap = Signal(number: SIGTRAP)
  /// abort(3) (`SIGABRT`).
  public static let abort = Signal(number: SIGABRT)
  /// Memory that its file no longer has (`SIGBUS`).
  public static let busError = Signal(number: SIGBUS)
  /// An arithmetic error (`SIGFPE`).
  public static let arithmeticError = Signal(number: SIGFPE)
  /// An end that can't be prevented (`SIGKILL`).
  public static let kill = Signal(number: SIGKILL)
  /// For the program's own use (`SIGUSR1`).
  public static let user1 = Signal(number: SIGUSR1)
  /// Memory that can't be accessed (`SIGSEGV`).
  public static let segmentationFault = Signal(number: SIGSEGV)
  /// For the program's own use (`SIGUSR2`).
  public static let user2 = Signal(number: SIGUSR2)
  /// A pipe that nobody reads (`SIGPIPE`).
  public static let brokenPipe = Signal(number: SIGPIPE)
  /// A timer (`SIGALRM`).
  public static let alarm = Signal(number: SIGALRM)
  /// A request to end (`SIGTERM`).
  public static let terminate = Signal(number: SIGTERM)
  /// On with what was stopped (`SIGCONT`).
  public static let resume = Signal(number: SIGCONT)
  /// A stop that can't be prevented (`SIGSTOP`).
  public static let stop = Signal(number: SIGSTOP)

  /// Whether the kernel gives the address that caused it (sigaction(2), `si_addr`).
  var hasFaultAddress: Bool {
    [.illegalInstruction, .trap, .busError, .arithmeticError, .segmentationFault].contains(self)
  }
}

extension Signal: CustomStringConvertible {
  /// The signal's name, such as `SIGSEGV`; `signal 40` for one without a name.
  public var description: String { SignalName.of(rawValue) }
}
