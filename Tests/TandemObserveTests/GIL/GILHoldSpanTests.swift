import TandemModel
import Testing

@testable import TandemObserve

/// Which time without a hand-over counts: the one in which others waited.
@Suite struct GILHoldSpanTests {
  private func span(_ from: UInt64, _ to: UInt64, tid: Int32 = 1) -> GILHoldSpan {
    GILHoldSpan(
      state: 1, switchNumber: 1, tid: tid, place: nil, firstNS: from * 1_000_000,
      lastNS: to * 1_000_000)
  }

  private func cell(_ from: UInt64, _ to: UInt64, _ seconds: Double) -> GILWaitCell {
    GILWaitCell(fromNS: from * 1_000_000, toNS: to * 1_000_000, seconds: seconds)
  }

  @Test func aLongOneForWhichNobodyWaitedDoesNotCount() {
    let spans = [span(0, 10_000), span(10_000, 10_200)]
    let waits: [Int32: [GILWaitCell]] = [
      1: [cell(0, 10_000, 9)], 2: [cell(10_000, 10_100, 0.1), cell(10_100, 10_200, 0.05)],
      3: [cell(10_000, 10_100, 0.1)],
    ]
    // The holder's own waits don't count, and those of two threads aren't added up.
    #expect(
      GILHoldSpan.longestWaitedFor(spans, waits)
        == GILHold(seconds: 0.2, waitedSeconds: 0.1 + 0.05, tid: 1))
    #expect(GILHoldSpan.longestWaitedFor(spans, [:]) == nil)
    // A part of the timeline that is longer than the hold may have had the wait outside of it.
    #expect(GILHoldSpan.longestWaitedFor(spans, [2: [cell(9_950, 10_100, 0.1)]]) == nil)
  }

  @Test func theLongestAreKept() {
    var longest = GILHoldSpan.Longest()
    for length in UInt64(1)...600 { longest.add(span(0, length)) }
    longest.add(span(5, 5))
    #expect(longest.spans.count == 500)
    #expect(Set(longest.spans.map(\.lengthNS)) == Set((101...600).map { $0 * 1_000_000 }))
  }
}
