import Testing

@testable import TandemObserve

@Suite("No zero stands beside thousands of hand-overs of a GIL")
struct GILWaitsTests {
  private static func isUnknown(
    seen: Double, unknown: Double, handovers: Double
  ) -> Bool {
    GILWaits.gap(seen: seen, unknown: unknown, all: 2, handovers: handovers) != nil
  }

  @Test func thousandsOfShortWaitsAreNotNone() {
    #expect(Self.isUnknown(seen: 0, unknown: 0.5, handovers: 5_435))
    #expect(Self.isUnknown(seen: 0.000_3, unknown: 0.5, handovers: 5_435), "from two looks")
    #expect(Self.isUnknown(seen: 0, unknown: 0, handovers: 5_435), "sampled, and never seen")
  }

  @Test func unknownWaitsBoundThoseForTheLock() {
    let gap = GILWaits.gap(seen: 0.001, unknown: 0.5, all: 2, handovers: 265)
    #expect(gap?.mostSeconds == 0.501)
    // Nothing bounds the waits where a look never came in time to see one.
    let unbounded = GILWaits.gap(seen: 0, unknown: 0, all: 2, handovers: 5_435)
    #expect(unbounded != nil && unbounded?.mostSeconds == nil)
  }

  @Test func waitsThatWereSeenAreKnown() {
    #expect(!Self.isUnknown(seen: 0.5, unknown: 0.3, handovers: 5_435))
    #expect(!Self.isUnknown(seen: 0.1, unknown: 0, handovers: 20))
  }

  /// One thread computes, the others sleep: hardly anybody wants the lock.
  @Test func aLockThatHardlyChangesHandsIsKnown() {
    #expect(!Self.isUnknown(seen: 0, unknown: 0.02, handovers: 3))
    // But where a good part of all time isn't known, waits for it may be in there.
    #expect(Self.isUnknown(seen: 0, unknown: 0.2, handovers: 3))
  }
}
