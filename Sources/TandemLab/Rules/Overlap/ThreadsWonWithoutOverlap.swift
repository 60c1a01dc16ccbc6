package import TandemModel
import TandemText

/// Threads beat processes on CPU-bound work, and only because nothing overlapped.
///
/// The trap of start-then-join loops: where no two workers run at once, a thread wins by being
/// cheaper to start and to end, and says nothing of how threads compute.
package struct ThreadsWonWithoutOverlap: Rule {
  package let name = "threads-won-without-overlap"

  package func evaluate(_ context: RuleContext) -> [Finding] {
    context.runtimes.compactMap { evaluate(context, interpreter: $0) }
  }

  private func evaluate(
    _ context: RuleContext, interpreter: InterpreterSummary?
  ) -> Finding? {
    func fastest(_ schedule: Schedule, _ belongs: (ExecutionModel) -> Bool) -> ModelResult? {
      context.fastest(on: schedule, interpreter: interpreter, where: belongs)
    }
    guard context.profile(under: interpreter).nature == .cpuBound,
      let threads = fastest(.oneAtATime, { $0.workerKind == .thread && $0.isUsableThreads }),
      let processes = fastest(.oneAtATime, \.isProcesses),
      let concurrency = threads.concurrency, concurrency <= 1.05,
      (processes.concurrency ?? 0) <= 1.05,
      let threadWall = threads.medianSeconds, let processWall = processes.medianSeconds,
      processWall > threadWall * PairedRatio.margin,
      let threadCost = threads.costOfOneWorker, let processCost = processes.costOfOneWorker,
      processCost > threadCost
    else { return nil }
    let claim = """
      \(threads.label) took \(FigureText.duration(threadWall)) and \(processes.label) \
      \(FigureText.duration(processWall)) one at a time not because threads compute faster but because \
      nothing overlapped (concurrency \(FigureText.ratio(concurrency))): starting and ending one \
      worker costs \(FigureText.duration(threadCost)) as a thread and \(FigureText.duration(processCost)) \
      as a process, \(threads.workers) times.
      """
    var evidence: [String: Double?] = [
      "threads_median_s": threadWall, "processes_median_s": processWall,
      "concurrency": concurrency, "threads_start_and_end_s": threadCost,
      "processes_start_and_end_s": processCost, "workers": Double(threads.workers),
    ]
    var advice = """
      Don't conclude from this order that threads suit CPU-bound work; run again with --schedule \
      all-at-once, where workers can overlap.
      """
    if let overlapping = fastest(.allAtOnce, { $0 == threads.model }),
      let others = fastest(.allAtOnce, \.isProcesses),
      let threadWall = overlapping.medianSeconds, let processWall = others.medianSeconds
    {
      evidence["threads_all_at_once_s"] = threadWall
      evidence["processes_all_at_once_s"] = processWall
      advice = """
        Judge by the runs that overlap: all at once, \(overlapping.label) took \
        \(FigureText.duration(threadWall)) and \(others.label) \(FigureText.duration(processWall)).
        """
    }
    return finding(claim, evidence: evidence, advice: advice)
  }
}

extension ModelResult {
  /// Seconds to start and to end one worker, where both are known.
  package var costOfOneWorker: Double? {
    guard let startSecondsPerWorker, let endSecondsPerWorker else { return nil }
    return startSecondsPerWorker + endSecondsPerWorker
  }
}
