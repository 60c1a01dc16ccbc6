import ArgumentParser

/// Reasons why a command ends early: one line on standard error that says what to do, and an exit
/// code of sysexits.h.
enum ExitReason {
  /// A file that can't be read or written: exit code 66 (`EX_NOINPUT`).
  ///
  /// - Parameter line: what to say.
  /// - Returns: the exit code to throw.
  static func unusableFile(_ line: String) -> ExitCode {
    say(line, code: 66)
  }

  /// Data that isn't what it should be: exit code 65 (`EX_DATAERR`).
  ///
  /// - Parameter line: what to say.
  /// - Returns: the exit code to throw.
  static func wrongData(_ line: String) -> ExitCode {
    say(line, code: 65)
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

  /// A command that doesn't exist: exit code 127, as shells give it.
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

  /// Writes a line on standard error.
  ///
  /// - Parameters:
  ///   - line: What to say.
  ///   - code: The exit code.
  /// - Returns: The exit code to throw.
  static func say(_ line: String, code: Int32) -> ExitCode {
    // A name in it may hold what would move the cursor, or end the line.
    let safe = String(
      String.UnicodeScalarView(
        line.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
    // Standard error may be closed; then only the exit code is left.
    try? StandardStream.error.write(safe + "\n")
    return ExitCode(code)
  }
}
