import Foundation
import TandemModel

/// A program with one cause of slowness, and the same without it.
struct KnownCause {
  /// What the cause is, in a few words: the name of its truths.
  var name: String
  /// Its language.
  var language: Language
  /// The name of its source.
  var file: String

  /// What runs it.
  enum Language {
    /// A compiler, or an interpreter other than CPython.
    case other(KnownLanguage)
    /// The newest CPython with a GIL.
    case python
    /// The newest CPython that has NumPy.
    case numPy
  }

  /// Makes a cause.
  ///
  /// - Parameters:
  ///   - name: what the cause is.
  ///   - language: what runs it.
  ///   - file: the name of its source.
  init(_ name: String, _ language: KnownLanguage, _ file: String) {
    (self.name, self.language, self.file) = (name, .other(language), file)
  }

  /// Makes a cause of a program in Python.
  ///
  /// - Parameters:
  ///   - name: what the cause is.
  ///   - file: the name of its script.
  ///   - needsNumPy: whether it imports NumPy.
  init(python name: String, _ file: String, needsNumPy: Bool = false) {
    (self.name, self.language, self.file) = (name, needsNumPy ? .numPy : .python, file)
  }

  /// The truth about one form of the program.
  ///
  /// - Parameters:
  ///   - form: its first argument, and what is appended to the name.
  ///   - arguments: its other arguments.
  ///   - names: rules any of which names the cause; none for a form without it.
  ///   - may: other rules that may speak.
  ///   - whyNotSeen: why the cause can't be seen; nil when it can.
  ///   - leavesProcesses: whether processes outlive it, as Python's resource tracker does for a moment.
  ///   - says: what the claims must contain where they name the cause.
  ///   - never: what no sentence may contain.
  /// - Returns: the truth; none where its interpreter isn't on the machine.
  func form(
    _ form: String, _ arguments: [String] = [], names: Set<String> = [], may: Set<String> = [],
    whyNotSeen: String? = nil, leavesProcesses: Bool = false, says: [String] = [],
    never: [String] = []
  ) -> [KnownTruth] {
    guard let program = program([form] + arguments) else { return [] }
    let suffix = ([form] + arguments).filter { !$0.contains("/") && !$0.contains("-f") }
    var truth = KnownTruth(
      "\(name): \(suffix.joined(separator: " "))", file, program, rules: [],
      waitsForAll: !leavesProcesses, facts: [])
    truth.names = names
    truth.may = may
    truth.whyNotSeen = whyNotSeen
    truth.says = says
    truth.never = never
    // Where CPUs are rare, workers want them at the same time that otherwise don't.
    truth.unsureWhenBusy = ["oversubscribed"]
    return [truth]
  }

  /// That the same work costs more CPU time with more workers, or that it doesn't.
  ///
  /// - Parameters:
  ///   - form: its first argument.
  ///   - grows: whether it does.
  ///   - whyNotSeen: why that can't be relied on.
  /// - Returns: the truth about a sweep of one and two workers.
  func sweep(_ form: String, grows: Bool, whyNotSeen: String? = nil) -> [KnownTruth] {
    guard let program = program([form]) else { return [] }
    var truth = KnownTruth(
      "\(name): \(form), sweep", file, program, rules: [], whyNotSampled: "a sweep is timed",
      facts: [])
    truth.question = .sweep([1, 2])
    truth.names = grows ? ["same-work-costs-more-cpu"] : []
    truth.may = ["more-workers-no-longer-help"]
    truth.whyNotSeen = whyNotSeen
    // Two workers that share one CPU don't disturb each other.
    truth.unsureWhenBusy = ["same-work-costs-more-cpu"]
    return [truth]
  }

  private func program(_ words: [String]) -> KnownTruth.Program? {
    switch language {
    case .other(let language): return .source(language, file, words)
    case .python:
      return KnownPython.found.last { $0.hasGIL && $0.isMeasured }.map {
        .python($0, [file] + words)
      }
    case .numPy:
      return KnownPython.found.last { $0.hasNumPy && $0.hasGIL }.map { .python($0, [file] + words) }
    }
  }
}

/// Why silence is right where something can't be seen from one run.
enum WhyNotSeen {
  /// Memory that several CPUs write to.
  static let caches = "what CPUs do to each other’s caches shows in no wait: it needs a sweep"
  /// Locks that are taken without the kernel, mostly.
  static let shortLocks = "a lock that is held for nanoseconds shows in few waits: it needs a sweep"
  /// Go, Java, Node, Erlang.
  static let runtime = "this runtime’s own waits can’t be seen from outside"
  /// Computing in vain.
  static let spinning = "who spins looks like who computes"
  /// Whether the computing is needed.
  static let computing = "whether the CPU time was well spent, one run can’t show"
}
