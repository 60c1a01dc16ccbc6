import Foundation
import KnownTruthList
import Synchronization
import TandemModel
import Testing

/// What `tandem explain` says about programs whose behaviour is fixed by how they are made.
///
/// What must be said, and how exactly, is in `KnownTruthList`; `swift run KnownTruthTable` prints the
/// same rows as a table. One after the other, since they take the machine's CPUs.
///
/// Some figures depend on what else the machine does: which rules speak, how the kernel's account agrees,
/// and what sampling shows. They are checked only where `TANDEM_KNOWN_TRUTHS` is set, on a machine that
/// does nothing else.
@Suite(.serialized) struct KnownTruthTests {
  /// Whether the machine is said to do nothing else.
  private static let isIdle = getenv("TANDEM_KNOWN_TRUTHS") != nil

  /// The condition of figures that depend on what else the machine does.
  private static let needsAnIdleMachine = ConditionTrait.enabled(
    if: isIdle, "TANDEM_KNOWN_TRUTHS isn't set: this needs a machine that does nothing else")

  @Test(arguments: KnownTruths.all)
  func isSeenExactly(_ truth: KnownTruth) throws {
    try expect(truth, .exact, by: KnownRunner()) { !$0.dependsOnMachine }
  }

  @Test(needsAnIdleMachine, arguments: KnownTruths.all)
  func isSeenExactlyOnAnIdleMachine(_ truth: KnownTruth) throws {
    try expect(truth, .exact, by: KnownRunner()) { $0.dependsOnMachine }
  }

  @Test(needsAnIdleMachine, arguments: KnownTruths.all.filter { $0.whyNotSampled == nil })
  func isSeenSampled(_ truth: KnownTruth) throws {
    try expect(truth, .sampled, by: KnownRunner())
  }

  /// As root, nothing would be refused.
  @Test(
    .enabled(if: geteuid() == 0, "only root can become another user"), needsAnIdleMachine,
    arguments: KnownTruths.forOrdinaryUser, KnownMode.allCases)
  func isSeenByAnOrdinaryUser(_ truth: KnownTruth, _ mode: KnownMode) throws {
    let runner = try KnownRunner(asOrdinaryUser: true)
    guard runner.canBeReached(truth) else {
      // A home folder, mostly: then there is nothing that an ordinary user could run.
      try Test.cancel("an ordinary user can't read \(runner.products.path())")
    }
    try expect(truth, mode, by: runner)
  }

  /// What a machine needs for all programs of the list.
  enum Need: Sendable, CustomTestStringConvertible {
    case python, freeThreadedPython, numPy
    case language(KnownLanguage)

    static let all: [Need] =
      [.python, .freeThreadedPython, .numPy] + KnownLanguage.allCases.map { .language($0) }

    var testDescription: String {
      switch self {
      case .python: "Python"
      case .freeThreadedPython: "Python without a GIL"
      case .numPy: "Python with NumPy"
      case .language(let language): language.rawValue
      }
    }

    var isMet: Bool {
      switch self {
      case .python: !KnownPython.found.isEmpty
      case .freeThreadedPython: KnownPython.found.contains { !$0.hasGIL }
      case .numPy: KnownPython.found.contains { $0.hasNumPy }
      case .language(let language): !KnownLanguage.missing.contains(language)
      }
    }

    /// Whether a program is there because of it.
    func isMet(by truth: KnownTruth) -> Bool {
      switch (self, truth.program) {
      case (.python, .python): true
      case (.freeThreadedPython, .python(let python, _)): !python.hasGIL
      case (.numPy, .python(_, let words)): words.contains("numpy")
      case (.language(let language), .language(let other, _)): language == other
      case (.language(let language), .source(let other, _, _)): language == other
      default: false
      }
    }
  }

  /// What this machine doesn't have is skipped here, one case each, with all its programs.
  @Test(arguments: Need.all)
  func programsAreThereForWhatTheMachineHas(_ need: Need) throws {
    guard need.isMet else {
      try Test.cancel("\(need.testDescription) was not found, so none of its programs is run")
    }
    #expect((KnownTruths.all + KnownTruths.causes).contains { need.isMet(by: $0) })
  }

  private func expect(
    _ truth: KnownTruth, _ mode: KnownMode, by runner: KnownRunner,
    _ isWanted: (KnownRow) -> Bool = { _ in true }
  ) throws {
    if mode == .exact, let why = KnownMachine.whyNotExact(runner) {
      try Test.cancel("\(why)")
    }
    for row in try KnownRows.of(truth, mode, by: runner) where isWanted(row) {
      #expect(
        row.isRight,
        "\(truth.name), \(mode.rawValue): \(row.what) was \(row.observed), must be \(row.expected)")
    }
  }
}

/// What was observed of programs, so that each is run once though two tests ask.
private enum KnownRows {
  private static let rows = Mutex<[String: [KnownRow]]>([:])

  static func of(
    _ truth: KnownTruth, _ mode: KnownMode, by runner: KnownRunner
  ) throws -> [KnownRow] {
    let name = "\(truth.name) \(mode.rawValue) \(runner.asOrdinaryUser)"
    if let known = rows.withLock({ $0[name] }) { return known }
    let found = truth.check(try runner.run(truth, mode), mode)
    rows.withLock { $0[name] = found }
    return found
  }
}
