import TandemModel
import TandemObserve
import TandemSystem
import TandemText

/// What happens after the timed runs: runs that are observed, and runs that read memory.
extension Experiment {
  /// The seconds of the budget that are kept for runs that explain.
  var explaining: (watching: Double, memory: Double, all: Double) {
    let costs = cells.filter { !$0.runs.isEmpty }.map(\.cost)
    let watching = WatchBudget.seconds(of: plan.budgetSeconds, costs: costs)
    let memory = min(MemoryShare.ofBudget * plan.budgetSeconds, costs.reduce(0, +))
    return (watching, memory, watching + memory)
  }

  /// What runs that read the workers' memory may take.
  private enum MemoryShare {
    static let ofBudget = 0.05
  }

  /// Runs cells once more, or a few times, watched from outside, in rounds of random order.
  func watch() async throws {
    // Tasks that go from thread to thread can't be followed.
    let active = cells.indices.filter { index in
      !cells[index].isOut
        && cells[index].runs.contains { $0.record.workers.contains { $0.tid != nil } }
    }
    let costs = active.map { max(0.001, cells[$0].cost) }
    let seconds = min(
      plan.runs == nil ? explaining.watching : .infinity, secondsLeft - explaining.memory)
    let budget = WatchBudget(seconds: seconds, costs: costs, runs: plan.runs)
    let watcher = Watcher(machine: machine)
    for (round, positions) in budget.order(seed: plan.seed).enumerated() {
      for position in positions {
        let index = active[position]
        let cell = cells[index].cell
        guard cells[index].error == nil, !unwatched.contains(where: { $0.model == cell.label })
        else { continue }
        tell("observing \(cell.label)", total: plan.runs == nil ? plan.budgetSeconds : 0)
        try await watch(index, round: round, watcher)
      }
    }
    noteUnwatched(budget.omitted.map { cells[active[$0]].cell.label })
  }

  private func watch(_ index: Int, round: Int, _ watcher: Watcher) async throws {
    let cell = cells[index].cell
    let (runner, limit) = (runner, secondsLeft)
    do {
      let outcome = try await watcher.watch { gate in
        try await runner.run(cell, gate: gate, limit: limit)
      }
      if let observed = outcome.observed {
        cells[index].watched.append(
          WatchedRun(round: round, record: outcome.record, observed: observed))
      } else {
        unwatched.append((cell.label, outcome.reason ?? "unknown"))
      }
    } catch is CellRunner.TimeIsOver {
      if cells[index].watched.isEmpty {
        unwatched.append((cell.label, "the time budget was over before an observed run ended"))
      }
    } catch {
      if error is CancellationError || Task.isCancelled { throw CancellationError() }
      // The model has its figures: a run that only fails when it is watched takes none away.
      unwatched.append((cell.label, "an observed run failed: \(error)"))
    }
  }

  /// Says which models were not watched, and why, in one entry a reason.
  private func noteUnwatched(_ tooCostly: [String]) {
    if !tooCostly.isEmpty {
      let runs = tooCostly.count == 1 ? "a run" : "one run of any of them"
      omitted.append(
        Omission(
          what: "observed runs of " + FigureText.list(tooCostly),
          why: """
            \(runs) would take more than the part of the \(FigureText.setting(seconds: plan.budgetSeconds)) that \
            observed runs may take, so the waits are those that the workers report: raise --time-budget
            """))
    }
    for reason in Set(unwatched.map(\.reason)).sorted() {
      let models = unwatched.filter { $0.reason == reason }.map(\.model)
      omitted.append(
        Omission(
          what: "observed runs of " + FigureText.list(models),
          why: "\(reason); the waits are those that the workers report"))
    }
  }

  /// Runs each model that has workers once more for their memory, the cheap ones first.
  func measureMemory() async throws {
    let ran = cells.filter { !$0.runs.isEmpty && $0.cell.model.workerKind != .none }
    var tooLong: [String] = []
    for family in unique(ran.sorted { $0.cost < $1.cost }.map(\.cell.family)) {
      let own = ran.filter { $0.cell.family == family }
      guard let state = own.min(by: { $0.cost < $1.cost }), state.cost <= secondsLeft else {
        tooLong.append(family.model.rawValue)
        continue
      }
      tell(
        "memory of \(family.model.rawValue)", total: plan.runs == nil ? plan.budgetSeconds : 0)
      do {
        memory[family] = try await runner.memory(of: family, limit: secondsLeft)
      } catch is CellRunner.TimeIsOver {
        tooLong.append(family.model.rawValue)
      } catch {
        if error is CancellationError || Task.isCancelled { throw CancellationError() }
        // The model has its figures: that its memory can't be read takes none away.
        omitted.append(Omission(what: "memory of \(family.model.rawValue)", why: "\(error)"))
      }
    }
    guard !tooLong.isEmpty else { return }
    omitted.append(
      Omission(
        what: "memory of " + FigureText.list(tooLong),
        why: """
          there was no time left of the \(FigureText.setting(seconds: plan.budgetSeconds)): raise \
          --time-budget
          """))
  }
}
