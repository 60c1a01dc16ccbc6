import Foundation
import KnownTruthList
import TandemModel

/// Runs programs of known behaviour under `tandem explain`, and prints what must be said of each beside
/// what was, and how true that was altogether.
///
/// Build `tandem` and `KnownTruths` before. Exits with 1 when something false was said or a figure was off.
@main
enum KnownTruthTable {
  static func main() throws {
    guard let request = Request(Array(CommandLine.arguments.dropFirst())) else {
      FileHandle.standardError.write(Data((Request.usage + "\n").utf8))
      exit(64)
    }
    var runner = try KnownRunner()
    if let tandem = request.tandem { runner.tandem = URL(filePath: tandem) }
    var measure = KnownMeasure()
    var left: [String] = []
    if request.hasFigures {
      print("| program | switches | figure | expected | observed | |")
      print("| --- | --- | --- | --- | --- | --- |")
    } else {
      print("| program | switches | runs | named | silent | false | said |")
      print("| --- | --- | --- | --- | --- | --- | --- |")
    }
    for truth in request.truths {
      for mode in request.modes {
        if mode == .sampled, let why = truth.whyNotSampled {
          // A sweep isn't about how switches are seen.
          if truth.question == .explain { left.append("\(truth.name), sampled: \(why)") }
          continue
        }
        do {
          var judged: [KnownMeasure.Judged] = []
          for _ in 0..<request.runs {
            let run = try observed(truth, mode, by: runner, request)
            judged.append(KnownMeasure.Judged(truth, mode, run))
            if request.hasFigures { printFigures(truth.check(run, mode), truth, mode) }
          }
          for one in judged { measure.add(one) }
          if !request.hasFigures { printRow(judged) }
        } catch let failure as KnownRun.Failure {
          let why = failure.description.split(separator: "\n").joined(separator: " ").prefix(300)
          left.append("\(truth.name), \(mode.rawValue): \(why)")
          if !failure.isMissing { measure.countFailure() }
        }
        fflush(nil)
      }
    }
    printSummary(measure, left)
    if let file = request.file { try write(measure, to: file) }
    if measure.falseRuns + measure.figuresOff + measure.failures > 0 { exit(1) }
  }

  private static func observed(
    _ truth: KnownTruth, _ mode: KnownMode, by runner: KnownRunner, _ request: Request
  ) throws -> KnownRun {
    let load = request.isBusy ? try Load(runner.products) : nil
    defer { load?.end() }
    return try runner.run(truth, mode)
  }

  // MARK: Printing

  private static func printFigures(_ rows: [KnownRow], _ truth: KnownTruth, _ mode: KnownMode) {
    for (index, row) in rows.enumerated() {
      print(
        "| \(index == 0 ? truth.name : "") | \(index == 0 ? mode.rawValue : "")",
        "| \(row.what) | \(row.expected) | \(row.observed) | \(row.isRight ? "ok" : "**off**") |")
    }
  }

  private static func printRow(_ runs: [KnownMeasure.Judged]) {
    guard let first = runs.first else { return }
    func count(_ isCounted: (KnownMeasure.Judged) -> Bool) -> String {
      let number = runs.count(where: isCounted)
      return number == 0 ? "" : "\(number)"
    }
    let said = Dictionary(grouping: runs) { $0.verdict.rules.sorted().joined(separator: ", ") }
      .map { "\($0.key.isEmpty ? "nothing" : $0.key) (\($0.value.count))" }.sorted()
    print(
      "| \(first.truth.name) | \(first.mode.rawValue) | \(runs.count)",
      "| \(count { $0.verdict.outcome == .named }) | \(count { $0.verdict.outcome == .silent })",
      "| \(count { !$0.verdict.falsehoods.isEmpty }) | \(said.joined(separator: "; ")) |")
  }

  private static func printSummary(_ measure: KnownMeasure, _ left: [String]) {
    print("")
    let parts = [
      ("on a machine that others left alone", measure.only(busy: false)),
      ("on a busy machine", measure.only(busy: true)),
    ]
    for (name, part) in parts where !part.runs.isEmpty {
      print("\(part.runs.count) runs \(name):\n")
      for line in part.table { print(line) }
      print("")
    }
    print("\(measure.figuresOff) figures off, \(measure.failures) programs failed")
    printList(
      "False",
      measure.runs.flatMap { run in
        run.verdict.falsehoods.map { "\(name(of: run)): \($0)" }
      })
    printList(
      "Figures off",
      measure.runs.flatMap { run in
        run.figuresOff.map { "\(name(of: run)): \($0)" }
      })
    printList("Not run", left)
  }

  private static func name(of run: KnownMeasure.Judged) -> String {
    "\(run.truth.name), \(run.mode.rawValue)\(run.isBusy ? ", busy" : "")"
  }

  /// Each line once, with how often it was there.
  private static func printList(_ title: String, _ lines: [String]) {
    if lines.isEmpty { return }
    print("\n\(title):\n")
    var seen: [String: Int] = [:]
    for line in lines { seen[line, default: 0] += 1 }
    var printed: Set<String> = []
    for line in lines where printed.insert(line).inserted {
      print("- \(line)\((seen[line] ?? 1) > 1 ? " (\(seen[line] ?? 1) times)" : "")")
    }
  }

  // MARK: JSON

  /// What was said of one run.
  private struct Row: Encodable {
    var program, mode: String
    var rules, falsehoods, figuresOff: [String]
    var outcome: String
    var isBusy: Bool

    enum CodingKeys: String, CodingKey {
      case program, mode, rules, falsehoods, outcome
      case figuresOff = "figures_off"
      case isBusy = "is_busy"
    }
  }

  private static func write(_ measure: KnownMeasure, to file: String) throws {
    let rows = measure.runs.map { run in
      Row(
        program: run.truth.name, mode: run.mode.rawValue, rules: run.verdict.rules.sorted(),
        falsehoods: run.verdict.falsehoods, figuresOff: run.figuresOff,
        outcome: run.verdict.outcome.rawValue, isBusy: run.isBusy)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try encoder.encode(rows).write(to: URL(filePath: file))
  }
}
