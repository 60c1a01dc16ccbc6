public import TandemModel

/// A program whose behaviour is fixed by how it is made, and what `tandem explain` must say about it.
public struct KnownTruth: Sendable, CustomStringConvertible {
  /// What is run.
  public enum Program: Sendable {
    /// A program of the fixture `KnownTruths`, with its numbers.
    case fixture([String])
    /// A script beside that fixture, with its arguments, on an interpreter.
    case python(KnownPython, [String])
    /// A program in another language, with its arguments.
    case language(KnownLanguage, [String])
    /// A program of its own in a language, by the name of its file, with its arguments.
    case source(KnownLanguage, String, [String])
  }

  /// What is asked about a program.
  public enum Question: Sendable, Equatable {
    /// `tandem explain`, of one run.
    case explain
    /// `tandem explain --sweep`, with these numbers of workers, which follow the arguments.
    case sweep([Int])
  }

  /// What a program reads from standard input.
  public enum Input: Sendable {
    /// Nothing: it is at its end.
    case none
    /// A byte now and then, by a process that isn't observed.
    case drip(count: Int, pauseSeconds: Double)
    /// Nothing; but a server that isn't observed answers each connection after 20 ms.
    case server(KnownPython)
  }

  /// A name, also of the row of the table.
  public var name: String
  /// What it does, in a few words for the table.
  public var what: String
  /// What is run.
  public var program: Program
  /// What it reads.
  public var input: Input
  /// The CPUs that it, and the observer, may use; nil for all.
  public var cpus: Int?
  /// The rules that must speak.
  ///
  /// No others may, but those of ``may``, and what is said about the machine where it is so.
  public var rules: Set<String>
  /// Rules any of which names the cause, where more than one does or none need do; empty when there is
  /// nothing to name, or when all of ``rules`` do.
  public var names: Set<String> = []
  /// Rules that may speak or be silent: what they claim is true, and isn't the point.
  public var may: Set<String> = []
  /// What the claims must contain where they name the cause: regular expressions.
  public var says: [String] = []
  /// What no claim and no advice may contain, whatever rule it is from: regular expressions.
  public var never: [String] = []
  /// Why the cause can't be seen from what is asked, so that silence is right; nil when it can.
  public var whyNotSeen: String?
  /// Whether the kernel's account of CPU time agrees with what was seen; it doesn't where processes with much
  /// memory end, which gives it back after their last record.
  public var agreesWithAccount = true
  /// What is asked.
  public var question = Question.explain
  /// Rules that may speak or be silent when switches are sampled: most workers that live shortly aren't
  /// seen at all.
  public var unsureWhenSampled: Set<String>
  /// Why nothing is claimed of it when switches are sampled; nil when something is.
  public var whyNotSampled: String?
  /// Rules that may speak or be silent where others took the machine's CPUs: how workers that hand work
  /// on overlap is decided by the scheduler then.
  public var unsureWhenBusy: Set<String>
  /// What figures must be.
  public var facts: [KnownFact]
  /// Whether the program waits for all its processes, so that the kernel accounts their time to it and
  /// none is left behind.
  public var waitsForAll: Bool

  /// Makes a truth.
  public init(
    _ name: String, _ what: String, _ program: Program, input: Input = .none, cpus: Int? = nil,
    rules: Set<String>, unsureWhenSampled: Set<String> = [],
    whyNotSampled: String? = nil, unsureWhenBusy: Set<String> = [],
    waitsForAll: Bool = true, says: [String] = [], facts: [KnownFact]
  ) {
    self.name = name
    self.what = what
    self.program = program
    self.input = input
    self.cpus = cpus
    self.rules = rules
    self.unsureWhenSampled = unsureWhenSampled
    self.whyNotSampled = whyNotSampled
    self.unsureWhenBusy = unsureWhenBusy
    self.waitsForAll = waitsForAll
    self.says = says
    self.facts = facts
  }

  /// The name.
  public var description: String { name }

  /// The name of its source, when it has a file of its own.
  public var file: String? {
    switch program {
    case .fixture, .language: nil
    case .python(_, let words): words.first
    case .source(_, let file, _): file
    }
  }

  /// Whether one of the rules that name the cause must speak.
  public var hasToBeNamed: Bool { whyNotSeen == nil && !(names.isEmpty && rules.isEmpty) }
}

/// A figure of a report, and what it must be.
public struct KnownFact: Sendable {
  /// The figure's name, with its unit.
  public var name: String
  /// What it must be where switches are exact; nil when nothing is claimed.
  public var exact: ClosedRange<Double>?
  /// What it must be where they are sampled; nil when nothing is claimed.
  public var sampled: ClosedRange<Double>?
  /// The figure; nil when it was not measured.
  public var observed: @Sendable (ExplainReport) -> Double?
  /// Why the figure wasn't measured, as far as the report says; nil where it doesn't.
  public var whyNot: @Sendable (ExplainReport) -> String? = { _ in nil }

  /// Makes a fact.
  ///
  /// - Parameters:
  ///   - name: the figure's name, with its unit.
  ///   - exact: what it must be where switches are exact.
  ///   - sampled: what it must be where they are sampled.
  ///   - observed: the figure.
  public init(
    _ name: String, exact: ClosedRange<Double>?, sampled: ClosedRange<Double>?,
    _ observed: @escaping @Sendable (ExplainReport) -> Double?
  ) {
    self.name = name
    self.exact = exact
    self.sampled = sampled
    self.observed = observed
  }
}

/// How switches are seen.
public enum KnownMode: String, Sendable, CaseIterable {
  /// From the kernel's records.
  case exact
  /// From `/proc`.
  case sampled
}

/// A row of the table.
public struct KnownRow: Sendable {
  /// What is compared.
  public var what: String
  /// What it must be.
  public var expected: String
  /// What it was.
  public var observed: String
  /// Whether that is so.
  public var isRight: Bool

  /// Whether it depends on what else the machine does: which rules speak, and how the kernel's account
  /// agrees with the records, of which a virtual machine's account leaves out what was stolen from it.
  public var dependsOnMachine: Bool {
    what == Self.rulesSubject || what == Self.accountSubject
  }

  /// What the row of the kernel's account compares.
  public static let accountSubject = "CPU time − accounted (wait4), s"

  /// What the row of the rules compares.
  public static let rulesSubject = "rules that speak"

  /// Makes a row.
  public init(what: String, expected: String, observed: String, isRight: Bool) {
    self.what = what
    self.expected = expected
    self.observed = observed
    self.isRight = isRight
  }
}
