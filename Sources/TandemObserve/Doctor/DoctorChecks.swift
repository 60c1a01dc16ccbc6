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
struct Trouble {
  /// A sentence.
  var cause: String
  /// One line, a command where there is one.
  var remedy: String
}

extension DoctorCheck {
  /// A check whose answer follows from whether there is trouble.
  init(
    _ name: String, _ area: Area, _ title: String, value: String, trouble: Trouble?,
    otherwise: Answer = .no
  ) {
    self.init(
      name: name, area: area, title: title, ok: trouble == nil ? .yes : otherwise, value: value,
      cause: trouble?.cause, remedy: trouble?.remedy)
  }
}

/// Numbers as they stand in a check's value.
enum DoctorNumber {
  /// A size with one decimal, cut: `23.5 GiB`.
  static func bytes(_ bytes: UInt64) -> String {
    var unit = 0
    var scale: UInt64 = 1
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    while unit + 1 < units.count, bytes / scale >= 1024 {
      scale *= 1024
      unit += 1
    }
    let whole = bytes / scale
    let tenth = unit == 0 ? 0 : (bytes % scale) / max(1, scale / 10)
    // The last of ten parts of 1,024 is a little longer than the others.
    return tenth == 0 ? "\(whole) \(units[unit])" : "\(whole).\(min(tenth, 9)) \(units[unit])"
  }

  /// A number of CPUs, two decimals at most.
  static func cpus(_ cpus: Double) -> String {
    let rounded = (cpus * 100).rounded() / 100
    let text = rounded == rounded.rounded() && rounded < 1e9 ? "\(Int(rounded))" : "\(rounded)"
    return "\(text) \(text == "1" ? "CPU" : "CPUs")"
  }

  /// A limit; none is "no limit".
  static func limit(_ limit: UInt64?) -> String { limit.map { "\($0)" } ?? "no limit" }
}
