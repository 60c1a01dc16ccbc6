import TandemModel
import TandemText

/// Handing out tasks takes longer than doing them.
package enum TinyTasksDominate {
  /// A pool's workers spend more time between tasks than in them.
  package struct InComparison: Rule {
    package let claim = Claim.tinyTasksDominate

    package init() {}

    /// With fewer tasks than this for each worker, waiting at the beginning and the end is much of it.
    private static let leastTasksPerWorker = 10.0

    package func conclusions(from comparison: Comparison) -> [Conclusion] {
      // One at a time, a worker waits between two tasks because it is made to.
      comparison.ran(on: .allAtOnce).compactMap { conclusion(from: $0) }
    }

    private func conclusion(from result: ModelResult) -> Conclusion? {
      guard let pool = result.pool, result.workers > 0,
        pool.tasks >= Self.leastTasksPerWorker * Double(result.workers),
        pool.overheadSPerTask > pool.taskSeconds, pool.overheadSPerTask > 0,
        // Of large tasks, data takes the time.
        !pool.movesMuchData
      else { return nil }
      // So many tasks in one make the work nine times the overhead.
      let together =
        pool.taskSeconds > 0 ? (9 * pool.overheadSPerTask / pool.taskSeconds).rounded(.up) : nil
      var advice = "Give each task more to do"
      if let together, together <= pool.tasks {
        advice += """
          : with about \(FigureText.count(together)) of these in one, handing them out takes a tenth of \
          the time
          """
      } else {
        advice += ", or do all of them in one loop: handing them out takes longer than doing them"
      }
      return conclusion(
        """
        \(result.label): a task takes \(FigureText.duration(pool.taskSeconds)), and a worker spends \
        \(FigureText.duration(pool.overheadSPerTask)) between two tasks, \
        \(FigureText.ratio(pool.overheadSPerTask / max(pool.taskSeconds, 1e-9))) times as long, on \
        returning one and taking the next.
        """,
        about: [result],
        evidence: [
          "task_s": pool.taskSeconds, "overhead_s_per_task": pool.overheadSPerTask,
          "tasks": pool.tasks,
          "workers": Double(result.workers), "coding_s": pool.codingSeconds,
        ],
        advice: advice + ".")
    }
  }

  /// A program whose processes hand out their work in so many messages that this costs more than the work.
  package struct InProgram: Rule {
    package let claim = Claim.tinyTasksDominate

    /// Fewer messages than this don't matter.
    private static let leastMessages = 2_000.0
    private static let leastOfOne = 200
    /// Larger messages are slow because of their data.
    private static let mostBytesPerCall = 16_384.0
    /// A thread that takes part in fewer of the messages does something else.
    private static let leastPart = 0.2
    /// A thread that uses more CPU seconds than this for each of its calls and waits also computes: a message
    /// costs CPython about 10 µs a call, and other languages less.
    private static let mostSecondsPerStep = 40e-6
    /// Handing out must cost at least as much as this share of all that the workers do.
    private static let leastRatio = 0.5

    package init() {}

    package func conclusions(from program: ExplainReport) -> [Conclusion] {
      let processes = ProgramProcesses(program)
      let found = processes.all.values.compactMap { Self.handing(by: $0, processes) }
      // The one that hands out most; of several pools in a row, the others follow.
      guard let most = found.max(by: { $0.messages < $1.messages }) else { return [] }
      let handing = most.handingSeconds / most.messages
      let working = most.workingSeconds / most.messages
      let together = (9 * handing / max(working, 1e-9)).rounded(.up)
      let few = min(1_000, max(10, together))
      return [
        conclusion(
          """
          \(FigureText.count(most.workers, "worker process")) of \(most.hub.label) got \(most.workers == 1 ? "its" : "their") \
          work in at least \(FigureText.count(Int(most.messages), "message")); for each, handing it out and taking the \
          result cost \(FigureText.duration(handing)) of CPU time in \(most.hub.label), and the worker's \
          part, with the work itself, \(FigureText.duration(working)).
          """,
          evidence: [
            "messages": most.messages, "handing_s_per_message": handing,
            "worker_s_per_message": working, "workers": Double(most.workers),
            "hub_waits": most.hub.waits, "cpu_s": program.totals[.onCPU],
          ],
          advice: """
            Send more of the work in one message\(program.gil.isEmpty ? "" : " (a larger chunksize, in Python)"): \
            with about \(FigureText.count(Int(few))) times as much in each, handing it out would take a \
            tenth of the time.
            """)
      ]
    }

    /// A process that hands out work, and those that do it.
    private struct Handing {
      var hub: ProgramProcesses.Process
      var workers: Int
      var messages: Double
      var handingSeconds: Double
      var workingSeconds: Double
    }

    private static func handing(
      by hub: ProgramProcesses.Process, _ processes: ProgramProcesses
    ) -> Handing? {
      let workers = processes.all.values.filter {
        $0.exchanges >= leastOfOne && $0.data.pid != hub.data.pid
          && processes.descends($0.data.pid, from: hub.data.pid)
      }
      let messages = workers.reduce(0.0) { $0 + Double($1.exchanges) }
      let calls = workers.reduce(0.0) { $0 + Double($1.data.all.reads + $1.data.all.writes) }
      let bytes = workers.reduce(0.0) {
        $0 + Double($1.data.all.readBytes + $1.data.all.writtenBytes)
      }
      guard messages >= leastMessages, bytes <= mostBytesPerCall * calls,
        // What the workers wrote went to it, and what they read came from it.
        Double(hub.data.all.reads) >= 0.5 * messages, Double(hub.data.all.writes) >= 0.5 * messages,
        workers.allSatisfy({ worker in
          Self.secondsPerStep(worker.threads) <= mostSecondsPerStep
        })
      else { return nil }
      let messengers = hub.threads.filter { thread in
        thread.io.map { Double($0.reads + $0.writes) >= leastPart * messages } ?? false
      }
      let handing = messengers.reduce(0) { $0 + $1[.onCPU] }
      let working = workers.reduce(0) { $0 + $1.cpuSeconds }
      guard handing > 0, secondsPerStep(messengers) <= mostSecondsPerStep,
        handing >= leastRatio * working
      else { return nil }
      return Handing(
        hub: hub, workers: workers.count, messages: messages, handingSeconds: handing,
        workingSeconds: working)
    }

    /// CPU seconds of threads for each of their calls and waits.
    private static func secondsPerStep(_ threads: [ObservedWorker]) -> Double {
      let steps = threads.reduce(0.0) { sum, thread in
        let calls = thread.io.map { Double($0.reads + $0.writes) } ?? 0
        return sum + calls + (thread.switches?.voluntary ?? 0)
      }
      return steps > 0 ? threads.reduce(0) { $0 + $1[.onCPU] } / steps : .infinity
    }
  }
}
