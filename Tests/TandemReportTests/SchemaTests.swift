import Foundation
import TandemModel
import TandemReport
import TandemTestSupport
import Testing

/// Holds the encoder, the schema file and the page about it to each other.
@Suite struct SchemaTests {
  private static let documentation = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Documentation")

  private static func schema() throws -> SchemaValidator {
    try SchemaValidator(
      schema: Data(contentsOf: documentation.appending(path: "compare-1.schema.json")))
  }

  @Test(arguments: ["full", "minimal", "every-null", "lesson"])
  func whatIsWrittenIsValid(name: String) throws {
    let report = try #require(MadeUp.reports[name])
    #expect(try Self.schema().problems(of: JSONReport.encode(report)) == [])
  }

  /// Set `TANDEM_COMPARE_JSON` to a file that `tandem compare --json` wrote, and it is checked too.
  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["TANDEM_COMPARE_JSON"] != nil,
      "TANDEM_COMPARE_JSON isn't set"))
  func aRealFileIsValid() throws {
    let path = try #require(ProcessInfo.processInfo.environment["TANDEM_COMPARE_JSON"])
    let data = try Data(contentsOf: URL(filePath: path))
    #expect(try Self.schema().problems(of: data) == [])
    let report = try JSONReport.decode(data, as: CompareReport.self)
    #expect(try JSONReport.encode(report) == data, "\(path) isn't what the encoder writes")
    for run in report.runs where run.n > 0 && !run.shares.isEmpty {
      let walls =
        run.sharesFrom == .observed ? run.observedRuns?.wallSeconds ?? [] : run.wallSeconds
      let mean = walls.reduce(0, +) / Double(walls.count)
      let sum = run.shares.reduce(0) { $0 + $1.seconds }
      #expect(abs(sum - mean) <= 1e-6 * mean, "\(run.model.rawValue): shares don't add up")
    }
    for difference in report.differences {
      let known = difference.parts.reduce(difference.residualSeconds) { $0 + $1.seconds }
      let size = difference.parts.reduce(abs(difference.wallDifferenceSeconds)) {
        $0 + abs($1.seconds)
      }
      #expect(abs(difference.wallDifferenceSeconds - known) <= 1e-6 * size, "parts don't add up")
    }
  }

  /// Each edit of a valid text makes it invalid, so that the check above can fail.
  @Test(arguments: [
    (#""seed" : 7316409218733"#, #""seed" : 0.5"#, "$.seed: number(0.5) is not of type integer"),
    (#""seed" : 7316409218733"#, #""seed" : true"#, "$.seed: bool(true) is not of type integer"),
    (#""seed" : 7316409218733"#, #""sead" : 1"#, "$: 'sead' is not in the schema"),
    (#""seed" : 7316409218733,"#, "", "$: 'seed' is missing"),
    (#""seed" : 7316409218733"#, #""seed" : -1"#, "$.seed: number(-1.0) is below the minimum"),
    (#""choice" : "serial""#, #""choice" : "maybe""#, #"$.verdict.choice: string("maybe") is not"#),
    (#""state" : "lock""#, #""state" : "luck""#, #"state: string("luck") is not in the list"#),
    (#""cpu_quota" : 1.5"#, #""cpu_quota" : "1""#, "is not of type number or null"),
    (#""schema" : "tandem.compare/1""#, #""schema" : "tandem.compare/2""#, "is not the constant"),
    (#""wall_s" : 0.0602"#, #""wall_s" : null"#, "evidence.wall_s: null is not of type number"),
    ("19.1,", "19.1, 19.2,", "ratio_ci95: 3 items, against maxItems"),
  ])
  func whatIsWrongIsFound(original: String, edited: String, problem: String) throws {
    let text = String(decoding: try JSONReport.encode(MadeUp.full), as: UTF8.self)
    let range = try #require(text.range(of: original), "the made-up report changed")
    let problems = try Self.schema().problems(
      of: Data(text.replacingCharacters(in: range, with: edited).utf8))
    #expect(problems.contains { $0.contains(problem) }, "found \(problems)")
  }

  @Test func anUnknownKeywordOfTheSchemaIsAProblem() throws {
    let validator = try SchemaValidator(schema: Data(#"{"pattern": "a"}"#.utf8))
    #expect(try validator.problems(of: Data("1".utf8)).count == 1)
  }

  @Test func closedListsAreThoseOfTheCode() throws {
    let data = try Data(
      contentsOf: Self.documentation.appending(path: "compare-1.schema.json"))
    let root = try JSONDecoder().decode(JSONValue.self, from: data)
    let definitions = try #require(root.object?["$defs"]?.object)
    func list(_ value: JSONValue?) -> [String] {
      (value?.object?["enum"]?.array ?? []).compactMap(\.string)
    }
    #expect(list(definitions["state"]) == WorkerState.allCases.map(\.rawValue))
    #expect(list(definitions["model"]) == ExecutionModel.allCases.map(\.rawValue))
    #expect(list(definitions["schedule"]) == TandemModel.Schedule.allCases.map(\.rawValue))
    let verdict = definitions["verdict"]?.object?["properties"]?.object
    #expect(list(verdict?["choice"]) == Verdict.Choice.allCases.map(\.rawValue))
    #expect(list(verdict?["model"]) == ExecutionModel.allCases.map(\.rawValue))
    let kinds = list(definitions["work"]?.object?["properties"]?.object?["kind"])
    #expect(kinds.count == 6)
    let series = definitions["sweep_series"]?.object?["properties"]?.object
    #expect(list(series?["baseline"]) == SweepSeries.Baseline.allCases.map(\.rawValue))
    let fit = definitions["scaling_fit"]?.object?["properties"]?.object
    #expect(list(fit?["law"]) == ScalingFit.Law.allCases.map(\.rawValue))
    #expect(list(definitions["time_source"]) == TimeSource.allCases.map(\.rawValue))
    let watched = definitions["observed_runs"]?.object?["properties"]?.object
    #expect(list(watched?["switches"]) == ObservedRuns.Switches.allCases.map(\.rawValue))
    let checks = watched?["checks"]?.object?["items"]?.object?["properties"]?.object
    #expect(list(checks?["figure"]) == ReportCheck.Figure.allCases.map(\.rawValue))
    #expect(kinds.allSatisfy { WorkSummary.Kind(rawValue: $0) != nil })
  }

  /// Every key and every member of a closed list has a place on the page about the schema.
  @Test func everyKeyIsDocumented() throws {
    let page = try String(
      contentsOf: Self.documentation.appending(path: "compare-1.md"), encoding: .utf8)
    let schema = try Data(
      contentsOf: Self.documentation.appending(path: "compare-1.schema.json"))
    func words(_ value: JSONValue) -> Set<String> {
      var found = Set((value.object?["enum"]?.array ?? []).compactMap(\.string))
      found.formUnion((value.object?["properties"]?.object ?? [:]).keys)
      for child in value.object.map({ Array($0.values) }) ?? value.array ?? [] {
        found.formUnion(words(child))
      }
      return found
    }
    let all = words(try JSONDecoder().decode(JSONValue.self, from: schema))
    #expect(all.count > 90)
    // `memory.how` and `shares[].seconds` are documented as paths.
    let missing = all.filter {
      !page.contains("`\($0)`") && !page.contains(".\($0)`") && !page.contains("`\($0)[]")
        && !page.contains("`\($0).")
    }
    #expect(missing.sorted() == [])
  }
}
