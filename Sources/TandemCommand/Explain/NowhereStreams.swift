import Glibc

/// Standard streams that lead nowhere, for runs whose output nobody wants a second time.
enum NowhereStreams {
  /// Whether standard input is a terminal, `/dev/null`, or closed.
  ///
  /// A command can then be run again with nothing to read. What came through a pipe or from a file is
  /// gone.
  static var standInForInput: Bool {
    var input = stat()
    var null = stat()
    guard fstat(STDIN_FILENO, &input) == 0 else { return true }
    if isatty(STDIN_FILENO) == 1 { return true }
    return stat("/dev/null", &null) == 0 && input.st_mode & S_IFMT == S_IFCHR
      && input.st_rdev == null.st_rdev
  }

  /// Does something while the three standard streams of this process are `/dev/null`: what is forked
  /// meanwhile keeps them so.
  ///
  /// - Parameter body: what to do; it must not write for the user.
  /// - Returns: what it gave; nil when there is no descriptor left for it.
  /// - Throws: what it throws.
  static func during<Result: ~Copyable>(_ body: () throws -> Result) rethrows -> Result? {
    // Not among the standard ones, whichever of them are closed, and not inherited by a program.
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    guard null >= 0 else { return nil }
    defer { close(null) }
    let streams = [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
    let kept = streams.map { fcntl($0, F_DUPFD_CLOEXEC, 10) }
    defer {
      for (stream, copy) in zip(streams, kept) {
        if copy >= 0 {
          dup2(copy, stream)
          close(copy)
        }
      }
    }
    guard kept.allSatisfy({ $0 >= 0 }) else { return nil }
    for stream in streams { dup2(null, stream) }
    return try body()
  }
}
