import Foundation
import TandemLab
import TandemReport

/// Compares and explains as a user of the library does, and fails unless the reports are right.
@main struct External {
  static func main() async throws {
    try await compares()
    try await explainsACommand()
    try await explainsARunningProgram()
    try await explainsADifference()
    try await isRefused()
  }

  static func compares() async throws {
    var options = CompareOptions()
    options.runs = 1
    options.models = [.serial, .swiftThreads, .swiftProcesses]
    let report = try await compare("squares", workers: 2, options: options) { (seed: Int) in
      (seed..<seed + 100_000).reduce(0) { $0 &+ $1 &* $1 }
    }
    check("models", report.runs.map(\.model) == [.serial, .swiftThreads, .swiftProcesses])
    check("runs", report.runs.allSatisfy { $0.error == nil && $0.n == 1 })
    check(
      "the verdict", report.terminalText(details: true).contains(report.verdict.reason.prefix(20)))
  }

  static func explainsACommand() async throws {
    var options = ExplainOptions()
    options.standardOutput = .null
    let report = try await explain(
      ["/bin/sh", "-c", "echo hidden; sleep 0.1; exit 3"], options: options)
    check("the exit code", report.exit == .code(3))
    check("the wall time", report.wallSeconds >= 0.1)
    check("a finding", !report.findings.isEmpty)
    let text = report.terminalText() + report.terminalText(details: true)
    check("the text", text.contains("concurrency") && text.contains("sleep 0.1"))
    check("a timeline", report.timeline?.rows.isEmpty == false)
    print(text)
  }

  static func explainsARunningProgram() async throws {
    let own = ProcessInfo.processInfo.processIdentifier
    let report = try await explain(pid: own, for: .milliseconds(50))
    check("this program still runs", report.exit == nil && report.wallSeconds >= 0.05)
    let isWatching = report.workers.contains { $0.name.hasPrefix("tandem-explain") }
    check("this program's own threads", isWatching)
  }

  static func explainsADifference() async throws {
    let difference = try await explainDifference(["true"], ["sleep", "0.2"])
    check("the difference", difference.differenceSeconds > 0)
    check("the sentence", difference.sentence.contains("from sleeping."))
    print(difference.terminalText())
  }

  static func isRefused() async throws {
    do {
      _ = try await explain(["no-such-command-anywhere"])
      check("an error", false)
    } catch let error as ExplainError {
      check("the error's code", error.code == .notFound)
    }
  }

  static func check(_ what: String, _ isRight: Bool) {
    if isRight { return }
    FileHandle.standardError.write(Data("FAILED: \(what)\n".utf8))
    exit(1)
  }
}
