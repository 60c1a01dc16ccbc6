internal import TandemSystem
internal import TandemText

/// How long starting a worker process may take.
struct StartLimit {
  /// Until when, in nanoseconds of CLOCK_MONOTONIC.
  let deadline: UInt64
  /// How long is waited at once, in nanoseconds.
  let slice: UInt64
  /// How long that is from the beginning, in nanoseconds, for errors.
  private let total: UInt64

  /// How long a worker that belongs to no pool may take to be started.
  static let usual = Duration.seconds(5)

  /// A limit that begins now.
  ///
  /// - Parameters:
  ///   - deadline: until when; nil for as long as is usual.
  ///   - slice: how long is waited at once, for those who have other things to do meanwhile.
  init(deadline: UInt64? = nil, slice: UInt64 = .max) {
    let now = MonotonicClock.now()
    self.deadline = deadline ?? now &+ Self.usual.saturatedNanoseconds
    self.slice = slice
    total = self.deadline > now ? self.deadline - now : 0
  }

  /// Waits until something is there, or the time is over.
  ///
  /// - Parameters:
  ///   - meanwhile: is called between two waits; whether it is still worth waiting.
  ///   - wait: waits for at most so long, and gives what was waited for, if it is there.
  /// - Returns: what was waited for; nil when the time was over, or it was not worth waiting.
  /// - Throws: what `wait` throws.
  func wait<Value>(
    meanwhile: () -> Bool, _ wait: (Duration) throws(PoolError) -> Value?
  ) throws(PoolError) -> Value? {
    while true {
      let now = MonotonicClock.now()
      let left = deadline > now ? deadline - now : 0
      if let value = try wait(.nanoseconds(Int64(clamping: min(left, slice)))) { return value }
      guard MonotonicClock.now() < deadline, meanwhile() else { return nil }
    }
  }

  /// How long it is, as text.
  var text: String { FigureText.duration(Double(total) / 1e9) }
}
