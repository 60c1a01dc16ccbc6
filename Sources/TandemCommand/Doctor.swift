import ArgumentParser
import Glibc
import TandemLab
import TandemModel
import TandemObserve
import TandemReport

/// `tandem doctor`: what this machine lets Tandem see and do.
struct Doctor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what this machine lets Tandem measure, and how to enable the rest.",
    discussion: """
      Each thing that Tandem needs is tried once: CPUs and quotas, perf events, files under /proc, \
      reading another process's memory, limits, and every Python that is found. Nothing is changed.
      """)

  @Option(
    help: ArgumentHelp(
      "Write the report as JSON (schema tandem.doctor/1) to a file, or to standard output for '-'.",
      valueName: "file"))
  var json: String?

  func run() async throws {
    let destination = try json.map { try ReportDestination($0) }
    let report = Self.report(interpreters: await Self.interpreters())
    if let destination {
      try destination.write(Array(JSONReport.encode(report)))
      if destination.isStandardOutput { return }
    }
    let output = StandardStream.output
    try output.write(report.terminalText(output.textOptions(details: true)))
  }

  /// Every Python that is found on the path and under `~/.pyenv`, described by itself.
  ///
  /// - Returns: those that answered, whatever their version; nil when no program can be started here.
  private static func interpreters() async -> [InterpreterSummary]? {
    func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    guard let runner = try? PythonModel(launcher: SupervisedLauncher()) else { return nil }
    let candidates =
      PythonSearch.onPath(variable("PATH"))
      + (variable("HOME").map { PythonSearch.inPyenv(home: $0) } ?? [])
    guard let entries = try? await runner.entries(for: candidates) else { return nil }
    return entries.compactMap { $0.interpreter?.summary }
  }

  /// Looks at the machine.
  ///
  /// - Parameter interpreters: the Pythons that were found; nil when none were looked for.
  /// - Returns: the report.
  static func report(interpreters: [InterpreterSummary]?) -> DoctorReport {
    DoctorChecks(.probe(), interpreters: interpreters)
      .report(tandemVersion: TandemVersion.current)
  }
}
