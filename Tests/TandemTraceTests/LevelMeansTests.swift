import Testing

@testable import TandemTrace

/// Means over windows of a millisecond.
struct LevelMeansTests {
  private static let ms = LevelMeans.windowNS

  private static func given(
    _ parts: [(parallelism: Double, fromNS: UInt64, toNS: UInt64)]
  ) -> [(UInt64, Double)] {
    var means = LevelMeans()
    var given: [(UInt64, Double)] = []
    for part in parts {
      let levels = LevelMeans.Levels(
        parallelism: part.parallelism, demand: part.parallelism + 1)
      for (time, levels) in means.add(levels, fromNS: part.fromNS, toNS: part.toNS) {
        #expect(abs(levels.demand - levels.parallelism - 1) < 1e-9)
        given.append((time, levels.parallelism))
      }
    }
    return given
  }

  @Test func aWindowHasItsMean() {
    let given = Self.given([
      (2, 0, Self.ms / 4), (0, Self.ms / 4, Self.ms), (1, Self.ms, 2 * Self.ms),
    ])
    #expect(given.map(\.0) == [0, Self.ms] && given.map(\.1) == [0.5, 1])
  }

  @Test func whatDoesNotChangeIsWrittenOnce() {
    let given = Self.given([(1, 0, 5 * Self.ms), (1, 5 * Self.ms, 5_000_000 * Self.ms)])
    #expect(given.map(\.0) == [0] && given.map(\.1) == [1])
  }

  @Test func windowsGoOnBehindALongTime() {
    let half = Self.ms / 2
    let given = Self.given([
      (1, 0, 3 * Self.ms + half), (3, 3 * Self.ms + half, 5 * Self.ms),
      (0, 5 * Self.ms, 6 * Self.ms),
    ])
    #expect(given.map(\.0) == [0, 3 * Self.ms, 4 * Self.ms, 5 * Self.ms])
    #expect(given.map(\.1) == [1, 2, 3, 0])
  }

  @Test func whatIsNotCompleteIsNotWritten() {
    #expect(Self.given([(1, 0, Self.ms - 1)]).isEmpty)
  }

  @Test func behindAGapAWindowBeginsAnew() {
    let given = Self.given([(1, 0, Self.ms / 2), (2, 9 * Self.ms, 10 * Self.ms)])
    #expect(given.map(\.0) == [9 * Self.ms] && given.map(\.1) == [2])
  }
}
