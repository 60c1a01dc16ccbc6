package import TandemModel
import TandemText

/// One worker has so much more to do that it works alone in the end.
package enum WorkersUneven {
  /// The least part of the wall time that one worker works alone, to be worth saying.
  private static let leastAlone = 0.2

  /// Models whose workers have uneven shares.
  package struct InComparison: Rule {
    package let claim = Claim.workersUneven

    /// The longest worker over the mean, below which shares count as even.
    private static let leastRatio = 1.25

    package init() {}

    package func conclusions(from comparison: Comparison) -> [Conclusion] {
      comparison.ran(on: .allAtOnce).compactMap { conclusion(from: $0, comparison) }
    }

    private func conclusion(from result: ModelResult, _ comparison: Comparison) -> Conclusion? {
      guard result.workers >= 2, result.model != .swiftThreadsGlobalLock,
        // Waiting for the GIL isn't told apart from the work in a function of the user's.
        !(result.model.isPythonThreads && result.interpreter?.hasGlobalLock == true),
        let longest = result.longestWorkerSeconds, let mean = result.meanWorkerSeconds, mean > 0,
        let wall = result.medianSeconds, wall > 0, longest >= Self.leastRatio * mean
      else { return nil }
      // Nothing ends before its longest worker, nor before all of the work has passed as many at a time as
      // can have a CPU: what the first exceeds the second by, even shares would save.
      let room = comparison.profile(under: result.interpreter)
        .workersWithACPU(cpus: comparison.machine.effectiveCPUs)
      let even = mean * Double(result.workers) / Double(min(room, result.workers))
      let saving = longest - even
      guard saving >= leastAlone * wall else { return nil }
      return conclusion(
        """
        \(result.label), \(result.schedule.phrase): one of \(result.workers) workers had \
        \(FigureText.duration(longest)) of work and the mean was \(FigureText.duration(mean)), so the \
        others were idle while it finished; even shares would save about \
        \(FigureText.duration(saving)) of \(FigureText.duration(wall)).
        """,
        about: [result],
        evidence: [
          "longest_worker_s": longest, "mean_worker_s": mean, "saving_s": saving,
          "median_s": wall, "workers": Double(result.workers),
        ],
        potentialGain: PotentialGain(
          seconds: saving, wallSeconds: wall, basis: "the longest worker minus an even share"),
        advice: result.pool != nil
          ? "Split the longest tasks, or give them to the pool first."
          : """
          Cut the work into more and smaller items, and let workers take them from a pool instead of \
          giving each worker a fixed share.
          """)
    }
  }

  /// A program in which one worker works on when the others are done.
  package struct InProgram: Rule {
    package let claim = Claim.workersUneven

    /// The least part of the wall time that even shares would save.
    private static let leastGain = 0.1
    /// Less time alone than this, in seconds, is the start and the end of workers.
    private static let leastAloneSeconds = 0.1
    /// Workers of which one waits so many times as often as the other, for the same work, do different things.
    private static let mostWaitsRatio = 10.0
    /// One that did less than this part of the busiest one's work may have been for something else.
    private static let leastPart = 0.05

    /// As many waits each may be chance where they are fewer.
    private static let fewestMeetings = 10.0
    /// Who comes last to a meeting doesn't wait there, and others may wait twice.
    private static let mostMeetingsRatio = 2.5

    package init() {}

    package func conclusions(from program: ExplainReport) -> [Conclusion] {
      guard program.maxAtOnce >= 2 else { return [] }
      return LikeWorkers.groups(of: program).lazy
        .compactMap { conclusion(from: $0, program) }.first.map { [$0] } ?? []
    }

    private func conclusion(from group: LikeWorkers, _ program: ExplainReport) -> Conclusion? {
      // The machine decides how long workers are ready for a CPU, and so on that part of the wall time.
      let wall = program.wallSeconds * (1 - program.wallShare(.runnable))
      let all = group.workers.map {
        (worker: $0, busySeconds: $0[.onCPU] + $0[.gil] + $0[.io])
      }.sorted { $0.busySeconds > $1.busySeconds }
      guard let slowest = all.first else { return nil }
      // Those of one pool are there for the same work, also where one of them got nearly all of it.
      let isPool =
        slowest.worker.kind == .process
        && slowest.worker.parent.map(program.handsOutWork) ?? false
      let busy = all.filter {
        isPool
          || $0.busySeconds >= 0.02 * wall
            && $0.busySeconds >= Self.leastPart * slowest.busySeconds
      }
      guard busy.count >= 2 else { return nil }
      let mean = busy.reduce(0) { $0 + $1.busySeconds } / Double(busy.count)
      // One that gets a CPU more often takes more of a queue's items, and nobody waits for it: what counts is
      // that it was seen at work when no other was.
      guard let alone = slowest.worker.aloneSeconds,
        alone >= leastAlone * wall, alone >= Self.leastAloneSeconds,
        slowest.busySeconds - mean >= Self.leastGain * wall,
        isPool || Self.areAlike(slowest.worker, busy[1].worker),
        // Workers that follow one another have no shares that could be even.
        busy.allSatisfy({
          abs($0.worker.startedSeconds - slowest.worker.startedSeconds) <= 0.1 * wall
        })
      else { return nil }
      return conclusion(
        """
        One worker (\(slowest.worker.name), \(slowest.worker.tid)) was at work for \
        \(FigureText.duration(slowest.busySeconds)), the \(busy.count) \
        \(isPool ? "workers of its pool" : "busy workers of its kind") for \
        \(FigureText.duration(mean)) on average: for at least \(FigureText.duration(alone)) none of the \
        others was at work.
        """,
        evidence: [
          "slowest_s": slowest.busySeconds, "mean_s": mean, "alone_s": alone,
          "workers": Double(busy.count),
        ],
        potentialGain: program.gain(
          atMost: min(alone, slowest.busySeconds - mean), "its work minus an even share"),
        advice: """
          If it had more to do than the others, split its work, or hand out many small pieces one at a time \
          instead of shares at the start.
          """)
    }

    /// Whether two workers wait about as often for their CPU time, as workers with the same task do.
    private static func areAlike(_ one: ObservedWorker, _ other: ObservedWorker) -> Bool {
      func waits(_ worker: ObservedWorker) -> Double? {
        worker.switches.map { ($0.voluntary + 10) / max(worker[.onCPU], 0.001) }
      }
      // Processes that meet at a barrier wait as often as each other, whatever else they do.
      if one.kind == .process, let first = one.switches?.voluntary,
        let second = other.switches?.voluntary, min(first, second) >= fewestMeetings,
        max(first, second) <= mostMeetingsRatio * min(first, second)
      {
        return true
      }
      guard let first = waits(one), let second = waits(other) else { return true }
      return max(first, second) <= mostWaitsRatio * min(first, second)
    }
  }
}
