import Foundation
import Testing

@testable import SideBySide

/// From answers to figures, goals and JSON, without running anything.
@Suite("Figures of side-by-side")
struct ReportTests {
  private let tandem = Participant.tandem("row", "", 1)
  private let floor = Participant.floor("floor", 1)
  private let first = Participant.peer("row", "first", 1)
  private let second = Participant.peer("row", "second", 1)

  private func row(_ better: Row.Better, _ goals: [Row.Goal]) -> Row {
    Row(
      name: "row", what: "a row", unit: "µs", better: better, tandem: tandem, floor: floor,
      floorIs: "a floor", peers: [first, second], goals: goals)
  }

  private func answers(_ blocks: [Double]...) -> [Answer] { blocks.map { Answer(samples: $0) } }

  @Test("A median is the middle, or the mean of the two in the middle")
  func median() {
    #expect(Samples([3, 1, 2]).median == 2)
    #expect(Samples([4, 1, 2, 3]).median == 2.5)
    #expect(Samples([]).median == nil)
  }

  @Test("Below a hundred samples there is no hundredth to tell")
  func p99() {
    #expect(Samples((1...99).map(Double.init)).p99 == nil)
    #expect(Samples((1...100).map(Double.init)).p99 == 99)
    #expect(Samples((1...1000).map(Double.init)).p99 == 990)
  }

  @Test("A ratio is the median of the ratios within rounds, not the ratio of medians")
  func ratio() {
    let result = RowResult(
      row(.lower, []),
      [tandem: answers([2], [40], [9]), floor: answers([1], [10], [3])])
    #expect(result.ratioToFloor == 3)
    #expect(result.tandem?.median == 9)
  }

  @Test("The best peer is the fastest, whichever way is better", arguments: [true, false])
  func bestPeer(isHigher: Bool) {
    let result = RowResult(
      row(isHigher ? .higher : .lower, []),
      [tandem: answers([2]), first: answers([1]), second: answers([5])])
    #expect(result.bestPeer?.name == (isHigher ? "second" : "first"))
    #expect(result.ratioToBestPeer == (isHigher ? 0.4 : 2))
  }

  @Test("A peer whose figures are of something else is shown, and is not the best")
  func unfitPeer() {
    let result = RowResult(
      row(.lower, []),
      [first: [Answer(samples: [1], unfit: true)], second: answers([5])])
    #expect(result.bestPeer?.name == "second")
    #expect(result.peers.first?.figures.median == 1)
  }

  @Test("A goal is met on its own side of the limit, and undecided without figures")
  func goals() {
    let goals = [
      Row.Goal(subject: .ratioToFloor, limit: 1.5),
      Row.Goal(subject: .ratioToPeer("second"), limit: 1),
    ]
    let blocks = [tandem: answers([3]), floor: answers([2])]
    #expect(RowResult(row(.lower, goals), blocks).goals.map(\.isMet) == [true, nil])
    let slow = [tandem: answers([4]), floor: answers([2])]
    #expect(RowResult(row(.lower, goals), slow).goals.map(\.isMet) == [false, nil])
    #expect(RowResult(row(.higher, goals), slow).goals.map(\.isMet) == [true, nil])
  }

  @Test("Who has no figures is named with the reason, and has null, not 0")
  func absence() throws {
    let result = RowResult(
      row(.lower, []),
      [
        tandem: [Answer(error: "it broke")], floor: answers([2]),
        first: [Answer(skipped: "it is not installed")], second: answers([1]),
      ])
    let machine = Machine(
      cpuModel: nil, cpusOnline: 2, cpusAllowed: 2, kernel: "6.1", memoryMiB: nil,
      loadAverage: nil, python: nil, peers: ["loky": nil])
    let report = Report.json(
      [result], machine: machine, rounds: 1, seed: 7, isQuick: true, growth: nil)
    let document =
      try JSONSerialization.jsonObject(with: try report.encoded()) as? [String: Any]
    #expect(document?["growth"] is NSNull)
    let row = try #require((document?["rows"] as? [[String: Any]])?.first)
    #expect((row["tandem"] as? [String: Any])?["median"] is NSNull)
    #expect((row["peers"] as? [String: Any])?["first"] is NSNull)
    #expect(row["ratio_to_floor"] is NSNull)
    let absent = try #require(row["not_measured"] as? [[String: String]])
    #expect(
      absent == [
        ["what": "Tandem", "why": "it broke"], ["what": "first", "why": "it is not installed"],
      ])
  }

  @Test("The keys of the JSON are those of the schema")
  func schema() throws {
    // Tests/SideBySideTests/ReportTests.swift → Documentation
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    let schema = try #require(
      try JSONSerialization.jsonObject(
        with: Data(contentsOf: root.appending(path: "Documentation/side-by-side-1.schema.json")))
        as? [String: Any])
    let definitions = try #require(schema["$defs"] as? [String: [String: Any]])
    func keys(_ definition: [String: Any]?) -> [String] {
      ((definition?["required"] as? [String]) ?? ["none"]).sorted()
    }
    func properties(_ definition: [String: Any]?) -> [String] {
      ((definition?["properties"] as? [String: Any])?.keys.sorted()) ?? ["none"]
    }

    let curves = GrowthCurves(
      workers: [.init(size: 1)], tasks: [.init(size: 1)], stream: .init(tasks: 1, memory: []),
      fleet: .init(workers: 1))
    let result = RowResult(row(.lower, [Row.Goal(subject: .p99, limit: 1)]), [:])
    let report = Report.json(
      [result], machine: .read(python: nil, peers: [:]), rounds: 1, seed: 7, isQuick: true,
      growth: curves)
    let document = try #require(
      try JSONSerialization.jsonObject(with: try report.encoded()) as? [String: Any])
    let row = try #require((document["rows"] as? [[String: Any]])?.first)
    let machine = try #require(document["machine"] as? [String: Any])
    let goal = try #require((row["goals"] as? [[String: Any]])?.first)
    let growth = try #require(document["growth"] as? [String: Any])
    for (object, definition) in [
      (document, schema), (row, definitions["row"]), (machine, definitions["machine"]),
      (goal, definitions["goal"]), (growth, definitions["growth"]),
    ] {
      #expect(object.keys.sorted() == keys(definition))
      #expect(object.keys.sorted() == properties(definition))
    }
  }

  @Test(
    "Figures for people have three digits",
    arguments: [
      (0.1804, "0.180"), (6.789, "6.79"), (42.94, "42.9"), (1763, "1763"), (18_400, "18.4 k"),
      (2_110_000, "2.11 M"), (0, "0"), (9_996, "10.0 k"),
    ])
  func digits(value: Double, text: String) {
    #expect(Figure.text(value) == text)
  }

  @Test("Every row has a name of its own, and a reason if there is nothing to measure")
  func catalogue() {
    for isQuick in [true, false] {
      let rows = RowCatalogue.rows(isQuick: isQuick)
      #expect(Set(rows.map(\.name)).count == rows.count)
      #expect(rows.allSatisfy { ($0.tandem == nil) == ($0.whyNot != nil) })
    }
  }
}
