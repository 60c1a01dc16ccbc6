import Foundation
import TandemLab
import TandemModel
import TandemTestSupport
import Testing

@testable import TandemReport

/// Holds the encoder of `tandem.explain/1`, its schema file and the page about it to each other.
@Suite struct ExplainJSONTests {
  private static func file(_ name: String) throws -> Data {
    try Repository.file("Documentation/\(name)")
  }

  private static func schema() throws -> SchemaValidator {
    try SchemaValidator(schema: file("explain-1.schema.json"))
  }

  private static let difference = ExplainDifference(
    first: MadeUpExplanations.gilBound.report, second: MadeUpExplanations.pool.report)

  private static func validator(_ name: String) throws -> SchemaValidator {
    try SchemaValidator(
      schema: file(name),
      others: [
        "explain-1.schema.json": file("explain-1.schema.json"),
        "explain-vs-1.schema.json": file("explain-vs-1.schema.json"),
      ])
  }

  // MARK: The text

  @Test(arguments: MadeUpExplanations.all.map(\.name))
  func comesBackAsItWasAndIsValid(name: String) throws {
    let report = try #require(MadeUpExplanations.named(name)).report
    let data = try JSONReport.encode(report)
    #expect(try JSONReport.decode(data, as: ExplainReport.self) == report)
    #expect(try Self.schema().problems(of: data) == [])
  }

  @Test func theCostOfObservingComesBackAsItWasAndIsValid() throws {
    var report = MadeUpExplanations.gilBound.report
    report.observer.starts = StartsCost(
      started: 5_000, perSecond: 4_625, cpuSecondsPerStart: 13.6e-6, cpuSeconds: 0.068, share: 0.063
    )
    report.observer.cost = CostRuns(
      pairsAsked: 7, plainWallSeconds: [1, 2], observedWallSeconds: [1.5, 2], wallRatio: 1.2,
      wallRatioCI95: Interval(low: 1, high: 1.5), plainCPUSeconds: 1, observedCPUSeconds: 2,
      switchesPerSecond: 100, reason: "It was interrupted.")
    let data = try JSONReport.encode(report)
    #expect(try JSONReport.decode(data, as: ExplainReport.self) == report)
    #expect(try Self.schema().problems(of: data) == [])
    let edited = String(decoding: data, as: UTF8.self)
      .replacing(#""wall_ratio" : 1.2"#, with: #""wall_ratio" : -1"#)
    #expect(try !Self.schema().problems(of: Data(edited.utf8)).isEmpty)
  }

  @Test func textIsAsExpected() throws {
    let report = MadeUpExplanations.notMeasured.report
    let text = String(decoding: try JSONReport.encode(report), as: UTF8.self)
    try Snapshot.expect(text, named: "explain-not-measured", extension: "json")
  }

  @Test func aDifferenceComesBackAsItWasAndIsValid() throws {
    let data = try JSONReport.encode(Self.difference)
    #expect(try JSONReport.decode(data, as: ExplainDifference.self) == Self.difference)
    let validator = try Self.validator("explain-vs-1.schema.json")
    #expect(try validator.problems(of: data) == [])
    let repeated = try JSONReport.encode(MadeUpComparisons.difference)
    #expect(
      try JSONReport.decode(repeated, as: ExplainDifference.self) == MadeUpComparisons.difference)
    #expect(try validator.problems(of: repeated) == [])
    let text = String(decoding: data, as: UTF8.self)
    let edited = text.replacing(#""max_at_once" :"#, with: #""max_at_twice" :"#)
    #expect(
      try validator.problems(of: Data(edited.utf8)).contains("$.first: 'max_at_once' is missing"))
  }

  @Test(arguments: MadeUpComparisons.sweeps.map(\.name))
  func aSweepComesBackAsItWasAndIsValid(name: String) throws {
    let sweep = try #require(MadeUpComparisons.sweeps.first { $0.name == name }).sweep
    let data = try JSONReport.encode(sweep)
    #expect(try JSONReport.decode(data, as: ExplainSweep.self) == sweep)
    let validator = try Self.validator("explain-sweep-1.schema.json")
    #expect(try validator.problems(of: data) == [])
    let text = String(decoding: data, as: UTF8.self)
    for (original, edited, problem) in [
      (#""variable" :"#, #""variables" :"#, "$: 'variable' is missing"),
      (#""user_s" :"#, #""user" :"#, "runs: 'user_s' is missing"),
      (#""effective_cpus" :"#, #""cpus" :"#, "machine: 'effective_cpus' is missing"),
    ] {
      let problems = try validator.problems(
        of: Data(text.replacing(original, with: edited).utf8))
      #expect(problems.contains { $0.contains(problem) }, "found \(problems.prefix(3))")
    }
  }

  /// Set `TANDEM_EXPLAIN_JSON` to a file that `tandem explain --json` wrote, and it is checked too.
  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["TANDEM_EXPLAIN_JSON"] != nil,
      "TANDEM_EXPLAIN_JSON isn't set"))
  func aRealFileIsValid() throws {
    let path = try #require(ProcessInfo.processInfo.environment["TANDEM_EXPLAIN_JSON"])
    let data = try Data(contentsOf: URL(filePath: path))
    #expect(try Self.schema().problems(of: data) == [])
    let report = try JSONReport.decode(data, as: ExplainReport.self)
    #expect(try JSONReport.encode(report) == data, "\(path) isn't what the encoder writes")
    let sum = report.wallShares.reduce(0) { $0 + $1.seconds }
    #expect(abs(sum - report.wallSeconds) <= 1e-6 * report.wallSeconds, "wall shares don't add up")
    if report.sources.switches == .exact {
      for worker in report.workers {
        let parts = WorkerState.observed.reduce(0) { $0 + worker[$1] }
        #expect(abs(parts - worker.lifeSeconds) <= 1e-6, "\(worker.tid): states don't add up")
      }
    }
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func aNumberThatIsNotFiniteIsRefused(value: Double) {
    let places: [WritableKeyPath<ExplainReport, Double>] = [
      \.wallSeconds, \.concurrency, \.totals[.onCPU], \.workers[0].totals[.io],
      \.lostCPU.noWorkerSeconds,
      \.observer.share, \.wallShares[0].seconds, \.gil[0].holders[0].share,
    ]
    for place in places {
      var report = MadeUpExplanations.gilBound.report
      report[keyPath: place] = value
      #expect(throws: EncodingError.self) { try JSONReport.encode(report) }
    }
  }

  @Test func anotherSchemaIsNamed() throws {
    let other = try JSONReport.encode(MadeUp.minimal)
    #expect(
      throws: JSONReport.WrongSchema(found: "tandem.compare/1", wanted: "tandem.explain/1")
    ) {
      try JSONReport.decode(other, as: ExplainReport.self)
    }
    #expect(
      throws: JSONReport.WrongSchema(found: "tandem.compare/1", wanted: "tandem.explain-vs/1")
    ) {
      try JSONReport.decode(other, as: ExplainDifference.self)
    }
  }

  // MARK: The schema

  /// Each edit of a valid text makes it invalid, so that the checks above can fail.
  @Test(arguments: [
    (#""schema" : "tandem.explain/1""#, #""schema" : "tandem.explain/2""#, "is not the constant"),
    (
      #""max_at_once" : "#, #""max_at_once" : -"#,
      "$.max_at_once: number(-1.0) is below the minimum"
    ),
    (#""gil_s" : null"#, #""gil_s" : "0""#, "is not of type number or null"),
    (#""kind" : "main""#, #""kind" : "fibre""#, #"kind: string("fibre") is not in the list"#),
    (#""state" : "not_measured""#, #""state" : "unknown""#, "is not in the list"),
    (#""switches" : "exact""#, #""switches" : "guessed""#, "is not in the list"),
    (#""code" : 1"#, #""code" : "1""#, "$.exit.code"),
    (#""code" : 1,"#, #""reason" : 1,"#, "'reason' is not in the schema"),
    (#""wall_s" : "#, #""wall" : "#, "$: 'wall_s' is missing"),
    (#""samples" : 1204,"#, "", "$.sources: 'samples' is missing"),
    (#""state" : "runnable""#, #""state" : "ready""#, "is not in the list"),
  ])
  func whatIsWrongIsFound(original: String, edited: String, problem: String) throws {
    var report = MadeUpExplanations.notMeasured.report
    report.wallShares.append(StateShare(state: .runnable, seconds: 0))
    let text = String(decoding: try JSONReport.encode(report), as: UTF8.self)
    let range = try #require(text.range(of: original), "the made-up report changed")
    let problems = try Self.schema().problems(
      of: Data(text.replacingCharacters(in: range, with: edited).utf8))
    #expect(problems.contains { $0.contains(problem) }, "found \(problems)")
  }

  @Test func closedListsAreThoseOfTheCode() throws {
    let root = try JSONDecoder().decode(JSONValue.self, from: Self.file("explain-1.schema.json"))
    let definitions = try #require(root.object?["$defs"]?.object)
    func list(_ value: JSONValue?) -> [String] {
      (value?.object?["enum"]?.array ?? []).compactMap(\.string)
    }
    func list(_ definition: String, _ property: String) -> [String] {
      list(definitions[definition]?.object?["properties"]?.object?[property])
    }
    #expect(list(definitions["state"]) == WorkerState.observed.map(\.rawValue))
    #expect(list("worker", "kind") == ObservedWorker.Kind.allCases.map(\.rawValue))
    #expect(list("worker", "role") == WorkerRole.allCases.map(\.rawValue))
    #expect(list("runtime", "name") == ObservedRuntime.Name.allCases.map(\.rawValue))
    #expect(list("gil", "state") == ObservedGIL.State.allCases.map(\.rawValue))
    #expect(
      list("sources", "switches") == ObservationSources.Switches.allCases.map(\.rawValue))
  }

  @Test func closedListsOfComparisonsAreThoseOfTheCode() throws {
    let root = try JSONDecoder().decode(JSONValue.self, from: Self.file("explain-vs-1.schema.json"))
    let comparison = root.object?["$defs"]?.object?["comparison"]?.object?["properties"]?.object
    func list(_ name: String) -> [String] {
      (comparison?[name]?.object?["enum"]?.array ?? []).compactMap(\.string)
    }
    #expect(list("figure") == RunFigure.allCases.map(\.rawValue))
    #expect(list("shown") == RunComparison.Shown.allCases.map(\.rawValue))
  }

  /// Every key and every member of a closed list has a place on the page about the schemas.
  @Test(arguments: [
    ("explain-1.schema.json", 90), ("explain-vs-1.schema.json", 40),
    ("explain-sweep-1.schema.json", 15),
  ])
  func everyKeyIsDocumented(name: String, least: Int) throws {
    let page = String(decoding: try Self.file("explain-1.md"), as: UTF8.self)
    func words(_ value: JSONValue) -> Set<String> {
      var found = Set((value.object?["enum"]?.array ?? []).compactMap(\.string))
      found.formUnion((value.object?["properties"]?.object ?? [:]).keys)
      for child in value.object.map({ Array($0.values) }) ?? value.array ?? [] {
        found.formUnion(words(child))
      }
      return found
    }
    let all = words(try JSONDecoder().decode(JSONValue.self, from: Self.file(name)))
    #expect(all.count >= least)
    let missing = all.filter {
      !page.contains("`\($0)`") && !page.contains(".\($0)`") && !page.contains("`\($0)[]")
        && !page.contains("`\($0).")
    }
    #expect(missing.sorted() == [])
  }

  /// Every number says in the schema what it is.
  @Test(arguments: [
    "explain-1.schema.json", "explain-vs-1.schema.json", "explain-sweep-1.schema.json",
  ])
  func everyNumberIsDescribed(name: String) throws {
    var silent: [String] = []
    func look(_ value: JSONValue, _ path: String) {
      for (key, property) in value.object?["properties"]?.object ?? [:] {
        let types = property.object?["type"]
        let names = types?.array?.compactMap(\.string) ?? [types?.string].compactMap(\.self)
        let isNumber = names.contains("number") || names.contains("integer")
        if isNumber, property.object?["description"] == nil { silent.append("\(path).\(key)") }
      }
      for (key, child) in value.object ?? [:] { look(child, "\(path).\(key)") }
      for child in value.array ?? [] { look(child, path) }
    }
    look(try JSONDecoder().decode(JSONValue.self, from: Self.file(name)), "")
    #expect(silent.sorted() == [])
  }
}
