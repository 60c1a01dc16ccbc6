import Testing

@testable import TandemModel
@testable import TandemReport

/// Who waits for whom, as it is drawn.
@Suite struct StandstillSectionTests {
  private func text(_ report: ExplainReport, width: Int) -> [String] {
    StandstillSection(report: report).lines(width: width).map { line in
      line.pieces.map(\.text).joined()
    }
  }

  @Test func theRingIsDrawn() {
    let lines = text(MadeUpExplanations.hang.report, width: 120)
    for expected in [
      "  All workers, for 1.60 s from 0 s on: it never ends by itself",
      "    python3 (700)                   in drain (work/queue.py:20) waits for a process's end → child (701)",
      "    child (701)                     waits for a Python lock → QueueFeederThre of child (702)",
      "    QueueFeederThre of child (702)  waits for room in pipe 4711 → python3 (700)",
      "    the ring: python3 (700) → child (701) → QueueFeederThre of child (702) → python3 (700)",
      // One that a time limit ended, and one that only some workers take part in.
      "  All workers, for 1.20 s from 0 s on, then a worker went on",
      "    python3 (700)  waits for a process's end, at most 30.0 s → child (701) or QueueFeederThre of child (702)",
      "    3 more workers wait",
      "  1 worker, for 1.10 s from 0 s on: it could not end by itself",
      "    child (701)  waits for a lock → nobody who is left",
    ] {
      #expect(lines.contains(expected), "\(expected): \(lines.joined(separator: "\n"))")
    }
    #expect(lines.contains { $0.contains("--for observes as long as you like") })
  }

  @Test func nothingIsDrawnOfAProgramThatGoesOn() {
    #expect(text(MadeUpExplanations.gilBound.report, width: 100).isEmpty)
  }

  @Test(arguments: [57, 80, 93, 100, 120, 200]) func noLineIsTooWide(width: Int) {
    for line in text(MadeUpExplanations.hang.report, width: width) {
      #expect(TextWidth.columns(of: line) <= width && !line.hasSuffix(" "), "\(line)")
    }
  }
}
