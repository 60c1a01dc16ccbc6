import ArgumentParser
import Glibc
import TandemLab
import TandemModel
import TandemSystem

/// `tandem explain`: why any program's threads and processes took the time they took.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Observe any program, and say what its threads and processes did and waited for.",
    usage: """
      tandem explain [<options>] [--] <command> [<arguments> ...]
      tandem explain [<options>] --pid <pid> [--for <time>]
      tandem explain [<options>] --vs <other command> [--] <command> [<arguments> ...]
      tandem explain [<options>] --sweep <name=values> [--] <command> [<arguments> ...]
      """,
    discussion: """
      Why is it slow, and why does it hang? Of a program that hangs, --pid says who waits for whom (locks, \
      pipes, children, threads), whether that can ever end, and what to do about it. Without --for, it \
      reports within three seconds when the program stands still, and the program goes on as it was.

      The command runs as it would without Tandem, with the same input, output, signals and exit code. \
      When it has ended, the report goes to standard error or to a file (--output), and Tandem ends as \
      the command did: with its exit code, or by its signal. When the command can't be run, Tandem's \
      own exit codes are 127 (no such command), 126 (not executable), 64 (invalid arguments), 66 (a \
      file can't be written) and 71 (the system refuses, such as --switches exact without the kernel's \
      records).

      Everything after the command's name belongs to the command: 'tandem explain --json report.json \
      make -j 4 --json' passes the second --json to make. Put -- before a name that begins with a dash.

      When the command stops (Ctrl-Z), Tandem stops with it, and fg continues both. Ctrl-C goes to the \
      command, and the report follows when the command has ended. If it doesn't end, a third Ctrl-C \
      within ten seconds ends the observation and leaves the command running (exit code 130).
      """)

  @OptionGroup(title: "The program")
  var target: ExplainTarget

  @OptionGroup(title: "The observation")
  var watching: ExplainWatching

  @OptionGroup(title: "The report")
  var output: ExplainOutput

  func validate() throws {
    // The parser takes the first unknown word for the command's name, even one with a dash.
    if let option = target.mistakenOption {
      if ["-h", "--help"].contains(option) { throw CleanExit.helpRequest(Self.self) }
      if option == "--version" { throw CleanExit.message(TandemVersion.current) }
      throw ValidationError(
        """
        unknown option '\(option)'; put -- before a command whose name begins with a dash
        """)
    }
    try target.check()
    try watching.check(hasCommand: target.pid == nil)
    try output.check()
    try output.trace.check(target, watching)
    if watching.costRuns != nil {
      let other =
        target.pid != nil
        ? "--pid" : target.other != nil ? "--vs" : target.sweep != nil ? "--sweep" : nil
      if let other {
        throw ValidationError("--cost-runs goes with one command, not with \(other)")
      }
    }
  }

  func run() throws {
    // A closed standard stream gets /dev/null: otherwise a file opened later would take its number, and
    // the report would go there.
    StandardStreams.fillGaps()
    // A reader of the report may stop early, and Tandem must still end as the program did.
    signal(SIGPIPE, SIG_IGN)
    StoppedLaunch.raiseDescriptorLimit()
    let files = try output.open()
    let explainer = TerminalExplainer(
      watching: watching, runs: target.runs, keepsSlices: output.keepsSlices && target.sweep == nil,
      trace: files.trace?.file, whenFollowed: target.sayReady())
    if let swept = try target.swept() {
      let (programs, report) = try explainer.sweep(swept)
      return try end(like: programs) { try output.write(report, to: files) }
    }
    if let other = target.other {
      let (programs, difference) = try explainer.compare(
        target.command, with: ["/bin/sh", "-c", other])
      return try end(like: programs) {
        if let difference {
          try output.write(difference, to: files)
        } else if let first = programs.first {
          try output.write(first.report, to: files)
        }
      }
    }
    let program =
      try target.pid.map { try explainer.watch($0, for: target.duration) }
      ?? explainer.run(target.command)
    try end(like: [program]) { try output.write(program.report, to: files) }
  }

  /// Writes the report, and ends as the first program did that failed.
  ///
  /// - Parameters:
  ///   - programs: The programs, in order.
  ///   - write: Writes the report. Its error counts only when no program failed, since the exit code
  ///     belongs to the program.
  /// - Throws: The exit code.
  private func end(like programs: [ExplainedProgram], after write: () throws -> Void) throws {
    // The program may have left the terminal to a process group that has ended (tcsetpgrp(3)).
    signal(SIGTTOU, SIG_IGN)
    // The report replaces the live screen.
    if watching.live, isatty(STDERR_FILENO) != 1 { LiveTerminal()?.becomeStandardError() }
    let writing = Result { try write() }
    for program in programs {
      if program.wasLeft { throw ExitCode(128 + SIGINT) }
      try ProgramEnd.repeated(program.report.exit)
    }
    try writing.get()
  }
}
