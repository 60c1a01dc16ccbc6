import ArgumentParser
import Glibc
import TandemLab
import TandemModel
import TandemObserve
import TandemReport
import TandemSystem

/// `tandem explain`: why any program's threads and processes took the time they took.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Watch any program and say what its threads and processes did, and waited for.",
    usage: """
      tandem explain [<options>] [--] <command> [<arguments> ...]
      tandem explain [<options>] --pid <pid> [--for <time>]
      """,
    discussion: """
      The command runs as it would without Tandem: its input, its output, its exit code and its \
      signals are its own. The report goes to standard error when it has ended, and Tandem ends \
      as the command did. Ctrl-C goes to the command; when it doesn't end for it, a third one ends \
      the watching and leaves it running.
      """)

  @OptionGroup(title: "The program")
  var target: ExplainTarget

  @OptionGroup(title: "The watching")
  var watching: ExplainWatching

  @OptionGroup(title: "The report")
  var output: ExplainOutput

  func validate() throws {
    try target.check()
  }

  func run() throws {
    let destination = try output.json.map { try JSONDestination($0) }
    let explainer = Explainer(watching: watching, machine: Machine.summary())
    if let other = target.other {
      try compare(target.command, other, with: explainer, destination)
      return
    }
    let explained = try target.explained(by: explainer)
    if let destination { try destination.write(Array(try JSONReport.encode(explained.report))) }
    try output.write(explained)
    if explained.wasLeft { throw ExitCode(128 + SIGINT) }
    try ProgramEnd.repeated(explained.report.exit)
  }

  /// Runs two commands, one after the other, and says what made one take longer.
  private func compare(
    _ command: [String], _ other: String, with explainer: Explainer,
    _ destination: JSONDestination?
  ) throws {
    let first = try explainer.run(command)
    let second = try explainer.run(["/bin/sh", "-c", other])
    let difference = ExplainDifference(first: first.report, second: second.report)
    if let destination { try destination.write(Array(try JSONReport.encode(difference))) }
    try output.write(first, second, difference)
    for report in [first.report, second.report] { try ProgramEnd.repeated(report.exit) }
  }
}

/// What is printed of a program that was watched.
struct Explained {
  /// The report.
  var report: ExplainReport
  /// What its workers did when.
  var timeline: ObservedTimeline
  /// Whether the program went on although the user asked for its end again and again.
  var wasLeft: Bool
}
