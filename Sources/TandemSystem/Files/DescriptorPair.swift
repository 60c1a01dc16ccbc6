internal import CTandemShims
internal import Glibc

/// The numbers of two connected descriptors, both close-on-exec; whoever makes a pair owns both at
/// once: `Descriptor(owning:)`.
///
/// It is a pair of numbers because a struct of two owners can't be taken apart in another module.
package struct DescriptorPair {
  /// The end that stays; the reading end of a pipe.
  package let near: CInt
  /// The end that is passed on; the writing end of a pipe.
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
  /// - Returns: the pair, open.
  /// - Throws: `EMFILE`, `ENFILE` or `ENOMEM`.
  package static func sockets(_ kind: Kind, nearNeverWaits: Bool) throws(Errno) -> DescriptorPair {
    let type =
      switch kind {
      case .stream: CInt(SOCK_STREAM.rawValue)
      case .packets: CInt(SOCK_SEQPACKET.rawValue)
      }
    let closeOnExec = CInt(SOCK_CLOEXEC.rawValue)
    var ends: [CInt] = [-1, -1]
    // SAFETY: socketpair writes two ints into an array of two.
    try Syscall.check { unsafe socketpair(AF_UNIX, type | closeOnExec, 0, &ends) }
    return try DescriptorPair(near: ends[0], far: ends[1]).setting(neverWaits: nearNeverWaits)
  }

  /// Makes a pipe whose reading end never waits and whose writing end does (pipe2(2)).
  ///
  /// - Returns: the pair, open.
  /// - Throws: `EMFILE`, `ENFILE`.
  package static func pipe() throws(Errno) -> DescriptorPair {
    var ends: [CInt] = [-1, -1]
    // SAFETY: two ints are written into an array of two.
    try Syscall.check { unsafe tandem_pipe2(&ends, O_CLOEXEC) }
    return try DescriptorPair(near: ends[0], far: ends[1]).setting(neverWaits: true)
  }

  private func setting(neverWaits: Bool) throws(Errno) -> DescriptorPair {
    guard neverWaits else { return self }
    let number = near
    do throws(Errno) {
      try Syscall.check { fcntl(number, F_SETFL, O_NONBLOCK) }
    } catch {
      _ = (Glibc.close(near), Glibc.close(far))
      throw error
    }
    return self
  }
}
