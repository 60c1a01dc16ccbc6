internal import Glibc

/// This process's standard error.
package enum StandardError {
  /// Whether a write of up to 4096 bytes would not wait (poll(2)).
  package static var hasRoom: Bool {
    waitForRoom(milliseconds: 0)
  }

  /// Waits until a write of up to 4096 bytes would not wait (poll(2)).
  ///
  /// - Parameter milliseconds: how long at most.
  /// - Returns: whether there is room; also when it is closed, since then a write fails at once.
  @discardableResult
  package static func waitForRoom(milliseconds: CInt) -> Bool {
    var poll = pollfd(fd: 2, events: Int16(POLLOUT), revents: 0)
    // SAFETY: one record is read and written.
    return unsafe Glibc.poll(&poll, 1, milliseconds) != 0
  }

  /// Writes bytes; a closed standard error discards them.
  ///
  /// - Parameter bytes: the bytes, at most 4096.
  /// - Returns: how many were written; nil when there is no room now.
  package static func write(_ bytes: [UInt8]) -> Int? {
    do throws(Errno) {
      // SAFETY: write reads only the bytes of the array.
      return try Syscall.check {
        unsafe bytes.withUnsafeBytes { unsafe Glibc.write(2, $0.baseAddress, $0.count) }
      }
    } catch {
      return error == .tryAgain ? nil : bytes.count
    }
  }
}

/// The three descriptors that every program expects.
package enum StandardStreams {
  /// Opens `/dev/null` on those of descriptors 0 to 2 that are closed.
  ///
  /// Otherwise the next descriptor that is made gets such a number, and what is printed goes into it.
  package static func fillGaps() {
    for number in CInt(0)..<3 where fcntl(number, F_GETFD) == -1 {
      // The lowest free number is the one just found free, as those below are taken.
      // SAFETY: a constant path.
      _ = unsafe open("/dev/null", O_RDWR)
    }
  }
}

/// This process's standard output.
package enum StandardOutput {
  /// Another descriptor of the same open file (fcntl(2)).
  ///
  /// - Returns: nil when standard output is closed.
  package static func duplicate() -> Descriptor? {
    let number = fcntl(1, F_DUPFD_CLOEXEC, 3)
    return number >= 0 ? Descriptor(owning: number) : nil
  }
}

extension Descriptor.OpenOptions {
  /// Only a place in the file system, not its content (open(2), O_PATH).
  package static let pathOnly = Descriptor.OpenOptions(rawValue: 0o10000000)
}
