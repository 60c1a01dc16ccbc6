import Foundation
import TandemModel
import Testing

/// The values of the schemas as they stand in JSON.
@Suite("Values of the schemas")
struct SchemaValueTests {
  private struct Holder: Codable, Equatable {
    @ExplicitNull var value: Double?
  }

  private func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  @Test("What was not measured is null, not absent")
  func explicitNull() throws {
    #expect(try json(Holder(value: nil)) == #"{"value":null}"#)
    #expect(try json(Holder(value: 1.5)) == #"{"value":1.5}"#)
    let decoder = JSONDecoder()
    #expect(
      try decoder.decode(Holder.self, from: Data(#"{"value":null}"#.utf8)) == Holder(value: nil))
    #expect(throws: DecodingError.self) {
      try decoder.decode(Holder.self, from: Data("{}".utf8))
    }
  }

  @Test("An interval is a pair of numbers")
  func interval() throws {
    #expect(try json(Interval(low: 0.5, high: 2)) == "[0.5,2]")
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Interval.self, from: Data("[1]".utf8))
    }
  }

  @Test("A report names its schema, and its keys are those of the schema")
  func report() throws {
    let report = CompareReport(
      tandemVersion: TandemVersion.current,
      machine: MachineSummary(
        cpusOnline: 2, cpusAllowed: 2, cpuQuota: nil, effectiveCPUs: 2, kernel: "6.1"),
      work: WorkSummary(
        name: "squares", kind: .squares, items: 1, iterations: 1, workTimeSeconds: nil),
      seed: 7, runs: [], differences: [], findings: [],
      verdict: Verdict(choice: .undecided, model: nil, workers: nil, reason: "nothing ran"),
      omitted: [])
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(try json(report).utf8)) as? [String: Any])
    #expect(object["schema"] as? String == "tandem.compare/1")
    #expect(
      object.keys.sorted() == [
        "code", "crossing", "differences", "ending", "findings", "machine", "omitted", "runs",
        "schema", "seed", "sweep", "tandem_version", "verdict", "work",
      ])
    let machine = try #require(object["machine"] as? [String: Any])
    #expect(machine["cpu_quota"] is NSNull)
  }

  @Test("The time blocked whose cause is known is the sum of the causes")
  func blockedTimes() {
    #expect(BlockedTimes().knownNS == 0)
    #expect(BlockedTimes(gilNS: 3, ioNS: 4, childNS: 5).knownNS == 12)
  }
}
