import Foundation
import KnownTruthList
import TandemModel

/// Runs every program of known behaviour under `tandem explain`, both ways of seeing switches, and
/// prints what must be said of it beside what was.
///
/// `swift run KnownTruthTable [exact|sampled] [NAME …]`; build `tandem` and `KnownTruths` before.
@main
enum KnownTruthTable {
  static func main() throws {
    var words = Array(CommandLine.arguments.dropFirst())
    var modes = KnownMode.allCases
    if let mode = words.first.flatMap({ KnownMode(rawValue: $0) }) {
      modes = [mode]
      words.removeFirst()
    }
    let truths = KnownTruths.all.filter { words.isEmpty || words.contains($0.name) }
    let runner = try KnownRunner()
    var wrong = 0
    print("| program | switches | figure | expected | observed | |")
    print("| --- | --- | --- | --- | --- | --- |")
    for truth in truths {
      for mode in modes {
        if mode == .sampled, let why = truth.whyNotSampled {
          print("| \(truth.name) | sampled | | not claimed: \(why) | | |")
          continue
        }
        let rows: [KnownRow]
        do {
          rows = truth.check(try runner.run(truth, mode), mode)
        } catch let failure as KnownRun.Failure {
          rows = [
            KnownRow(
              what: "it runs", expected: "yes", observed: failure.description, isRight: false)
          ]
        }
        for (index, row) in rows.enumerated() {
          if !row.isRight { wrong += 1 }
          print(
            "| \(index == 0 ? truth.name : "") | \(index == 0 ? mode.rawValue : "")",
            "| \(row.what) | \(row.expected) | \(row.observed) | \(row.isRight ? "ok" : "**off**") |"
          )
        }
        fflush(nil)
      }
    }
    FileHandle.standardError.write(
      Data("\(truths.count) programs, \(wrong) figures off\n".utf8))
    if wrong > 0 { exit(1) }
  }
}
