/// The names of signals (signal(7)).
package enum SignalName {
  /// The standard signals by their numbers on Linux, as on all machines but Alpha, MIPS, PA-RISC and
  /// SPARC.
  private static let names: [Int32: String] = [
    1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS",
    8: "SIGFPE", 9: "SIGKILL", 10: "SIGUSR1", 11: "SIGSEGV", 12: "SIGUSR2", 13: "SIGPIPE",
    14: "SIGALRM", 15: "SIGTERM", 16: "SIGSTKFLT", 17: "SIGCHLD", 18: "SIGCONT", 19: "SIGSTOP",
    20: "SIGTSTP", 21: "SIGTTIN", 22: "SIGTTOU", 23: "SIGURG", 24: "SIGXCPU", 25: "SIGXFSZ",
    26: "SIGVTALRM", 27: "SIGPROF", 28: "SIGWINCH", 29: "SIGIO", 30: "SIGPWR", 31: "SIGSYS",
  ]

  /// The name of a signal, such as `SIGSEGV`; `signal 40` for one without a name.
  ///
  /// - Parameter signal: the signal's number.
  /// - Returns: the name.
  package static func of(_ signal: Int32) -> String { names[signal] ?? "signal \(signal)" }
}
