package import TandemModel
import TandemText

/// How many workers to use, and why.
package struct WorkerCount: Sendable, Equatable {
  /// The number of workers, at least one.
  package var workers: Int
  /// Why, a clause.
  package var reason: String

  /// Recommends a number of workers.
  ///
  /// Work that computes: one worker a CPU. Work that waits: as many as were measured. Work that
  /// does both: CPUs over the share of its time that wants one (Goetz, "Java Concurrency in
  /// Practice", 8.2), never more than were measured. Never more than there are items.
  ///
  /// - Parameters:
  ///   - result: the recommended model.
  ///   - cells: the cells of all schedules.
  ///   - machine: the machine.
  ///   - work: what was run.
  package init(
    for result: ModelResult, cells: [AnalysedCell], machine: MachineSummary, work: WorkSummary
  ) {
    let profile = WorkProfile(
      of: work, results: cells.filter(\.ran).map(\.result), interpreter: result.interpreter)
    let cpus = machine.effectiveCPUs
    let items = max(work.items, 1)
    switch profile.nature {
    case .cpuBound:
      workers = max(1, min(cpus, items))
      reason = "it computes, so \(FigureText.count(workers, "worker")), one for each CPU"
      if cpus > items {
        reason = "it computes, so \(FigureText.count(workers, "worker")), one for each item"
      }
      if workers != result.workers, result.workers > 0 {
        reason += " (\(result.workers) were measured)"
      }
    case .ioBound:
      workers = max(1, min(result.workers, items))
      reason = "it waits, so \(FigureText.count(workers, "worker")), as many as were measured"
    case .mixed:
      let share = max(profile.cpuShare ?? 1, 0.01)
      let wanted = Int((Double(cpus) / share).rounded(.up))
      workers = max(1, min(wanted, max(result.workers, cpus), items))
      let wants = profile.cpuShare.map {
        "it wants a CPU for \(FigureText.percent($0)) of its time"
      }
      reason = """
        \(wants ?? "how much it waits was not measured"), so about \
        \(FigureText.count(workers, "worker")) to keep \(FigureText.count(cpus, "CPU")) busy
        """
    }
  }
}
