internal import CTandemShims
internal import Glibc

/// Waiting for many descriptors at once (epoll(7)), and being woken by other threads (eventfd(2)).
package struct Poller: ~Copyable, Sendable {
  /// What to wait for.
  package struct Interest: OptionSet, Sendable {
    package var rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// There is something to read, or the other end has closed.
    package static let readable = Interest(rawValue: 0x1)
    /// There is room to write.
    package static let writable = Interest(rawValue: 0x4)
  }

  /// The tag that `wait` gives when another thread called `wake`.
  package static let wakeUpTag = UInt64.max

  private let epoll: Descriptor
  private let wakeUp: Descriptor

  /// Makes a poller that watches nothing yet.
  ///
  /// - Throws: `EMFILE`, `ENFILE` or `ENOMEM`.
  package init() throws(Errno) {
    let epoll = Descriptor(owning: try Syscall.check { tandem_epoll_create() })
    let wakeUp = Descriptor(owning: try Syscall.check { tandem_eventfd() })
    let (epollNumber, wakeUpNumber) = (epoll.rawValue, wakeUp.rawValue)
    try Syscall.check {
      tandem_epoll_add(epollNumber, wakeUpNumber, Interest.readable.rawValue, Self.wakeUpTag)
    }
    self.epoll = epoll
    self.wakeUp = wakeUp
  }

  /// Watches a descriptor; its owner calls `remove` before closing it.
  ///
  /// - Parameters:
  ///   - descriptor: an open descriptor that isn't watched yet.
  ///   - interest: what to wait for.
  ///   - tag: what `wait` gives for it.
  /// - Throws: the error number of epoll_ctl(2).
  package func add(_ descriptor: CInt, _ interest: Interest, tag: UInt64) throws(Errno) {
    let epoll = self.epoll.rawValue
    try Syscall.check { tandem_epoll_add(epoll, descriptor, interest.rawValue, tag) }
  }

  /// Stops watching a descriptor; pairs with `add`.
  ///
  /// - Parameter descriptor: a watched descriptor, still open.
  package func remove(_ descriptor: CInt) {
    // It can only fail when the descriptor wasn't watched, and then there is nothing to stop.
    _ = tandem_epoll_remove(epoll.rawValue, descriptor)
  }

  /// Makes `wait` return soon, from any thread.
  package func wake() {
    var one: UInt64 = 1
    // SAFETY: write reads the eight bytes of `one`. A full counter (EAGAIN) is already a wake-up.
    _ = unsafe Glibc.write(wakeUp.rawValue, &one, 8)
  }

  /// Waits until something that is watched is ready, or `wake` is called.
  ///
  /// - Parameter timeout: milliseconds to wait at most; nil waits for ever.
  /// - Returns: the tags of what is ready; none when the time is over or a signal came.
  package func wait(timeout: Int32? = nil) -> [UInt64] {
    let epoll = self.epoll.rawValue
    let tags = unsafe [UInt64](unsafeUninitializedCapacity: 64) { buffer, count in
      // SAFETY: at most `buffer.count` tags are written, and `count` says how many.
      let ready = unsafe tandem_epoll_wait(
        epoll, buffer.baseAddress, CInt(buffer.count), timeout ?? -1)
      count = max(0, Int(ready))
    }
    if tags.contains(Self.wakeUpTag) {
      var count: UInt64 = 0
      // SAFETY: read writes eight bytes into `count`; the descriptor never blocks.
      _ = unsafe Glibc.read(wakeUp.rawValue, &count, 8)
    }
    return tags
  }
}
