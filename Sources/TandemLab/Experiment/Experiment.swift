import Tandem
package import TandemModel
import TandemObserve
import TandemSystem
import TandemText

/// Runs a plan: one item to warm up, then timed runs in blocks, each in a fresh process, until the answer is
/// clear or the time is over; then runs that explain it.
package actor Experiment {
  let plan: ExperimentPlan
  let python: PythonModel?
  private let report: @Sendable (MeasurementProgress) -> Void
  private let began: UInt64
  let machine = Machine.summary()

  var runner: CellRunner
  var cells: [CellState] = []
  var races: Races
  var memory: [Cell.Family: MemorySummary] = [:]
  var omitted: [Omission] = []
  /// Why runs could not be watched, the first reason of each model.
  var unwatched: [(model: String, reason: String)] = []
  var unfinished: [ComparisonEnding.Unfinished] = []
  private var failures: [PythonFailure] = []
  /// What other programs used while runs were timed, where it matters.
  private var busy: (share: Double, who: [OtherProgram])?

  /// A traceback to show.
  package struct PythonFailure: Sendable {
    /// What failed.
    package var label: String
    /// Python's traceback, or what was last written to standard error.
    package var text: String
  }

  struct CellState {
    var cell: Cell
    /// What one run takes, in seconds, its fresh process included: a guess until there is one.
    var cost = 0.0
    /// What one run is likely to take, where that may be more.
    var likelyCost = 0.0
    var error: String?
    var runs: [TimedRun] = []
    /// Runs that were watched from outside, after the timed ones.
    var watched: [WatchedRun] = []
    /// Whether it was left out after all.
    var isOut = false
  }

  /// Prepares an experiment.
  ///
  /// - Parameters:
  ///   - plan: what to run.
  ///   - python: what runs Python's models; nil when there are none.
  ///   - began: when the time budget began, on the monotonic clock.
  ///   - report: told what is running, whenever that changes.
  package init(
    plan: ExperimentPlan, python: PythonModel?, began: UInt64 = MonotonicClock.now(),
    report: @escaping @Sendable (MeasurementProgress) -> Void
  ) {
    self.plan = plan
    self.python = python
    self.began = began
    self.report = report
    runner = CellRunner(plan, python: python)
    cells = plan.cells.map { CellState(cell: $0) }
    races = Races(plan.cells)
  }

  /// Everything that was measured so far.
  package struct Results: Sendable {
    /// A cell each.
    package var cells: [CellRuns]
    /// What was left out, and why.
    package var omitted: [Omission]
    /// The tracebacks of what failed.
    package var failures: [PythonFailure]
    /// Why it ended when it did.
    package var ending: ComparisonEnding

    /// Whether it was stopped before its end.
    package var wasInterrupted: Bool { ending.reason == .interrupted }
  }

  /// Runs the plan to its end, or until the task is cancelled.
  ///
  /// - Returns: everything that was measured.
  package func run() async -> Results {
    var reason = ComparisonEnding.Reason.interrupted
    do {
      try await settlePython()
      try await guessCosts()
      let others = OtherPrograms()
      let end: ComparisonEnding.Reason
      do {
        defer {
          busy = others.untilNow().flatMap { $0.share >= CPUsTakenByOthers.leastShare ? $0 : nil }
        }
        end = try await measure()
      }
      try await watch()
      try await measureMemory()
      reason = end
    } catch {
      // Only cancellation comes through; every other error belongs to its cell.
    }
    return Results(
      cells: cells.enumerated().filter { !$0.element.isOut }.map { index, state in
        CellRuns(
          model: state.cell.model, schedule: state.cell.schedule,
          interpreter: state.cell.interpreter?.summary,
          workers: state.cell.model.workerKind == .none ? 0 : state.cell.workers,
          error: state.error, runs: state.runs, watched: state.watched,
          memory: memory[state.cell.family] ?? MemorySummary(),
          isClearlySlower: races.isClearlySlower(index))
      },
      omitted: omitted, failures: failures,
      ending: ComparisonEnding(
        reason: reason, timedRuns: cells.reduce(0) { $0 + $1.runs.count },
        elapsedSeconds: elapsed,
        timeBudgetSeconds: plan.runs == nil ? plan.budgetSeconds : nil, unfinished: unfinished,
        othersShare: busy.map { min(1, $0.share) }, others: busy?.who ?? []))
  }

  // MARK: Timed runs

  /// The most runs that a cell gets without being asked for: more would narrow the interval by little.
  static let mostRuns = 30

  /// Makes the timed runs.
  ///
  /// - Returns: why there are no more.
  private func measure() async throws -> ComparisonEnding.Reason {
    var generator = SplitMix64(seed: plan.seed, use: "order")
    let beganTiming = elapsed
    var least = 1
    for block in 0..<(plan.runs ?? Self.mostRuns) {
      let running = cells.indices.filter {
        !cells[$0].isOut && cells[$0].error == nil && races.isRunning($0)
      }
      if running.isEmpty { return reasonForNothingToRun }
      let order: [(index: Int, isFirstOfKind: Bool)]
      if plan.runs != nil {
        order = running.shuffled(using: &generator).map { ($0, false) }
      } else if block == 0 {
        order = races.firstOrder(running, cost: { cells[$0].likelyCost })
      } else {
        order = races.fitting(
          running, seconds: secondsLeft - explaining.all, cost: { cells[$0].cost }
        ).shuffled(using: &generator).map { ($0, false) }
        if order.isEmpty { return .timeBudget }
      }
      for (index, isFirstOfKind) in order where cells[index].error == nil {
        if block == 0, plan.runs == nil, !fits(index, isFirstOfKind: isFirstOfKind) {
          leaveOut(index, estimate: cells[index].cost)
        } else {
          guard try await timedRun(index, block: block) else { return .timeBudget }
        }
      }
      if plan.runs == nil {
        if block == 0 {
          least = Race.leastPairs(budget: plan.budgetSeconds, block: elapsed - beganTiming)
        }
        races.judge(least: least)
      }
    }
    return plan.runs == nil ? .enoughRuns : .runsMade
  }

  /// Why nothing is left to be run.
  private var reasonForNothingToRun: ComparisonEnding.Reason {
    if cells.allSatisfy(\.runs.isEmpty) { return unfinished.isEmpty ? .allFailed : .timeBudget }
    return plan.runs == nil ? .clearWinner : .runsMade
  }

  /// Whether there is time for the first run of a cell.
  ///
  /// The first of each kind may take all that is left, since the answer needs it; the others leave what
  /// explaining takes. The first run of all is tried whatever it is likely to take.
  private func fits(_ index: Int, isFirstOfKind: Bool) -> Bool {
    let left = secondsLeft - (isFirstOfKind ? 0 : explaining.all)
    let isFirstOfAll = cells.allSatisfy(\.runs.isEmpty) && unfinished.isEmpty
    return left > 0 && (cells[index].cost <= left || isFirstOfAll)
  }

  /// Makes one timed run; a first run that takes too long leaves its cell out.
  ///
  /// - Returns: whether there is time for more.
  private func timedRun(_ index: Int, block: Int) async throws -> Bool {
    let cell = cells[index].cell
    tell(cell.label, total: expectedSeconds(after: block))
    let from = MonotonicClock.now()
    do {
      let run = TimedRun(block: block, record: try await runner.run(cell, limit: secondsLeft))
      cells[index].runs.append(run)
      cells[index].cost = seconds(since: from)
      races.add(run.wallSeconds, of: index, block: block)
    } catch let error as CellRunner.TimeIsOver {
      guard block == 0 else { return false }
      leaveOut(index, stoppedAfter: error.seconds)
    } catch {
      try fail(error) { $0 == cell }
    }
    return true
  }

  // MARK: Failures and progress

  /// Marks the cells that an error belongs to as failed.
  func fail(_ error: any Error, _ belongs: (Cell) -> Bool) throws {
    if error is CancellationError || Task.isCancelled { throw CancellationError() }
    let python = error as? PythonError
    let sentence = python?.message ?? (error as? PoolError)?.message ?? "\(error)"
    var label: String?
    for index in cells.indices where belongs(cells[index].cell) && cells[index].error == nil {
      cells[index].error = sentence
      races.withdraw(index)
      label = label ?? cells[index].cell.model.rawValue
    }
    let text = python.map { $0.traceback ?? $0.standardErrorTail } ?? "\(error)"
    if let label, !text.isEmpty, !failures.contains(where: { $0.text == text }) {
      failures.append(PythonFailure(label: label, text: text))
    }
  }

  var elapsed: Double { seconds(since: began) }

  /// Seconds that are left of the budget; without end where a number of runs was asked for.
  var secondsLeft: Double {
    plan.runs == nil ? max(0, plan.budgetSeconds - elapsed) : .infinity
  }

  /// The seconds that everything takes, if all that is still run is run as often as it may be.
  private func expectedSeconds(after block: Int) -> Double {
    let running = cells.indices.filter {
      !cells[$0].isOut && cells[$0].error == nil && races.isRunning($0)
    }
    // Of the block that is going on, what has run has one run more than blocks are over.
    let rounds = (plan.runs ?? Self.mostRuns) - block
    let runs = running.reduce(0.0) { sum, index in
      sum + Double(rounds - min(rounds, max(0, cells[index].runs.count - block)))
        * cells[index].cost
    }
    let all = elapsed + runs + explaining.all
    return plan.runs == nil ? min(plan.budgetSeconds, all) : all
  }

  func seconds(since time: UInt64) -> Double {
    Double(MonotonicClock.now() &- time) / 1e9
  }

  /// Tells what is running; before the timed runs only the budget says how long all takes.
  func tell(_ running: String, total: Double? = nil) {
    let total = total ?? (plan.runs == nil ? plan.budgetSeconds : 0)
    report(
      MeasurementProgress(
        running: running, doneSeconds: min(elapsed, max(total, 0)), totalSeconds: total,
        elapsedSeconds: elapsed, standings: races.standings))
  }

  func unique(_ families: [Cell.Family]) -> [Cell.Family] {
    var seen = Set<Cell.Family>()
    return families.filter { seen.insert($0).inserted }
  }
}
