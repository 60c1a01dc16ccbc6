import Foundation
import TandemModel

/// Sentences that are false whatever the program is: against the report's own figures, against what the
/// program does already, or against each other.
struct KnownSentences {
  /// What is false, each with its sentence; empty when nothing is.
  var falsehoods: [String] = []

  private let run: KnownRun

  /// Looks through the sentences of a run.
  ///
  /// - Parameters:
  ///   - truth: what is true of the program.
  ///   - run: what was said.
  init(_ truth: KnownTruth, _ run: KnownRun) {
    self.run = run
    for finding in run.findings {
      let text = "\(finding.claim) \(finding.advice)"
      for pattern in truth.never where Self.matches(text, pattern) {
        falsehoods.append("“\(text)”, against /\(pattern)/")
      }
      for fault in faults(of: finding) { falsehoods.append("\(fault): “\(text)”") }
    }
    for (one, other) in Self.contradictions {
      if let first = run.findings.first(where: { Self.matches($0.advice, one) }),
        let second = run.findings.first(where: { Self.matches($0.advice, other) })
      {
        falsehoods.append("advice against advice: “\(first.advice)”, “\(second.advice)”")
      }
    }
    if let report = run.report, truth.waitsForAll,
      let left = report.leftRunning.first
    {
      falsehoods.append("nothing was left behind: “\(left.name), \(left.pid)”")
    }
  }

  /// Advice that can't be followed together.
  private static let contradictions = [
    (#"[Ll]et one worker"#, #"[Ss]tart (several|more) workers|several workers at once"#),
    (#"[Ss]tart fewer|[Uu]se fewer"#, #"[Ss]tart (several|more) workers"#),
    (#"[Uu]se processes"#, #"[Uu]se threads"#),
  ]

  private func faults(of finding: Finding) -> [String] {
    let text = "\(finding.claim) \(finding.advice)"
    var faults: [String] = []
    if Self.matches(finding.claim, #"(^|[^0-9.,])(?<!instead of )0 s\b"#),
      Self.matches(finding.claim, #"hand-?over|changed hands|messages|[0-9] times"#)
    {
      faults.append("0 s beside a count")
    }
    if Self.matches(text, #"went to other programs|other programs (took|used|had) "#),
      run.othersShare < 0.05
    {
      faults.append(
        "other programs had \(Int((100 * run.othersShare).rounded())) % of the CPUs")
    }
    guard let report = run.report else { return faults }
    let started = report.starts.threads + report.starts.processes
    if started <= 1,
      Self.matches(finding.advice, #"[Ss]tart fewer|[Uu]se fewer workers|fewer workers gain"#)
    {
      faults.append("there was one worker")
    }
    if report.starts.threads == 0, report.starts.processes >= 2,
      Self.matches(finding.advice, #"^[Uu]se processes"#)
    {
      faults.append("its workers are processes")
    }
    if let gain = finding.potentialGain, !(0...report.wallSeconds).contains(gain.seconds) {
      faults.append("a cure can't save \(gain.seconds) s of \(report.wallSeconds) s")
    }
    faults += wrongTimes(in: finding, report)
    return faults
  }

  /// A claim's times: none is longer than all workers lived, and the most of a time is half of it.
  private func wrongTimes(in finding: Finding, _ report: ExplainReport) -> [String] {
    let times = Self.times(in: finding.claim)
    let lives = WorkerState.observed.reduce(0) { $0 + report.totals[$1] }
    // Lives in a window of lost records are sampled, and the CPUs idle beside the program count too.
    let most = max(lives, report.lostCPU.cpus * report.wallSeconds, report.wallSeconds)
    var faults = times.filter { $0 > 1.02 * most + 0.01 }.map { _ in "longer than all lives" }
    if let range = finding.claim.range(of: "most of it, ") {
      let before = Self.times(in: String(finding.claim[..<range.lowerBound])).last
      let part = Self.times(in: String(finding.claim[range.upperBound...])).first
      if let before, let part, part < 0.5 * before || part > 1.01 * before {
        faults.append("that isn't most of it")
      }
    }
    return faults
  }

  /// The durations in a sentence, in seconds.
  private static func times(in sentence: String) -> [Double] {
    sentence.matches(of: /([0-9][0-9,]*\.?[0-9]*) (µs|ms|s|min)\b/).compactMap { match in
      let scale = ["µs": 1e-6, "ms": 1e-3, "s": 1, "min": 60][match.2]
      let number = Double(match.1.replacing(",", with: ""))
      return scale.flatMap { scale in number.map { $0 * scale } }
    }
  }

  private static func matches(_ text: String, _ pattern: String) -> Bool {
    text.range(of: pattern, options: .regularExpression) != nil
  }
}
