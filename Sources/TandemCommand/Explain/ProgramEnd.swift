import ArgumentParser
import Glibc
import TandemModel
import TandemSystem

/// Ends Tandem as another program ended.
enum ProgramEnd {
  /// Ends Tandem with a program's exit code, or by the signal that ended it.
  ///
  /// - Parameter exit: how the program ended; nil when it goes on.
  /// - Throws: the exit code.
  static func repeated(_ exit: ProgramExit?) throws {
    switch exit {
    case nil, .code(0)?: return
    case .code(let code)?: throw ExitCode(code)
    case .signal(let number)?:
      // A core dump, if wanted, is the program's; Tandem writes none.
      KernelCalls.forgoCore()
      signal(number, SIG_DFL)
      var only = sigset_t()
      sigemptyset(&only)
      sigaddset(&only, number)
      sigprocmask(SIG_UNBLOCK, &only, nil)
      kill(getpid(), number)
      // Signals that don't end a process by themselves can't have ended one.
      throw ExitCode(128 + number)
    }
  }
}
