import TandemModel
import TandemSystem
import TandemTestSupport
import Testing

@testable import TandemLab
@testable import TandemObserve

/// Compares what the pages about the JSON schemas state with the constants in the code.
///
/// The other tests of the schemas compare the names of keys; these compare their meanings.
@Suite("Constants that a page states are those of the code") struct StatedMeaningsTests {
  /// A constant: the page, and the words in which the page must state its value.
  struct Statement: Sendable, CustomTestStringConvertible {
    var page: String
    var words: String

    init(_ page: String, _ words: String) {
      self.page = "Documentation/" + page
      self.words = words
    }

    var testDescription: String { words }
  }

  /// A share in words, as pages write it; a value without words here is found on no page.
  private static func share(_ value: Double) -> String {
    let words = [0.02: "a fiftieth", 0.2: "a fifth", 0.5: "half", 0.05: "five per cent"]
    return words[value] ?? "\(value), for which this test has no words"
  }

  private static func count(_ value: Int) -> String {
    let words = [2: "two", 3: "three", 4: "four", 5: "five", 6: "six"]
    return words[value] ?? "\(value), for which this test has no words"
  }

  private static func number(_ value: Double) -> String {
    let rounded = (value * 1e6).rounded() / 1e6
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
  }

  private static let statements: [Statement] = [
    Statement(
      "explain-1.md",
      "for at least \(share(ProgramSweep.maxAtOnceShare)) of the time in which any was"),
    Statement(
      "explain-1.schema.json",
      "for at least \(share(ProgramSweep.maxAtOnceShare)) of the time in which any worker was"),
    Statement(
      "explain-1.md",
      "fewer than \(StartProbe.leastStarts) starts, or fewer than \(number(StartProbe.leastPerSecond)) a second"
    ),
    Statement("explain-1.md", "at an age of \(MemorySampler.firstAgeNS / 1_000_000) ms"),
    Statement("explain-1.md", "for at most \(StackSampler.most) threads of a process at a time"),
    Statement(
      "explain-1.md", "and at most \(number(SamplingBudget.shareOfStacks * 100)) % of a CPU"),
    Statement("explain-1.md", "or is larger than \(ProcStackScan.mostBytes >> 20) MiB"),
    Statement(
      "compare-1.md", "they differ by at most \(number(ReportChecks.share * 100)) %"),
    Statement(
      "compare-1.md",
      """
      or by less than \(number(ReportChecks.seconds * 1e3)) ms plus \
      \(number(ReportChecks.secondsPerWorker * 1e6)) µs a worker, or \
      \(count(Int(ReportChecks.switchesPerWorker))) switches a worker
      """),
    Statement("compare-1.md", "within \(number(ObservedRuns.tolerance * 100)) % of 1"),
    Statement("compare-1.md", "up to \(count(WatchBudget.most)) times more"),
    Statement("compare-1.md", "in at most \(share(WatchBudget.share)) of the time budget"),
    Statement(
      "compare-1.md",
      "outer fences (\(number(OuterFences.ranges)) interquartile ranges beyond the quartiles)"),
    Statement("compare-1.md", "`null` below \(count(Bootstrap.leastCount)) runs"),
    Statement("compare-1.md", "`null` below \(count(Bootstrap.leastCount)) blocks"),
    Statement(
      "compare-1.md",
      "neither is faster by more than \(share(((PairedRatio.margin - 1) * 100).rounded() / 100))"),
    Statement(
      "compare-1.md",
      "within \(share(((PairedRatio.margin - 1) * 100).rounded() / 100)) of the least measured median"
    ),
    Statement(
      "compare-1.md", "from the timed one by more than \(share(Difference.mostResidual)) of it"),
    Statement("compare-1.md", "over \(ScalingFit.resamples) resamples of the runs"),
    Statement("compare-1.md", "fewer than \(count(ScalingFit.leastPoints)) usable points"),
    Statement(
      "compare-1.md",
      "(the Universal Scalability Law; \(count(ScalingFit.leastPointsForUSL)) points and more)"),
    Statement("compare-1.md", "`null` below \(count(ScalingFit.trustedPointsForUSL)) points"),
    Statement(
      "explain-1.md",
      """
      as many as fit into \(number(Explainer.secondsOfRuns)) seconds, at most \
      \(RepeatedMeasurement.Limit.sufficient)
      """),
    Statement("explain-1.md", "`null`: fewer than \(count(Bootstrap.leastCount)) pairs"),
    Statement(
      "explain-1.md",
      "by more than \(share(((PairedRatio.margin - 1) * 100).rounded() / 100))"),
    Statement("doctor-1.md", "the smallest counts | `partly` below \(DoctorChecks.fewProcesses) |"),
    Statement("doctor-1.md", "`RLIMIT_NOFILE` | `partly` below \(DoctorChecks.fewDescriptors) |"),
    Statement("doctor-1.md", "`partly` below \(DoctorChecks.littleSharedMemory >> 20) MiB"),
  ]

  @Test("A page states the constant", arguments: statements)
  func isStated(statement: Statement) throws {
    let isStated = try Repository.text(statement.page).contains(statement.words)
    #expect(isStated, "\(statement.page) must say: \(statement.words)")
  }

  @Test(
    "The page about schemas says of each state whether it counts", arguments: WorkerState.observed)
  func statesCount(state: WorkerState) throws {
    let page = try Repository.text("Documentation/schemas.md")
    let row = try #require(
      page.split(separator: "\n").first { $0.hasPrefix("| `\(state.rawValue)` |") })
    func word(_ flag: Bool) -> String { flag ? "yes" : "no" }
    #expect(row.hasSuffix("| \(word(state.isInProgress)) | \(word(state.wantsCPU)) |"), "\(row)")
  }

  @Test("The page about schemas has a row for each state", arguments: WorkerState.allCases)
  func everyStateHasItsRow(state: WorkerState) throws {
    let page = try Repository.text("Documentation/schemas.md")
    #expect(page.contains("\n| `\(state.rawValue)` | "))
  }
}
