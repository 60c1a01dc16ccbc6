import Foundation
import TandemModel
import Testing

@testable import TandemReport

@Suite struct JSONReportTests {
  @Test(arguments: ["full", "minimal", "every-null", "lesson"])
  func comesBackAsItWas(name: String) throws {
    let report = try #require(MadeUp.reports[name])
    #expect(try JSONReport.decode(JSONReport.encode(report), as: CompareReport.self) == report)
  }

  @Test func textIsSortedIndentedAndEndsInALineFeed() throws {
    let text = String(decoding: try JSONReport.encode(MadeUp.everyNull), as: UTF8.self)
    #expect(text.hasPrefix("{\n  \"code\" : null"))
    #expect(text.hasSuffix("\n}\n"))
    #expect(text.contains("\"ratio_ci95\" : null"))
    #expect(text.contains("/usr/bin/pypy3"), "slashes need no escaping")
    let again = String(decoding: try JSONReport.encode(MadeUp.everyNull), as: UTF8.self)
    #expect(text == again)
  }

  @Test func textIsAsExpected() throws {
    let text = String(decoding: try JSONReport.encode(MadeUp.full), as: UTF8.self)
    try Snapshot.expect(text, named: "full", extension: "json")
  }

  @Test func theSmallestAndLargestNumbersComeBack() throws {
    var report = MadeUp.full
    report.seed = .max
    report.runs[0].medianSeconds = .leastNonzeroMagnitude
    report.runs[0].cpuSeconds = .greatestFiniteMagnitude
    #expect(try JSONReport.decode(JSONReport.encode(report), as: CompareReport.self) == report)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func aNumberThatIsNotFiniteIsRefused(value: Double) {
    let places: [WritableKeyPath<CompareReport, Double>] = [
      \.differences[0].ratio, \.differences[0].parts[0].seconds, \.runs[0].wallSeconds[0],
    ]
    for place in places {
      var report = MadeUp.full
      report[keyPath: place] = value
      #expect(throws: EncodingError.self) { try JSONReport.encode(report) }
    }
    var report = MadeUp.full
    report.runs[0].medianSeconds = value
    #expect(throws: EncodingError.self) { try JSONReport.encode(report) }
    report = MadeUp.full
    report.findings[0].evidence["wall_s"] = value
    #expect(throws: EncodingError.self) { try JSONReport.encode(report) }
  }

  @Test func anotherSchemaIsNamed() {
    let other = Data(#"{"schema": "tandem.compare/2"}"#.utf8)
    #expect(throws: JSONReport.WrongSchema(found: "tandem.compare/2", wanted: "tandem.compare/1")) {
      try JSONReport.decode(other, as: CompareReport.self)
    }
    #expect(throws: JSONReport.WrongSchema(found: nil, wanted: "tandem.compare/1")) {
      try JSONReport.decode(Data("{}".utf8), as: CompareReport.self)
    }
    #expect(throws: DecodingError.self) {
      try JSONReport.decode(Data("[1, 2".utf8), as: CompareReport.self)
    }
    #expect(throws: DecodingError.self) {
      try JSONReport.decode(Data(#"{"schema": "tandem.compare/1"}"#.utf8), as: CompareReport.self)
    }
  }
}
