internal import CTandemShims

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
