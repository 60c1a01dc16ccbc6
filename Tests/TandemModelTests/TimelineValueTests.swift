import Foundation
import TandemModel
import Testing

/// A timeline as it stands in JSON: drawn, bounded, and the same when it is read and written again.
@Suite struct TimelineValueTests {
  private static let onCPU: [Float] = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  private static let half: [Float] = [0.5, 0, 0, 0, 0, 0, 0, 0.5, 0, 0]

  private func json(_ timeline: ObservedTimeline) throws -> String {
    String(decoding: try JSONEncoder().encode(timeline), as: UTF8.self)
  }

  private func read(_ states: String, first: Int = 0, spans: Int = 10) throws -> ObservedTimeline {
    let text = """
      {"span_s": 1, "spans": \(spans), "rows": [{"worker": 0, "first": \(first), "states": "\(states)"}]}
      """
    return try JSONDecoder().decode(ObservedTimeline.self, from: Data(text.utf8))
  }

  @Test func runsAreCounted() throws {
    let timeline = ObservedTimeline(
      spanSeconds: 1, spans: 10,
      rows: [.init(worker: 3, first: 2, seconds: Array(repeating: Self.onCPU, count: 5))])
    #expect(try json(timeline).contains(#""states":"c5""#))
    #expect(try json(timeline).contains(#""first":2"#))
  }

  /// What was half of each span on a CPU is so in half of the spans.
  @Test func sharesOfARowStay() throws {
    let timeline = ObservedTimeline(
      spanSeconds: 1, spans: 100,
      rows: [.init(worker: 0, first: 0, seconds: Array(repeating: Self.half, count: 100))])
    let back = try JSONDecoder().decode(
      ObservedTimeline.self, from: JSONEncoder().encode(timeline))
    #expect(timeline.drawn == back && back.drawn == back)
    let onCPU = back.rows[0].seconds.reduce(0) { $0 + $1[0] }
    #expect(abs(onCPU - 50) <= 1)
    #expect(back.rows[0].seconds.allSatisfy { $0.reduce(0, +) == 1 })
  }

  @Test(arguments: ["c12w3r", "c_2w", "", "gtolspi"])
  func isTheSameWhenReadAndWrittenAgain(states: String) throws {
    let timeline = try read(states, first: states.isEmpty ? 0 : 4, spans: 30)
    #expect(try json(timeline).contains("\"states\":\"\(states)\""))
    let back = try JSONDecoder().decode(
      ObservedTimeline.self, from: JSONEncoder().encode(timeline))
    #expect(back == timeline)
  }

  @Test(arguments: [
    ("x3", 0, 10), ("c11", 0, 10), ("c0", 0, 10), ("c-1", 0, 10), ("12", 0, 10), ("c5", 6, 10),
    ("c99999999999999999999", 0, 10), ("c", 11, 10), ("c", -1, 10), ("c", 0, 1_000_000_000),
    ("c", 0, -1),
  ])
  func whatIsNoTimelineIsRefused(states: String, first: Int, spans: Int) {
    #expect(throws: DecodingError.self) { try read(states, first: first, spans: spans) }
  }
}
