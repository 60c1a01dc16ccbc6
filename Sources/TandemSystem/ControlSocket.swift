internal import Glibc

/// A stream between a worker and its parent.
package enum ControlSocket {
  /// Sends all bytes; a closed peer is an error, not a SIGPIPE (send(2), MSG_NOSIGNAL).
  ///
  /// - Parameters:
  ///   - socket: the socket.
  ///   - bytes: the bytes.
  /// - Throws: `EPIPE` and others of send(2).
  package static func sendAll(_ socket: CInt, _ bytes: [UInt8]) throws(Errno) {
    var sent = 0
    while sent < bytes.count {
      let start = sent
      // SAFETY: send reads only the rest of the array.
      sent += try Syscall.check {
        unsafe bytes.withUnsafeBytes { whole in
          let rest = unsafe UnsafeRawBufferPointer(rebasing: whole[start...])
          return unsafe send(socket, rest.baseAddress, rest.count, CInt(MSG_NOSIGNAL))
        }
      }
    }
  }
}
