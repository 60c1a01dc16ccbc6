package import TandemModel

/// Most of the wall time went to starting and ending workers.
package struct StartUpDominates: Rule {
  package let name = "start-up-dominates"

  package func evaluate(_ context: RuleContext) -> [Finding] {
    Schedule.allCases.compactMap { evaluate(context.ran(on: $0), context) }
  }

  private func evaluate(_ results: [ModelResult], _ context: RuleContext) -> Finding? {
    let dominated = results.filter { $0.workers > 0 && $0.startUpShare > 0.5 }
      .sorted { $0.startUpShare > $1.startUpShare }
    guard let worst = dominated.first, let cost = worst.costOfOneWorker else { return nil }
    let workers = Double(worst.workers)
    let body = (worst.concurrency ?? 0) * (worst.medianS ?? 0) / workers
    var claim = """
      \(worst.schedule.phrase.capitalisedFirst), starting and ending workers took \
      \(Wording.percent(worst.startUpShare)) of the wall time of \(worst.label): \
      \(Wording.seconds(cost)) a worker, for \(Wording.seconds(body)) in its body
      """
    if let server = worst.serverStartS {
      claim += ", and \(Wording.seconds(server)) for the server that workers are forked from"
    }
    let others = dominated.dropFirst().map {
      "\($0.label) (\(Wording.percent($0.startUpShare)))"
    }
    if !others.isEmpty { claim += "; more than half also under \(Wording.list(others))" }
    return finding(
      claim + ".",
      evidence: [
        "start_up_share": worst.startUpShare, "start_and_end_s_per_worker": cost,
        "body_s_per_worker": body, "server_start_s": worst.serverStartS,
        "models": Double(dominated.count),
      ],
      advice: advice(worst, cost: cost, body: body, context))
  }

  private func advice(
    _ worst: ModelResult, cost: Double, body: Double, _ context: RuleContext
  ) -> String {
    let cpus = context.machine.effectiveCPUs
    let target = "\(Wording.seconds(9 * cost)) or more of work brings the cost below a tenth"
    if worst.workers > cpus {
      return """
        Start few workers and give each many items (\(Wording.count(cpus, "worker")) instead of \
        \(worst.workers): try --workers \(cpus)): per worker, \(target).
        """
    }
    return "Give each worker more to do: \(target)."
  }
}

extension ModelResult {
  /// The share of the wall time in which workers, or the server that they come from, were starting or ending.
  package var startUpShare: Double {
    let wall = shares.reduce(0) { $0 + $1.seconds }
    let startUp = shares.filter { [.starting, .ending, .startingServer].contains($0.cause) }
    return wall > 0 ? startUp.reduce(0) { $0 + $1.seconds } / wall : 0
  }
}
