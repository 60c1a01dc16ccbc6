import TandemCommand
import TandemModel
import Testing

/// The demos' last line, on made-up stamps.
@Suite struct OverlapSentenceTests {
  /// Spans from four stamps each.
  private static func spans(_ stamps: [(UInt64, UInt64, UInt64, UInt64)]) -> [WorkerSpan] {
    stamps.map {
      WorkerSpan(startCalled: $0.0, bodyEntered: $0.1, bodyLeft: $0.2, endObserved: $0.3)
    }
  }

  @Test func joinedOneByOne() {
    let sentence = OverlapSentence(
      kind: .thread, spans: Self.spans([(0, 10, 90, 100), (100, 110, 190, 200)]))
    #expect(sentence.concurrency == 0.8)
    #expect(sentence.mostAtOnce == 1)
    #expect(
      sentence.text == """
        concurrency 0.80: no two of the 2 threads were ever at work at the same time (each was \
        joined before the next was started: start and join in the same loop)
        """)
  }

  @Test func startedTogetherButTooShortToMeet() {
    let sentence = OverlapSentence(
      kind: .process, spans: Self.spans([(0, 10, 20, 60), (5, 20, 50, 100)]))
    #expect(sentence.mostAtOnce == 1)
    #expect(
      sentence.text == """
        concurrency 0.40: no two of the 2 processes were ever at work at the same time (each had \
        finished before the next began)
        """)
  }

  @Test func allTogether() {
    let sentence = OverlapSentence(
      kind: .process, spans: Self.spans([(0, 10, 90, 95), (0, 10, 90, 95), (0, 10, 100, 100)]))
    #expect(sentence.concurrency == 2.5)
    #expect(
      sentence.text == "concurrency 2.50: all 3 processes were at work at the same time")
  }

  @Test func someTogether() {
    let sentence = OverlapSentence(
      kind: .thread, spans: Self.spans([(0, 0, 60, 60), (0, 30, 100, 100), (0, 60, 100, 100)]))
    #expect(sentence.mostAtOnce == 2)
    #expect(sentence.text.hasSuffix("up to 2 of the 3 threads were at work at the same time"))
  }

  @Test func oneAlone() {
    let sentence = OverlapSentence(kind: .thread, spans: Self.spans([(0, 1, 99, 100)]))
    #expect(sentence.text == "concurrency 0.98: with one thread there is nothing to overlap")
  }

  @Test func aMissingStampIsNotMeasured() {
    var spans = Self.spans([(0, 1, 99, 100), (0, 1, 99, 100)])
    spans[1].bodyLeft = nil
    let sentence = OverlapSentence(kind: .thread, spans: spans)
    #expect(sentence.concurrency == nil)
    #expect(
      sentence.text
        == "concurrency not measured: 1 of the 2 threads reported no complete times")
  }
}
