package import TandemModel

/// The judgement of what was found: a check each, every "no" and "partly" with its cause and its remedy.
///
/// A pure function of `Capabilities`, one extension a part of the report.
package struct DoctorChecks: Sendable {
  /// What was found.
  let found: Capabilities
  /// The Pythons that were found, described by themselves; nil when none were looked for.
  let interpreters: [InterpreterSummary]?

  /// Gets ready to judge.
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

/// Why something isn't there, and what to do about it.
struct Problem {
  /// A sentence.
  var cause: String
  /// One line, a command where there is one.
  var remedy: String
}

extension DoctorCheck {
  /// A check whose answer follows from whether there is trouble.
  init(
    _ name: String, _ area: Area, _ title: String, value: String, problem: Problem?,
    otherwise: Answer = .no
  ) {
    self.init(
      name: name, area: area, title: title, ok: problem == nil ? .yes : otherwise, value: value,
      cause: problem?.cause, remedy: problem?.remedy)
  }
}
