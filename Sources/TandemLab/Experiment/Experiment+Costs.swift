import TandemModel
import TandemSystem
import TandemText

/// What happens before the timed runs: what a run of each cell costs, and which don't fit.
extension Experiment {
  /// Asks each interpreter how many iterations take the time that was asked for, once.
  func settlePython() async throws {
    guard let python, let work = plan.workload.forPython else { return }
    for interpreter in plan.interpreters {
      do {
        // A function has been asked about already, and has no iterations.
        let iterations =
          work.isFunction
          ? nil
          : try await python.describe(
            interpreter.path, work: work, timeout: .seconds(min(60, secondsLeft))
          )
          .iterations
        runner.pythonWork[interpreter] = work.calibrated(iterations: iterations)
      } catch {
        try fail(error) { $0.interpreter == interpreter }
      }
    }
  }

  /// Guesses what a run of each cell takes, from a run of one item under each language, which warms up what
  /// all models need.
  func guessCosts() async throws {
    for interpreter in [nil] + plan.interpreters.map(Optional.some) {
      let own = cells.indices.filter {
        cells[$0].cell.interpreter == interpreter && cells[$0].error == nil
      }
      guard !own.isEmpty else { continue }
      if let crossing = plan.crossings.first(where: { $0.interpreter == interpreter?.path }),
        interpreter != nil
      {
        // What crosses was found out by calls, which warmed up what all models need.
        guess(own, from: FirstItem(crossing))
        continue
      }
      let family = Cell.Family(
        model: interpreter == nil ? .serial : .pythonSerial, interpreter: interpreter)
      tell("warming up \(family.model.rawValue)")
      let from = MonotonicClock.now()
      do {
        let record = try await runner.run(
          Cell(family: family, schedule: .allAtOnce, workers: 1),
          part: Workload(kind: plan.workload.kind, items: 1, workers: 1), limit: secondsLeft)
        guess(own, from: FirstItem(record, elapsedSeconds: seconds(since: from)))
      } catch let error as CellRunner.TimeIsOver {
        for index in own { leaveOut(index, stoppedAfter: error.seconds) }
      } catch {
        // What is wrong shows in each model's own place.
        if error is CancellationError || Task.isCancelled { throw CancellationError() }
      }
    }
    guard plan.runs == nil else { return }
    try await tryFewProcesses()
    if !plan.modelsAreChosen { leaveOutWhatEatsTheBudget() }
  }

  private func guess(_ own: [Int], from item: FirstItem) {
    for index in own {
      let guess = item.guess(
        for: cells[index].cell, items: plan.workload.items, cpus: machine.effectiveCPUs)
      (cells[index].cost, cells[index].likelyCost) = (guess.least, guess.likely)
    }
  }

  /// Runs few processes where a run has many, since starting them may take most of the time.
  private func tryFewProcesses() async throws {
    for index in cells.indices where !cells[index].isOut && cells[index].error == nil {
      let cell = cells[index].cell
      guard cell.model.isProcesses, cell.workers > RunCost.few else { continue }
      tell("warming up \(cell.label)")
      let from = MonotonicClock.now()
      do {
        let record = try await runner.run(
          cell, part: plan.workload.over(workers: cell.workers).with(workers: RunCost.few),
          limit: secondsLeft)
        cells[index].cost = RunCost.ofWholeRun(
          record, elapsedSeconds: seconds(since: from),
          times: Double(cell.workers) / Double(RunCost.few))
        cells[index].likelyCost = cells[index].cost
      } catch let error as CellRunner.TimeIsOver {
        leaveOut(index, stoppedAfter: error.seconds)
      } catch {
        try fail(error) { $0 == cell }
      }
    }
  }

  /// Leaves out cells that would eat the time of the others.
  ///
  /// They take a good part of the budget and much longer than cells usually do: where all take long, the
  /// work does, and leaving any out would tell less in the same time. A sweep's cells of one model are
  /// judged by the cheapest of them, since its curve needs them all.
  private func leaveOutWhatEatsTheBudget() {
    for schedule in plan.schedules {
      let running = cells.filter {
        $0.cell.schedule == schedule && $0.error == nil && !$0.isOut
      }
      let costs = Dictionary(
        running.map { ($0.cell.family, $0.cost) }, uniquingKeysWith: { min($0, $1) })
      guard let usual = Statistics.median(Array(costs.values)) else { continue }
      for family in unique(running.map(\.cell.family)) {
        // The same work without workers is what the others are measured against.
        guard family.model.workerKind != .none,
          let cost = costs[family], cost > plan.budgetSeconds / 8, cost > 3 * usual
        else { continue }
        let own = cells.indices.filter {
          cells[$0].cell.family == family && cells[$0].cell.schedule == schedule
        }
        for index in own { leaveOut(index, estimate: cells[index].cost) }
      }
    }
  }

  /// Leaves a cell out that has no run, for want of time.
  func leaveOut(_ index: Int, estimate: Double? = nil, stoppedAfter: Double? = nil) {
    let cell = cells[index].cell
    cells[index].isOut = true
    races.withdraw(index)
    unfinished.append(
      ComparisonEnding.Unfinished(
        model: cell.model, interpreter: cell.interpreter?.path, schedule: cell.schedule,
        estimateSeconds: estimate, stoppedAfterSeconds: stoppedAfter))
    let budget = "the time budget of \(FigureText.setting(seconds: plan.budgetSeconds))"
    let why =
      if let stoppedAfter {
        "a run was stopped after \(FigureText.duration(stoppedAfter)), when \(budget) was over"
      } else {
        "one run would take about \(FigureText.duration(estimate ?? 0)), more than \(budget) leaves for it"
      }
    omitted.append(
      Omission(
        what: cell.label,
        why: "\(why): raise --time-budget, or set --runs, which has no time limit"))
  }
}
