package import TandemModel
import TandemText

/// The work waits rather than computes, and threads wait as well as processes do.
package enum IOBound {
  /// Work that waits, under threads that let the waits overlap.
  package struct InComparison: Rule {
    package let claim = Claim.ioBound

    package init() {}

    package func conclusions(from comparison: Comparison) -> [Conclusion] {
      comparison.runtimes.compactMap { conclusion(from: comparison, interpreter: $0) }
    }

    private func conclusion(
      from comparison: Comparison, interpreter: InterpreterSummary?
    ) -> Conclusion? {
      let profile = comparison.profile(under: interpreter)
      guard profile.nature == .ioBound, let cpuShare = profile.cpuShare,
        let threads = comparison.fastest(
          on: .allAtOnce, interpreter: interpreter, where: \.isUsableThreads),
        let concurrency = threads.concurrency, concurrency >= 1.5,
        let wall = threads.medianSeconds
      else { return nil }
      let processes = comparison.fastest(
        on: .allAtOnce, interpreter: interpreter, where: \.isProcesses)
      if let other = processes?.medianSeconds, wall > other * PairedRatio.margin { return nil }

      var sentence = """
        The work waits: its bodies want a CPU for \(FigureText.percent(cpuShare)) of their time, and \
        \(threads.label) kept \(FigureText.ratio(concurrency)) of them in progress at once in \
        \(FigureText.duration(wall))
        """
      if let processes, let other = processes.medianSeconds {
        sentence += "; processes gain nothing (\(processes.label): \(FigureText.duration(other)))"
      }
      var advice = "Use threads"
      if let more = Self.moreWorkers(than: threads, in: comparison) {
        advice += ", and try more of them (--workers \(more)), since more waits may overlap"
      }
      advice += ": a waiting thread uses no CPU"
      if interpreter?.hasGlobalLock == true { advice += ", and Python releases the GIL meanwhile" }
      if let stack = threads.memory.stackKiBPerWorker,
        let uss = processes?.memory.ussKiBPerWorker, uss > stack
      {
        advice += """
          ; a thread keeps \(FigureText.memory(kib: stack)) of stack, a process \
          \(FigureText.memory(kib: uss)) of private memory
          """
      }
      return conclusion(
        sentence + ".", about: [threads],
        evidence: [
          "cpu_share": cpuShare, "concurrency": concurrency, "threads_median_s": wall,
          "processes_median_s": processes?.medianSeconds,
        ],
        potentialGain: nil, advice: advice + ".")
    }

    /// How many times as many workers are tried next.
    private static let step = 4

    /// How many more workers could overlap more waits; nil where as many as that were run, or where
    /// there are no more items.
    private static func moreWorkers(
      than threads: ModelResult, in comparison: Comparison
    ) -> Int? {
      let tried = comparison.sweep?.counts.max() ?? threads.workers
      let items = comparison.work.items
      guard threads.workers > 0, tried <= threads.workers, items > threads.workers else {
        return nil
      }
      return min(items, step * threads.workers)
    }
  }

  /// A program that mostly waited for I/O, or slept, while CPUs were idle.
  package struct InProgram: Rule {
    package let claim = Claim.ioBound

    /// With a worker on a CPU, or ready for one, for more of the wall time, waits of the others aren't what it goes to.
    private static let mostComputing = 0.9

    package init() {}

    package func conclusions(from program: ExplainReport) -> [Conclusion] {
      let io = program.wallShare(.io)
      let sleep = program.wallShare(.sleep)
      guard io + sleep >= 0.5,
        // Where some worker computes at nearly every moment, or is ready to, the program waits for that one.
        program.occupied(.onCPU) + program.occupied(.runnable)
          < Self.mostComputing * program.wallSeconds
      else { return [] }
      var waits: [String] = []
      if io > 0.05 || sleep <= 0.05 { waits.append("waited for I/O") }
      if sleep > 0.05 { waits.append("slept") }
      if sleep > io { waits.reverse() }
      return [
        conclusion(
          """
          The program \(waits.joined(separator: " or ")) for \(FigureText.percent(io + sleep)) of the \
          wall time, and used \(FigureText.ratio(program.parallelism)) of \
          \(FigureText.cpus(program.lostCPU.cpus))\(Self.peer(of: program))\(Self.longest(in: program)).
          """,
          evidence: [
            "io_wall_share": io, "sleep_wall_share": sleep, "io_s": program.totals[.io],
            "sleep_s": program.totals[.sleep],
            "longest_io_s": program.io.first?.waitSeconds, "concurrency": program.concurrency,
            "parallelism": program.parallelism,
          ],
          potentialGain: program.gain(
            without: [.io, .sleep], waits.joined(separator: " or ")),
          advice: WaitingAdvice(program, isMostlySleep: sleep > io).text)
      ]
    }

    /// The part of all that workers waited from which on it is one worker's.
    private static let mostOfIt = 0.8

    /// The worker that waited for most of it, where there are others.
    private static func longest(in program: ExplainReport) -> String {
      func waited(_ worker: ObservedWorker) -> Double { worker[.io] + worker[.sleep] }
      let all = program.totals[.io] + program.totals[.sleep]
      guard program.startedCount > 0, program.otherWorkers == nil,
        let worker = program.workers.max(by: { waited($0) < waited($1) }),
        waited(worker) >= mostOfIt * all
      else { return "" }
      return "; \(worker.subject) did so for \(FigureText.duration(waited(worker)))"
    }

    /// What most of the waiting for I/O was for.
    private static func peer(of program: ExplainReport) -> String {
      let io = program.totals[.io]
      guard let first = program.io.first, io > 0, first.waitSeconds >= 0.5 * io else { return "" }
      return "; \(FigureText.duration(first.waitSeconds)) of the waiting was for \(first.with)"
    }
  }
}
