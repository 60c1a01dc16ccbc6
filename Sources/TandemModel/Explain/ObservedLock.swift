/// A lock, other than an interpreter's, that workers waited for.
public struct ObservedLock: Codable, Sendable, Equatable {
  /// The process whose memory it is in.
  public var pid: Int32
  /// Its address there (futex(2)), as text such as `0x7f3c5a0010a8`.
  public var address: String
  /// Seconds that workers waited for it.
  public var waitSeconds: Double
  /// The most workers that were seen waiting for it at once.
  public var maxWaiters: Int

  /// Makes an entry.
  public init(pid: Int32, address: String, waitSeconds: Double, maxWaiters: Int) {
    self.pid = pid
    self.address = address
    self.waitSeconds = waitSeconds
    self.maxWaiters = maxWaiters
  }

  enum CodingKeys: String, CodingKey {
    case pid, address
    case waitSeconds = "wait_s"
    case maxWaiters = "max_waiters"
  }
}
