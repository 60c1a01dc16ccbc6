import TandemModel
import TandemText

extension TinyTasksDominate {
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
    /// With less of the calls known, the time for each isn't.
    private static let leastCoverage = 0.4
    /// Handing out must cost at least as much as this share of all that the workers do.
    private static let leastRatio = 0.5

    package init() {}

    package func conclusions(from program: ExplainReport) -> [Conclusion] {
      let processes = ProgramProcesses(program)
      let found = processes.all.values.compactMap { Self.handing(by: $0, processes) }
      // The one that hands out most; of several pools in a row, the others follow.
      guard let most = found.max(by: { $0.messages < $1.messages }) else { return [] }
      guard processes.coverage >= Self.leastCoverage else { return [] }
      // CPU time is known to the end, messages only to the last time that they were read.
      let messages = most.messages / processes.coverage
      let handing = most.handingSeconds / messages
      let working = most.workingSeconds / messages
      let together = (9 * handing / max(working, 1e-9)).rounded(.up)
      let few = min(1_000, max(10, together))
      return [
        conclusion(
          """
          \(FigureText.count(most.workers, "worker process")) of \(most.hub.label) got \(most.workers == 1 ? "its" : "their") \
          work in at least \(FigureText.count(Int(most.messages), "message")); for each, handing it out and taking the \
          result took about \(FigureText.duration(handing)) of CPU time in \(most.hub.label), and the worker's \
          part, with the work itself, \(FigureText.duration(working)).
          """,
          evidence: [
            "messages": most.messages, "handing_s_per_message": handing,
            "worker_s_per_message": working, "workers": Double(most.workers),
            "hub_waits": most.hub.waits, "cpu_s": program.totals[.onCPU],
          ],
          potentialGain: Self.gain(most, program),
          advice: """
            Send more of the work in one message\(program.gil.isEmpty ? "" : " (a larger chunksize, in Python)"): \
            with about \(FigureText.count(Int(few))) times as much in each, handing it out would take a \
            tenth of the time.
            """)
      ]
    }

    /// Without the messages, the other computing and at least a part of the workers' remain.
    private static func gain(_ handing: Handing, _ program: ExplainReport) -> PotentialGain? {
      let rest = max(0, program.totals[.onCPU] - handing.handingSeconds - handing.workingSeconds)
      return program.gainOfCPUTimeToo(
        atMost: program.wallSeconds - rest / max(program.lostCPU.cpus, 1),
        "handing out and taking, waiting for it, and what a message costs its worker")
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
          secondsPerStep(worker.threads, processes) <= mostSecondsPerStep
        })
      else { return nil }
      let messengers = hub.threads.filter { thread in
        thread.io.map { Double($0.reads + $0.writes) >= leastPart * messages } ?? false
      }
      let handing = messengers.reduce(0) { $0 + $1[.onCPU] }
      let working = workers.reduce(0) { $0 + $1.cpuSeconds }
      guard handing > 0, secondsPerStep(messengers, processes) <= mostSecondsPerStep,
        handing >= leastRatio * working
      else { return nil }
      return Handing(
        hub: hub, workers: workers.count, messages: messages, handingSeconds: handing,
        workingSeconds: working)
    }

    /// CPU seconds of threads for each of their calls and waits.
    private static func secondsPerStep(
      _ threads: [ObservedWorker], _ processes: ProgramProcesses
    ) -> Double {
      let steps = threads.reduce(0.0) { sum, thread in
        let calls = thread.io.map { Double($0.reads + $0.writes) } ?? 0
        return sum + calls / max(processes.coverage, leastCoverage)
          + (thread.switches?.voluntary ?? 0)
      }
      return steps > 0 ? threads.reduce(0) { $0 + $1[.onCPU] } / steps : .infinity
    }
  }
}
