internal import CTandemShims
internal import Glibc

/// The two ends of a pipe, both close-on-exec, closed when their owner goes (pipe2(2)).
package struct PipeEnds: ~Copyable, Sendable {
  /// The end to read from.
  package var reader: Descriptor
  /// The end to write to.
  package var writer: Descriptor

  /// The ends whose reads or writes never wait.
  package enum NonBlocking: Sendable {
    /// Neither end.
    case neither
    /// The reading end.
    case reader
    /// Both ends.
    case both
  }

  /// Makes a pipe.
  ///
  /// - Parameter nonBlocking: the ends that never wait.
  /// - Throws: `EMFILE` or `ENFILE` when no descriptor is left.
  package init(nonBlocking: NonBlocking = .neither) throws(Errno) {
    var ends: (CInt, CInt) = (-1, -1)
    let flags = O_CLOEXEC | (nonBlocking == .both ? O_NONBLOCK : 0)
    // SAFETY: tandem_pipe2 writes two ints; a homogeneous tuple is laid out like an array of its elements.
    try Syscall.check {
      unsafe withUnsafeMutableBytes(of: &ends) { bytes in
        unsafe tandem_pipe2(bytes.assumingMemoryBound(to: CInt.self).baseAddress, flags)
      }
    }
    let reader = Descriptor(owning: ends.0)
    let writer = Descriptor(owning: ends.1)
    if nonBlocking == .reader {
      let number = reader.rawValue
      try Syscall.check { fcntl(number, F_SETFL, O_NONBLOCK) }
    }
    self.reader = reader
    self.writer = writer
  }

  /// Gives both ends to two owners.
  ///
  /// A function receives them because a tuple can't hold noncopyable values.
  ///
  /// - Parameter body: takes over the reader and the writer.
  /// - Returns: what `body` returned.
  /// - Throws: what `body` threw.
  package consuming func split<Result: ~Copyable>(
    _ body: (consuming Descriptor, consuming Descriptor) throws(Errno) -> Result
  ) throws(Errno) -> Result {
    try body(reader, writer)
  }

  /// Gives both ends away by number: the caller owns them, with `Descriptor(owning:)`.
  ///
  /// Another module can't take this struct apart, since it has noncopyable parts.
  ///
  /// - Returns: the two numbers.
  package consuming func relinquish() -> (reader: CInt, writer: CInt) {
    let number = reader.relinquish()
    return (number, writer.relinquish())
  }
}
