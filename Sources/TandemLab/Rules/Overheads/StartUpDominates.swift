package import TandemModel
import TandemText

/// Most of the wall time went to starting and ending workers.
package struct StartUpDominates: Rule {
  package let name = "start-up-dominates"

  package func evaluate(_ context: RuleContext) -> [Finding] {
    Schedule.allCases.compactMap { evaluate(context.ran(on: $0), context) }
  }

  private func evaluate(_ results: [ModelResult], _ context: RuleContext) -> Finding? {
    // A task that was added and not begun waits for its turn: nothing of it is being started.
    let started = results.filter {
      $0.model.workerKind == .thread || $0.model.workerKind == .process
    }
    let dominated = started.filter { $0.workers > 0 && $0.startUpShare > 0.5 }
      .sorted { $0.startUpShare > $1.startUpShare }
    guard let worst = dominated.first, let wall = worst.medianSeconds else { return nil }
    // Wall seconds that one more worker adds: what overlaps is counted once.
    let cost = worst.startUpShare * wall / Double(worst.workers)
    var claim = """
      \(worst.schedule.phrase.capitalisedFirst), starting and ending \(worst.workers) workers took \
      \(FigureText.percent(worst.startUpShare)) of the \(FigureText.duration(wall)) of \(worst.label), \
      \(FigureText.duration(cost)) a worker
      """
    if let server = worst.serverStartSeconds {
      claim += """
        , with \(FigureText.duration(server)) for the server that they are forked from
        """
    }
    let others = dominated.dropFirst().map {
      "\($0.label) (\(FigureText.percent($0.startUpShare)))"
    }
    if !others.isEmpty {
      let more = others.count > 3 ? ["\(others.count - 3) more"] : []
      claim += "; more than half also under \(FigureText.list(others.prefix(3) + more))"
    }
    return finding(
      claim + ".",
      evidence: [
        "start_up_share": worst.startUpShare, "median_s": wall,
        "start_up_s_per_worker": cost, "server_start_s": worst.serverStartSeconds,
        "start_s_per_worker": worst.startSecondsPerWorker,
        "end_s_per_worker": worst.endSecondsPerWorker,
        "models": Double(dominated.count),
      ],
      advice: advice(worst, cost: cost, context))
  }

  private func advice(_ worst: ModelResult, cost: Double, _ context: RuleContext) -> String {
    let cpus = context.machine.effectiveCPUs
    // Nine parts of work to one of starting; work that overlaps passes as many times as fast.
    let atOnce = worst.schedule == .allAtOnce ? min(cpus, worst.workers) : 1
    let enough = FigureText.duration(9 * cost * Double(atOnce))
    let target = "with \(enough) of work for each, starting them becomes a tenth of the time"
    // Workers that wait are no more than enough when there is one for each CPU.
    let computes = context.profile(under: worst.interpreter).nature == .cpuBound
    if computes, worst.workers > cpus {
      return """
        Start few workers and give each many items (try --workers \(cpus), one for each CPU); \
        \(target).
        """
    }
    return "Give each worker more to do: \(target)."
  }
}

extension ModelResult {
  /// The share of the wall time in which workers, or the server that they come from, were starting or ending.
  package var startUpShare: Double {
    let wall = shares.reduce(0) { $0 + $1.seconds }
    let startUp = shares.filter { [.starting, .ending, .startingServer].contains($0.state) }
    return wall > 0 ? startUp.reduce(0) { $0 + $1.seconds } / wall : 0
  }
}
