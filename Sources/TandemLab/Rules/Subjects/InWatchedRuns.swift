package import TandemModel

/// What rules about watched programs find in the models' watched runs, where comparing says nothing of
/// the kind by itself.
package struct SeenInWatchedRuns: Rule {
  /// Never a finding's: each carries the name of the rule that speaks.
  package let name = "seen-in-watched-runs"

  /// The others' subjects have rules that compare models: start-up, the GIL, I/O, too many workers.
  static let rules: [any ObservedRule] = [LockBound(), LargeParentForked()]

  package func evaluate(_ context: RuleContext) -> [Finding] {
    context.watched.flatMap { entry -> [Finding] in
      let result = entry.result
      // The model of a global lock waits for it by design, and has a rule of its own.
      guard result.error == nil, result.model != .swiftThreadsGlobalLock else { return [] }
      return Self.rules.compactMap { rule in
        if rule is LockBound, !Self.mayWaitForLocksOfTheWork(result) { return nil }
        guard var finding = rule.evaluate(entry.program) else { return nil }
        finding.claim =
          "\(result.label), \(result.schedule.phrase), seen in a watched run: " + finding.claim
        return finding
      }
    }
  }

  /// Whether locks took a part of what the workers' bodies did: those outside of them are the pool's, the
  /// allocator's or the loader's, which the work can't hold for less.
  private static func mayWaitForLocksOfTheWork(_ result: ModelResult) -> Bool {
    guard let seen = result.watched?.workerSeconds, !seen.isEmpty else { return true }
    let busy = seen.reduce(0) { $0 + ($1.state == .waitingForWork ? 0 : $1.seconds) }
    let locked = seen.seconds(.lock)
    return locked >= LockBound.leastShare * busy
  }
}

/// A model, and what was seen of the program that ran it.
package struct WatchedModel: Sendable {
  /// The model's figures.
  package var result: ModelResult
  /// One of its watched runs, from outside.
  package var program: ExplainReport

  /// Pairs them.
  package init(result: ModelResult, program: ExplainReport) {
    self.result = result
    self.program = program
  }
}
