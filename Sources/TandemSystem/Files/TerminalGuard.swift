internal import CTandemShims
internal import Glibc

/// A process that restores a terminal when this one dies in the middle of drawing on it, however it dies.
///
/// It is a child in a session of its own, holds nothing but the terminal, and ends with this value, or with
/// this process.
package final class TerminalGuard: Sendable {
  private let leash: Descriptor
  private let pid: CInt

  /// Starts the process.
  ///
  /// - Parameters:
  ///   - terminal: the terminal.
  ///   - mode: the mode to restore, unless another one than `forDrawing` is set then.
  ///   - text: what to write to it before.
  ///   - kept: a file to copy to it afterwards; nil for none.
  /// - Throws: the error number of pipe2(2) or fork(2).
  package init(
    _ terminal: Terminal, mode: Terminal.Mode, text: String, kept: CInt?
  ) throws(Errno) {
    let ends = try PipeEnds().relinquish()
    let reader = Descriptor(owning: ends.reader)
    let writer = Descriptor(owning: ends.writer)
    let (readerNumber, writerNumber) = (reader.rawValue, writer.rawValue)
    var before = mode.value
    let bytes = Array(text.utf8).map { CChar(bitPattern: $0) }
    // SAFETY: the child has copies of the struct and the bytes.
    pid = try Syscall.check {
      unsafe tandem_terminal_guard(
        terminal.descriptor, readerNumber, writerNumber, &before, bytes, bytes.count, kept ?? -1)
    }
    leash = writer
  }

  /// Says whether the terminal is drawn on, and so whether it is to be restored.
  ///
  /// - Parameter isDrawn: whether it is.
  package func set(isDrawn: Bool) {
    // A guard that was killed can't be helped.
    try? leash.writeAll([isDrawn ? 1 : 0])
  }

  deinit {
    set(isDrawn: false)
    // The end of the pipe would come only after this.
    kill(pid, SIGKILL)
    var status: CInt = 0
    // SAFETY: one int is written.
    while unsafe waitpid(pid, &status, 0) == -1, tandem_errno() == EINTR {}
  }
}
