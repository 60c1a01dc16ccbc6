import TandemModel
import TandemText

/// Threads beat processes on CPU-bound work, and only because nothing overlapped.
///
/// The trap of loops that start and join: where no two workers run at once, threads win because they
/// are cheaper to start and to end, which says nothing about how they compute.
package struct ThreadsWonWithoutOverlap: Rule {
  package let claim = Claim.threadsWonWithoutOverlap

  package init() {}

  package func conclusions(from comparison: Comparison) -> [Conclusion] {
    comparison.runtimes.compactMap { conclusion(from: comparison, interpreter: $0) }
  }

  private func conclusion(
    from comparison: Comparison, interpreter: InterpreterSummary?
  ) -> Conclusion? {
    func fastest(_ schedule: Schedule, _ belongs: (ExecutionModel) -> Bool) -> ModelResult? {
      comparison.fastest(on: schedule, interpreter: interpreter, where: belongs)
    }
    guard comparison.profile(under: interpreter).nature == .cpuBound,
      let threads = fastest(.oneAtATime, { $0.workerKind == .thread && $0.isUsableThreads }),
      let processes = fastest(.oneAtATime, \.isProcesses),
      let concurrency = threads.concurrency, concurrency <= 1.05,
      (processes.concurrency ?? 0) <= 1.05,
      let threadWall = threads.medianSeconds, let processWall = processes.medianSeconds,
      processWall > threadWall * PairedRatio.margin,
      let threadCost = threads.costOfOneWorker, let processCost = processes.costOfOneWorker,
      processCost > threadCost
    else { return nil }
    let sentence = """
      One at a time, \(threads.label) took \(FigureText.duration(threadWall)) and \(processes.label) \
      \(FigureText.duration(processWall)) because threads start and end faster, not because they compute \
      faster: a worker costs \(FigureText.duration(threadCost)) as a thread and \
      \(FigureText.duration(processCost)) as a process, \(threads.workers) times, and nothing overlapped \
      (concurrency \(FigureText.ratio(concurrency))).
      """
    var evidence: [String: Double?] = [
      "threads_median_s": threadWall, "processes_median_s": processWall,
      "concurrency": concurrency, "threads_start_and_end_s": threadCost,
      "processes_start_and_end_s": processCost, "workers": Double(threads.workers),
    ]
    var advice = """
      Run again with --schedule all-at-once, where workers can overlap: this order says nothing about \
      how threads compute.
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
    return conclusion(
      sentence, about: [threads, processes], evidence: evidence, potentialGain: nil, advice: advice)
  }
}

extension ModelResult {
  /// Seconds to start and to end one worker, where both are known.
  fileprivate var costOfOneWorker: Double? {
    guard let startSecondsPerWorker, let endSecondsPerWorker else { return nil }
    return startSecondsPerWorker + endSecondsPerWorker
  }
}
