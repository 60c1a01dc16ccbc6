import TandemModel
import Testing

@testable import TandemReport

@Suite("Tables for programs")
struct CSVTableTests {
  /// Reads comma-separated values as RFC 4180 has them; nil where they aren't of that form.
  private static func records(_ text: String) -> [[String]]? {
    var (records, record, field): ([[String]], [String], String) = ([], [], "")
    // A carriage return and a line feed are one character of Swift's.
    var rest = Array(text.unicodeScalars)[...]
    while let scalar = rest.popFirst() {
      if scalar == "\"" {
        guard field.isEmpty else { return nil }
        while true {
          guard let next = rest.popFirst() else { return nil }
          if next != "\"" {
            field.unicodeScalars.append(next)
          } else if rest.first == "\"" {
            field.unicodeScalars.append(rest.removeFirst())
          } else {
            break
          }
        }
        guard rest.first == "," || rest.first == "\r" else { return nil }
      } else if scalar == "," {
        record.append(field)
        field = ""
      } else if scalar == "\r" {
        guard rest.popFirst() == "\n" else { return nil }
        records.append(record + [field])
        (record, field) = ([], "")
      } else {
        guard scalar != "\n" else { return nil }
        field.unicodeScalars.append(scalar)
      }
    }
    return record.isEmpty && field.isEmpty ? records : nil
  }

  @Test func aHeaderAndARecordARow() {
    let table = CSVTable(
      header: ["name", "wall_s", "n", "observed"],
      rows: [
        [.text("a"), .number(0.25), .count(3), .flag(true)],
        [.text(nil), .number(nil), .count(nil), .flag(false)],
        [.text("a, \"b\""), .number(1e-9), .count(-3), .flag(false)],
        [.text("-5"), .number(-5), .count(0), .flag(true)],
        [.text("c"), .number(.infinity), .count(1), .flag(true)],
      ])
    #expect(
      table.text == #"""
        name,wall_s,n,observed\#r
        a,0.25,3,true\#r
        ,,,false\#r
        "a, ""b""",1e-09,-3,false\#r
        "'-5",-5,0,true\#r
        c,,1,true\#r

        """#)
  }

  @Test(arguments: HostileNames.all)
  func noNameIsAFormulaOrARecord(name: String) throws {
    let table = CSVTable(
      header: ["a", "b"], rows: [[.text(name), .count(1)], [.text("x"), .count(2)]])
    let records = try #require(Self.records(table.text))
    #expect(records.count == 3 && records.allSatisfy { $0.count == 2 })
    #expect(records[2] == ["x", "2"])
    let field = records[1][0]
    let first = field.first { !$0.isWhitespace }
    #expect(first.map { !"=+-@＝＋－＠".contains($0) } ?? true, "\(field)")
    #expect(
      field.unicodeScalars.allSatisfy {
        $0 == "\u{200D}"
          || ![.control, .format, .lineSeparator].contains($0.properties.generalCategory)
      })
  }

  // MARK: Reports

  private static let reports: [(String, any TerminalReport)] = ShortSamples.all

  @Test(arguments: ShortSamples.all.map(\.name))
  func everyReportIsOneTable(name: String) throws {
    let report = try #require(ShortSamples.named(name) as? any ExportedReport)
    let records = try #require(Self.records(report.csv.text))
    let header = try #require(records.first)
    #expect(Set(header).count == header.count)
    #expect(records.allSatisfy { $0.count == header.count })
    switch report {
    case let report as CompareReport where report.sweep == nil:
      #expect(records.count == 1 + report.runs.reduce(0) { $0 + $1.wallSeconds.count })
    case let report as ExplainReport: #expect(records.count == 1 + report.workers.count)
    case let report as ExplainDifference:
      #expect(records.count == 1 + report.firstRuns.count + report.secondRuns.count)
    case let report as ExplainSweep:
      #expect(records.count == 1 + report.points.reduce(0) { $0 + $1.runs.count })
    default: #expect(records.count > 1)
    }
  }

  @Test(arguments: ["python", "gil-bound", "versus", "sweep-workers", "swept"])
  func readsAsItDid(name: String) throws {
    let report = try #require(ShortSamples.named(name) as? any ExportedReport)
    try Snapshot.expect(report.csv.text, named: "table-\(name)", extension: "csv")
  }
}
