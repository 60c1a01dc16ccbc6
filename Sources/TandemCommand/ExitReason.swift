import ArgumentParser
import Foundation

/// Ways in which a command ends early: one line on standard error that says what to do, and an exit
/// code of sysexits.h.
enum ExitReason {
  /// A file that can't be read or written: exit code 66 (`EX_NOINPUT`).
  ///
  /// - Parameter line: what to say.
  /// - Returns: the exit code to throw.
  static func unusableFile(_ line: String) -> ExitCode {
    say(line, code: 66)
  }

  /// Arguments that can't be used: exit code 64 (`EX_USAGE`).
  ///
  /// - Parameter line: what to say.
  /// - Returns: the exit code to throw.
  static func usage(_ line: String) -> ExitCode {
    say(line, code: 64)
  }

  /// The system refused or ended something: exit code 71 (`EX_OSERR`).
  ///
  /// - Parameter line: what to say.
  /// - Returns: the exit code to throw.
  static func system(_ line: String) -> ExitCode {
    say(line, code: 71)
  }

  /// A command that there isn't: exit code 127, as shells give it.
  ///
  /// - Parameter line: what to say.
  /// - Returns: the exit code to throw.
  static func notFound(_ line: String) -> ExitCode {
    say(line, code: 127)
  }

  /// A command that can't be executed: exit code 126, as shells give it.
  ///
  /// - Parameter line: what to say.
  /// - Returns: the exit code to throw.
  static func notExecutable(_ line: String) -> ExitCode {
    say(line, code: 126)
  }

  /// A signal came.
  ///
  /// - Parameters:
  ///   - line: what to say.
  ///   - code: 128 and the signal's number; nil when it isn't known.
  /// - Returns: the exit code to throw.
  static func interrupted(_ line: String, code: Int32?) -> ExitCode {
    say(line, code: code ?? 130)
  }

  /// Says what is wrong in the form of all the others.
  ///
  /// Left to itself, the parser adds the option's help and the usage, which is what hides the line
  /// that matters.
  ///
  /// - Parameter error: what ended the command; also a request for help, which is no failure.
  /// - Returns: the error to exit with, about which nothing more is to be said.
  static func said(_ error: any Error) -> any Error {
    let code = TandemCommand.exitCode(for: error)
    let message = TandemCommand.message(for: error)
    guard !code.isSuccess, !message.isEmpty else { return error }
    var line = message.split(whereSeparator: \.isNewline).joined(separator: " ")
    if code == .validationFailure, let help = helpCommand(for: error) {
      line += [".", "?"].contains(line.last) ? " See '\(help)'." : "; see '\(help)'"
    }
    return say("tandem: \(line)", code: code.rawValue)
  }

  /// The command that shows the help of whatever was asked for, as the parser names it.
  private static func helpCommand(for error: any Error) -> String? {
    let full = TandemCommand.fullMessage(for: error, columns: 1000)
    let pattern = /See '(tandem [^']*--help)'/
    return full.firstMatch(of: pattern).map { String($0.1) }
  }

  private static func say(_ line: String, code: Int32) -> ExitCode {
    // Standard error may be closed; the exit code then has to tell it alone.
    try? StandardStream.error.write(Array((line + "\n").utf8))
    return ExitCode(code)
  }
}
