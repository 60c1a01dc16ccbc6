import TandemModel

/// Whether what was said of a run is true, and whether its cause was named.
///
/// A claim is false when it is none of those that the truth allows, when it speaks of the machine and
/// the machine wasn't so, or when a sentence contradicts the figures or another one (`KnownSentences`).
public struct KnownVerdict: Sendable {
  /// What became of the cause.
  public enum Outcome: String, Sendable {
    /// It was named.
    case named
    /// Nothing names it, though it could be seen.
    case silent
    /// There is nothing to name, or nothing that can be seen.
    case nothingToName
  }

  /// The rules that spoke.
  public var rules: Set<String>
  /// What was false, each with the sentence in quotation marks; empty when nothing was.
  public var falsehoods: [String]
  /// What became of the cause.
  public var outcome: Outcome

  /// The rules that spoke about the program, and not about the machine.
  public var rulesAboutProgram: Set<String> { rules.subtracting(Self.aboutMachine) }

  /// Rules that say how much of the CPUs was used, and nothing else: true of every program that used any.
  private static let neutral: Set<String> = [
    "cpus-in-use", "memory-per-worker", "too-short-to-tell",
  ]
  /// Rules about what else there is on the machine.
  private static let aboutMachine: Set<String> = [
    "cpus-taken-by-others", "cpus-taken-by-tandem", "cpus-taken-by-host", "quota-limits-cpus",
    "machine-drifted",
  ]

  /// Judges a run.
  ///
  /// - Parameters:
  ///   - truth: what is true of the program.
  ///   - run: what was said.
  ///   - mode: how switches were seen.
  public init(_ truth: KnownTruth, _ run: KnownRun, _ mode: KnownMode) {
    rules = Set(run.findings.map(\.rule))
    let allowed =
      truth.rules.union(truth.names).union(truth.may).union(truth.unsure(in: run, mode))
    falsehoods = []
    for finding in run.findings {
      let isAllowed =
        allowed.contains(finding.rule) || Self.isTrue(finding.rule, of: run)
      if !isAllowed { falsehoods.append("\(finding.rule): “\(finding.claim)”") }
    }
    falsehoods += KnownSentences(truth, run).falsehoods
    let names = truth.names.isEmpty ? truth.rules : truth.names
    if !names.isDisjoint(with: rules) {
      outcome = .named
    } else {
      let isUnsure = names.isSubset(of: truth.unsure(in: run, mode))
      outcome = truth.hasToBeNamed && !isUnsure ? .silent : .nothingToName
    }
  }

  /// Whether something that may be said of any program is so.
  private static func isTrue(_ rule: String, of run: KnownRun) -> Bool {
    switch rule {
    case _ where neutral.contains(rule): true
    // The rule itself speaks from a tenth on.
    case "cpus-taken-by-others": run.othersShare >= 0.05
    case "cpus-taken-by-tandem": (run.report?.observer.share ?? 0) >= 0.02
    case "cpus-taken-by-host":
      run.report.map { ($0.sources.stolenSeconds ?? 0) >= 0.03 * $0.lostCPU.cpus * $0.wallSeconds }
        ?? false
    case "quota-limits-cpus": run.report?.machine.cpuQuota != nil
    default: false
    }
  }
}

extension KnownTruth {
  /// Rules that may speak or be silent, for how switches were seen and what else the machine did.
  func unsure(in run: KnownRun, _ mode: KnownMode) -> Set<String> {
    (mode == .sampled ? unsureWhenSampled : [])
      .union(run.isOnABusyMachine ? unsureWhenBusy : [])
      // Something was in the way: the other programs.
      .union(run.isOnABusyMachine ? ["cpus-in-use"] : [])
  }
}

extension KnownRun {
  /// Whether other programs took a good part of the CPUs.
  public var isOnABusyMachine: Bool { othersShare >= 0.1 }
}
