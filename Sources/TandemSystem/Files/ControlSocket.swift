internal import CTandemShims
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
          return unsafe Glibc.send(socket, rest.baseAddress, rest.count, CInt(MSG_NOSIGNAL))
        }
      }
    }
  }

  /// Passes a descriptor on, with one byte (unix(7), SCM_RIGHTS).
  ///
  /// - Parameters:
  ///   - socket: the socket.
  ///   - descriptor: what is passed; it stays open here.
  /// - Throws: `EAGAIN`, `EPIPE` and others of sendmsg(2).
  package static func send(_ socket: CInt, descriptor: CInt) throws(Errno) {
    try Syscall.check { tandem_send_descriptor(socket, descriptor) }
  }

  /// Takes one byte and the descriptor that came with it.
  ///
  /// - Parameter socket: the socket.
  /// - Returns: the descriptor's number, the caller's to own.
  /// - Throws: `EPROTO` when none came, and others of recvmsg(2).
  package static func receiveDescriptor(_ socket: CInt) throws(Errno) -> CInt {
    try Syscall.check { tandem_receive_descriptor(socket) }
  }
}
