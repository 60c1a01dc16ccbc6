import ArgumentParser
import Glibc
import TandemTrace

/// Where the trace goes, and for which viewer.
struct TraceOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Write what the kernel recorded to a file while the program runs, for ui.perfetto.dev: CPUs, threads, \
      what each waited for, who was seen holding the GIL. '-' is standard output, with --pid. It needs the \
      kernel's records (tandem doctor).
      """, valueName: "file"), completion: .file())
  var trace: String?

  @Option(
    help: ArgumentHelp(
      """
      With --trace: for which viewer, 'perfetto' (ui.perfetto.dev, the default), 'firefox' \
      (profiler.firefox.com) or 'chrome' (chrome://tracing).
      """, valueName: "viewer"))
  var format: TraceFile.Form?

  /// Opens the file.
  ///
  /// - Returns: it; nil when no trace is wanted.
  /// - Throws: an exit code, after a line on standard error, when it can't be written.
  func open() throws -> TraceDestination? {
    try trace.map { try TraceDestination($0, format ?? .perfetto) }
  }

  /// Rejects a trace that would be written over something else.
  ///
  /// - Parameter others: The other options that write, each with its name.
  /// - Throws: `ValidationError`.
  func check(beside others: [(name: String, path: String?)]) throws {
    guard let trace else {
      if format != nil { throw ValidationError("--format goes with --trace") }
      return
    }
    if let other = others.first(where: { $0.path == trace }) {
      throw ValidationError("\(other.name) and --trace can't both write to '\(trace)'")
    }
  }

  /// Rejects a trace of what has none.
  ///
  /// - Parameters:
  ///   - target: What is observed.
  ///   - watching: How.
  /// - Throws: `ValidationError`.
  func check(_ target: ExplainTarget, _ watching: ExplainWatching) throws {
    guard let trace else { return }
    if let other = target.other != nil ? "--vs" : target.sweep != nil ? "--sweep" : nil {
      throw ValidationError("--trace goes with one command or with --pid, not with \(other)")
    }
    if watching.switches == .sampled {
      throw ValidationError(
        "--trace needs the kernel's records of switches: leave out --switches sampled")
    }
    guard trace == "-" else { return }
    if target.pid == nil {
      throw ValidationError(
        "--trace - goes with --pid: the command's own output would be in the middle of the trace")
    }
    if isatty(STDOUT_FILENO) == 1 {
      throw ValidationError("--trace - writes bytes that no terminal shows: redirect the output")
    }
  }
}

extension TraceFile.Form: ExpressibleByArgument {}
