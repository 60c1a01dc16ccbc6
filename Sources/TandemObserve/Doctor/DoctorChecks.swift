package import TandemModel

/// Judges the capabilities: one check each, every "no" and "partly" with its cause and remedy.
///
/// A pure function of `Capabilities`, with one extension for each area of the report.
package struct DoctorChecks: Sendable {
  /// What was found.
  let found: Capabilities
  /// The Pythons that were found, described by themselves; nil when none were looked for.
  let interpreters: [InterpreterSummary]?

  /// Makes the checks.
  ///
  /// - Parameters:
  ///   - found: what was found.
  ///   - interpreters: the Pythons that were found; nil when none were looked for.
  package init(_ found: Capabilities, interpreters: [InterpreterSummary]?) {
    self.found = found
    self.interpreters = interpreters
  }

  /// All checks, in order of their areas.
  package var all: [DoctorCheck] {
    cpuChecks + observingChecks + workerChecks + pythonChecks
  }

  /// The whole report.
  ///
  /// - Parameter tandemVersion: the version of Tandem that writes it.
  /// - Returns: the report.
  package func report(tandemVersion: String) -> DoctorReport {
    DoctorReport(
      tandemVersion: tandemVersion,
      machine: Machine.summary(cpus: found.cpus, kernel: found.kernel), checks: all,
      interpreters: interpreters ?? [])
  }
}

/// Why something is missing, and the remedy.
struct Problem {
  /// A sentence.
  var cause: String
  /// One line, a command where there is one.
  var remedy: String
}

extension DoctorCheck {
  /// Makes a check that is "yes" unless there is a problem.
  init(
    _ name: String, _ area: Area, _ title: String, value: String, problem: Problem?,
    otherwise: Answer = .no
  ) {
    self.init(
      name: name, area: area, title: title, answer: problem == nil ? .yes : otherwise, value: value,
      cause: problem?.cause, remedy: problem?.remedy)
  }
}
