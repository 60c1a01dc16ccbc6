import ArgumentParser

extension CommandFailure {
  /// The system refused or ended something: exit code 71 (sysexits.h, `EX_OSERR`).
  ///
  /// - Parameter line: what to say.
  /// - Returns: the exit code to throw.
  static func system(_ line: String) -> ExitCode {
    // Standard error may be closed; the exit code then has to tell it alone.
    try? StandardStream.error.write(Array((line + "\n").utf8))
    return ExitCode(71)
  }
}
