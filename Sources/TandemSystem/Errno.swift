internal import CTandemShims
internal import Glibc

/// An error number of the operating system (errno(3)).
package struct Errno: Error, RawRepresentable, Hashable, Sendable {
  package var rawValue: CInt

  package init(rawValue: CInt) {
    self.rawValue = rawValue
  }

  /// The calling thread's current error number; only `Syscall` reads it.
  fileprivate static var current: Errno { Errno(rawValue: tandem_errno()) }

  /// No such file or directory.
  package static let noSuchFile = Errno(rawValue: ENOENT)
  /// No such process.
  package static let noSuchProcess = Errno(rawValue: ESRCH)
  /// Permission denied.
  package static let accessDenied = Errno(rawValue: EACCES)
  /// Operation not permitted.
  package static let notPermitted = Errno(rawValue: EPERM)
  /// Interrupted by a signal.
  package static let interrupted = Errno(rawValue: EINTR)
  /// Resource temporarily unavailable.
  package static let tryAgain = Errno(rawValue: EAGAIN)
  /// Out of memory.
  package static let outOfMemory = Errno(rawValue: ENOMEM)
  /// Invalid argument.
  package static let invalidArgument = Errno(rawValue: EINVAL)
  /// The time limit passed.
  package static let timedOut = Errno(rawValue: ETIMEDOUT)
  /// The reading end is closed.
  package static let brokenPipe = Errno(rawValue: EPIPE)
  /// A file doesn't hold what such a file holds.
  package static let badMessage = Errno(rawValue: EBADMSG)
  /// The kernel doesn't have the call.
  package static let notImplemented = Errno(rawValue: ENOSYS)
  /// The process has no descriptor left.
  package static let tooManyOpenFiles = Errno(rawValue: EMFILE)
  /// Nothing is mapped at the address.
  package static let badAddress = Errno(rawValue: EFAULT)
  /// The device is not there.
  package static let noSuchDevice = Errno(rawValue: ENODEV)
  /// There is nothing to give.
  package static let noData = Errno(rawValue: ENODATA)
  /// The operation isn't supported.
  package static let notSupported = Errno(rawValue: EOPNOTSUPP)

  /// Whether it says that there is too little of something for now: descriptors, processes, memory.
  package var isShortage: Bool {
    [EAGAIN, ENOMEM, EMFILE, ENFILE, ENOSPC, ENOBUFS, ETOOMANYREFS, EFBIG].contains(rawValue)
  }

  /// Whether it says that something may not be read, as opposed to that it's gone.
  package var isRefusal: Bool { [.notPermitted, .accessDenied, .notImplemented].contains(self) }
}

extension Errno: CustomStringConvertible {
  /// The system's sentence for the number (strerror_r(3)).
  package var description: String {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      guard let base = buffer.baseAddress else { return "error \(rawValue)" }
      // SAFETY: the XSI strerror_r, which Swift sees, writes a NUL-terminated string into `base`.
      guard unsafe strerror_r(rawValue, base, buffer.count) == 0 else {
        return "error \(rawValue)"
      }
      return unsafe String(cString: base)
    }
  }
}

/// The one place that reads errno, and so the one place that decides when to call again.
package enum Syscall {
  /// Calls `body` and gives its result; a result of -1 throws the error number.
  ///
  /// - Parameters:
  ///   - retryOnInterrupt: whether to call again when a signal interrupted the call (EINTR).
  ///   - body: the system call.
  /// - Returns: what the call returned.
  /// - Throws: the error number of the call.
  @discardableResult
  package static func check<Result: FixedWidthInteger & SignedInteger>(
    retryOnInterrupt: Bool = true, _ body: () -> Result
  ) throws(Errno) -> Result {
    while true {
      let result = body()
      if result != -1 { return result }
      let error = Errno.current
      if retryOnInterrupt && error == .interrupted { continue }
      throw error
    }
  }

  /// Gives the pointer that `body` returns; nil throws the error number.
  ///
  /// - Throws: the error number of the call.
  package static func checkPointer<Pointer>(_ body: () -> Pointer?) throws(Errno) -> Pointer {
    guard let result = body() else { throw Errno.current }
    return result
  }
}
