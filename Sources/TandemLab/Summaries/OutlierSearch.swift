package import TandemModel
import TandemSystem
import TandemText

/// Runs outside the outer fences, and what went with each.
///
/// They are flagged, never dropped: the median bears them, and what disturbs a run here disturbs
/// the user's runs too.
package enum OutlierSearch {
  /// Finds the outliers of a cell.
  ///
  /// - Parameter runs: its runs, in order of running.
  /// - Returns: one entry a run outside the fences of the wall times.
  package static func outliers(in runs: [AnalysedRun]) -> [Outlier] {
    let walls = runs.map(\.run.wallSeconds)
    guard let fences = OuterFences(of: walls) else { return [] }
    return fences.outliers(in: walls).map { index in
      var others = runs
      others.remove(at: index)
      return Outlier(run: index, cause: cause(of: runs[index], among: others))
    }
  }

  /// What went with a run that took longer or shorter than the others.
  ///
  /// - Parameters:
  ///   - run: the outlier.
  ///   - others: the other runs of its cell; not empty.
  /// - Returns: a phrase with figures, or `unknown`.
  package static func cause(of run: AnalysedRun, among others: [AnalysedRun]) -> String {
    func usual(_ figure: (AnalysedRun) -> Double) -> Double {
      Statistics.median(others.map(figure)) ?? 0
    }
    let extra = run.run.wallSeconds - usual(\.run.wallSeconds)
    let seconds = run.decomposition.seconds
    func extraTime(_ state: WorkerState) -> Double {
      seconds[state] - usual { $0.decomposition.seconds[state] }
    }
    // A state explains the run when it makes up at least half of what the run took more (or less).
    func explains(_ state: WorkerState) -> Bool { extraTime(state) / extra >= 0.5 }

    guard extra > 0 else {
      let most = WorkerState.allCases.min { extraTime($0) < extraTime($1) }
      guard let most, explains(most) else { return "unknown" }
      return "\(FigureText.duration(-extraTime(most))) less \(phrase(most)) than usual"
    }
    let involuntary = \AnalysedRun.run.record.usage.switches.involuntary
    let moreSwitches =
      run[keyPath: involuntary] > (others.map { $0[keyPath: involuntary] }.max() ?? 0)
      && run[keyPath: involuntary] >= 1.5 * usual { $0[keyPath: involuntary] }
    let switches = """
      \(FigureText.count(run[keyPath: involuntary])) involuntary switches, usually \
      \(FigureText.count(usual { $0[keyPath: involuntary] }))
      """
    let cpu = run.run.record.usage.cpuSeconds
    let usualCPU = usual(\.run.record.usage.cpuSeconds)
    let sameCPU = usualCPU > 0 && abs(cpu - usualCPU) <= 0.05 * usualCPU

    if explains(.runnable) {
      let more =
        "\(FigureText.duration(extraTime(.runnable))) more ready to run but waiting for a CPU"
      return "another program had the CPU: \(more)" + (moreSwitches ? ", \(switches)" : "")
    }
    if moreSwitches, sameCPU {
      return "another program had the CPU: the same CPU time, \(switches)"
    }
    if explains(.onCPU), cpu - usualCPU > 0.05 * usualCPU {
      return """
        the same work took \(FigureText.duration(cpu - usualCPU)) more CPU time: a slower or shared \
        CPU, or memory being fetched
        """
    }
    if let most = WorkerState.allCases.max(by: { extraTime($0) < extraTime($1) }), explains(most),
      ![.idle, .waitingForWork, .tooShort, .other].contains(most)
    {
      return "\(FigureText.duration(extraTime(most))) more \(phrase(most)) than usual"
    }
    if moreSwitches { return "more involuntary context switches: \(switches)" }
    return "unknown"
  }

  private static func phrase(_ state: WorkerState) -> String {
    switch state {
    case .starting: "starting workers"
    case .onCPU: "on a CPU"
    case .runnable: "waiting for a CPU"
    case .gil: "waiting for the global lock"
    case .lock: "waiting for locks"
    case .io: "waiting for I/O"
    case .sleep: "asleep"
    case .child: "waiting for child processes"
    case .waitingForWork: "waiting for work"
    case .tooShort: "in waits too short to look into"
    case .other: "waiting for an unknown reason"
    case .ending: "ending workers"
    case .preparing: "preparing"
    case .movingData: "moving data"
    case .startingServer: "starting the server"
    case .idle: "with no worker in progress"
    }
  }
}
