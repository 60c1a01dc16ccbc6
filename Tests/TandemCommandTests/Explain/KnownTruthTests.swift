import Foundation
import KnownTruthList
import TandemModel
import Testing

/// What `tandem explain` says about programs whose behaviour is fixed by how they are made.
///
/// What must be said, and how exactly, is in `KnownTruthList`; `swift run KnownTruthTable` prints the
/// same rows as a table. One after the other, since they take the machine's CPUs.
///
/// Which rules speak, how the kernel's account agrees, and what sampling sees depends on what else the machine does: that is held to
/// the list only where `TANDEM_KNOWN_TRUTHS` is set, on a machine that does nothing else.
@Suite(.serialized) struct KnownTruthTests {
  /// Whether the machine is said to do nothing else.
  private static let isStrict = getenv("TANDEM_KNOWN_TRUTHS") != nil

  @Test(arguments: KnownTruths.all)
  func isSeenExactly(_ truth: KnownTruth) throws {
    try expect(truth, .exact, by: KnownRunner())
  }

  @Test(
    .enabled(if: isStrict, "set TANDEM_KNOWN_TRUTHS on a machine that does nothing else"),
    arguments: KnownTruths.all.filter { $0.whyNotSampled == nil })
  func isSeenSampled(_ truth: KnownTruth) throws {
    try expect(truth, .sampled, by: KnownRunner())
  }

  /// As root, nothing would be refused.
  @Test(
    .enabled(if: geteuid() == 0, "only root can become another user"),
    .enabled(if: isStrict, "set TANDEM_KNOWN_TRUTHS on a machine that does nothing else"),
    arguments: KnownTruths.forOrdinaryUser, KnownMode.allCases)
  func isSeenByAnOrdinaryUser(_ truth: KnownTruth, _ mode: KnownMode) throws {
    let runner = try KnownRunner(asOrdinaryUser: true)
    guard runner.canBeReached(truth) else {
      // A home folder, mostly: then there is nothing that an ordinary user could run.
      print("skipped: an ordinary user can't read \(runner.products.path())")
      return
    }
    try expect(truth, mode, by: runner)
  }

  /// Says what this machine can't show.
  @Test func saysWhatWasSkipped() {
    let versions = KnownPython.found.map(\.version)
    print("known truths: Python \(versions.isEmpty ? "not found" : "\(versions)")")
    if !KnownPython.found.contains(where: { !$0.hasGIL }) {
      print("known truths skipped: no interpreter without a GIL was found")
    }
    if !KnownPython.found.contains(where: \.hasNumPy) {
      print("known truths skipped: no interpreter with NumPy was found")
    }
    for language in KnownLanguage.missing {
      print("known truths skipped: \(language.rawValue) was not found")
    }
    #expect(KnownTruths.all.count >= 21)
  }

  private func expect(_ truth: KnownTruth, _ mode: KnownMode, by runner: KnownRunner) throws {
    if mode == .exact, let why = KnownMachine.whyNotExact(runner) {
      print("skipped \(truth): \(why)")
      return
    }
    let rows = truth.check(try runner.run(truth, mode), mode)
    for row in rows where Self.isStrict || !row.dependsOnMachine {
      #expect(
        row.isRight,
        "\(truth.name), \(mode.rawValue): \(row.what) was \(row.observed), must be \(row.expected)")
    }
  }
}
