internal import CTandemShims
internal import Glibc

/// The numbers of two connected sockets, both close-on-exec.
///
/// The caller owns them, and says so at once with `Descriptor(owning:)`. These are numbers because
/// another module can't take apart a struct with noncopyable parts.
package struct SocketPair {
  /// The end that stays in this process.
  package let near: CInt
  /// The end that is passed on.
  package let far: CInt

  /// What travels between two sockets.
  package enum Kind: Sendable {
    /// A stream of bytes.
    case stream
    /// Packets with boundaries.
    case packets
  }

  /// Makes two connected sockets (socketpair(2)).
  ///
  /// - Parameters:
  ///   - kind: what travels.
  ///   - nearNeverWaits: whether reads and writes on the near end never wait.
  /// - Throws: `EMFILE`, `ENFILE` or `ENOMEM`.
  package init(_ kind: Kind, nearNeverWaits: Bool) throws(Errno) {
    let type =
      switch kind {
      case .stream: CInt(SOCK_STREAM.rawValue)
      case .packets: CInt(SOCK_SEQPACKET.rawValue)
      }
    let closeOnExec = CInt(SOCK_CLOEXEC.rawValue)
    var ends: [CInt] = [-1, -1]
    // SAFETY: socketpair writes two ints into an array of two.
    try Syscall.check { unsafe socketpair(AF_UNIX, type | closeOnExec, 0, &ends) }
    (near, far) = (ends[0], ends[1])
    guard nearNeverWaits else { return }
    let number = near
    do throws(Errno) {
      try Syscall.check { fcntl(number, F_SETFL, O_NONBLOCK) }
    } catch {
      _ = (Glibc.close(near), Glibc.close(far))
      throw error
    }
  }
}
