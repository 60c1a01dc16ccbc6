internal import CTandemShims
internal import Glibc

/// How a process ended (wait(2)).
package enum ExitStatus: Hashable, Sendable {
  /// It exited with a code.
  case exited(code: CInt)
  /// A signal ended it.
  case signaled(signal: CInt, dumpedCore: Bool)

  /// Decodes what wait(2) gives.
  ///
  /// - Parameter waitStatus: the status word.
  package init(waitStatus: CInt) {
    var code: CInt = 0
    var signal: CInt = 0
    var dumped: CInt = 0
    // SAFETY: three ints are written, all of them ours.
    unsafe tandem_decode_wait_status(waitStatus, &code, &signal, &dumped)
    self = signal == 0 ? .exited(code: code) : .signaled(signal: signal, dumpedCore: dumped != 0)
  }
}

/// Signals by name (signal(7)).
package enum SignalName {
  private static let names: [CInt: String] = [
    SIGHUP: "SIGHUP", SIGINT: "SIGINT", SIGQUIT: "SIGQUIT", SIGILL: "SIGILL", SIGTRAP: "SIGTRAP",
    SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGKILL: "SIGKILL",
    SIGUSR1: "SIGUSR1", SIGSEGV: "SIGSEGV", SIGUSR2: "SIGUSR2", SIGPIPE: "SIGPIPE",
    SIGALRM: "SIGALRM", SIGTERM: "SIGTERM", SIGCHLD: "SIGCHLD", SIGCONT: "SIGCONT",
    SIGSTOP: "SIGSTOP", SIGTSTP: "SIGTSTP", SIGXCPU: "SIGXCPU", SIGXFSZ: "SIGXFSZ",
    SIGSYS: "SIGSYS",
  ]

  /// The name of a signal, such as `SIGSEGV`; `signal N` for one without a name.
  ///
  /// - Parameter signal: the signal's number.
  /// - Returns: the name.
  package static func of(_ signal: CInt) -> String {
    names[signal] ?? "signal \(signal)"
  }
}
