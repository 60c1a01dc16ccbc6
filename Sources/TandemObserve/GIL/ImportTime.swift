/// For how long the holder of an interpreter's lock was importing modules.
///
/// A look at all functions of a thread costs as much as ten others, so only some find out whether it imports.
struct ImportTime: Sendable {
  /// One look in so many, and one in so many of a process that hasn't imported anything for a while.
  private static let often = 3
  private static let rarely = 48
  private static let whileNS: UInt64 = 1_000_000_000
  /// The most functions of a thread that are looked at.
  static let mostFrames = 64
  /// The longest time that a look stands for.
  private static let longestNS: UInt64 = 50_000_000
  /// Fewer looks don't tell how long it was.
  private static let leastLooks = 4

  private var turn = 0
  private var looks = 0
  private var lastNS: UInt64
  private var importedNS: UInt64
  private var lengthNS: UInt64 = 0

  /// Begins when the interpreter was found.
  init(nowNS: UInt64) { (lastNS, importedNS) = (nowNS, nowNS) }

  /// Whether the next look should find out.
  mutating func isDue(nowNS: UInt64) -> Bool {
    turn &+= 1
    let isLate = nowNS &- importedNS > Self.whileNS
    return turn.isMultiple(of: isLate ? Self.rarely : Self.often)
  }

  /// Notes a look.
  ///
  /// - Parameters:
  ///   - imports: whether the holder was importing.
  ///   - nowNS: the time.
  mutating func note(_ imports: Bool, nowNS: UInt64) {
    looks += 1
    if imports {
      lengthNS += min(nowNS &- min(nowNS, lastNS), Self.longestNS)
      importedNS = nowNS
    }
    lastNS = nowNS
  }

  /// Seconds, about; nil after too few looks.
  var seconds: Double? { looks >= Self.leastLooks ? Double(lengthNS) / 1e9 : nil }
}
