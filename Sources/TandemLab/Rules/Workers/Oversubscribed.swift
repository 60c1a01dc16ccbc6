package import TandemModel
import TandemText

/// More workers want a CPU than there are CPUs.
package enum Oversubscribed {
  /// Models whose workers spend much of their time waiting for a CPU.
  package struct InComparison: Rule {
    package let claim = Claim.oversubscribed

    package init() {}

    package func conclusions(from comparison: Comparison) -> [Conclusion] {
      let cpus = comparison.machine.effectiveCPUs
      let crowded = comparison.ran(on: .allAtOnce).compactMap {
        result -> (result: ModelResult, queue: Double)? in
        guard result.workers > cpus, let runnable = result.runnableSeconds,
          let wall = result.medianSeconds, wall > 0,
          let concurrency = result.concurrency, concurrency > 1.2 * Double(cpus),
          // Both in their bodies' time and on average at any moment: work that waits has short
          // queues too, whenever many workers wake at once.
          runnable >= 0.3 * concurrency * wall, runnable >= wall,
          // How many workers that wait are enough, the number of CPUs doesn't say.
          comparison.profile(under: result.interpreter).nature != .ioBound
        else { return nil }
        return (result, runnable / wall)
      }
      guard let (worst, queue) = crowded.max(by: { $0.queue < $1.queue }),
        let runnable = worst.runnableSeconds, let onCPU = worst.onCPUSeconds
      else { return [] }
      let involuntary = worst.switches.flatMap {
        $0.involuntary >= 2
          ? " (the kernel took a CPU away \(FigureText.count($0.involuntary)) times in a run)"
          : nil
      }
      return [
        conclusion(
          """
          With \(worst.workers) workers on \(FigureText.count(cpus, "CPU")), \(worst.label) had \
          \(FigureText.ratio(queue)) workers waiting for a CPU on average: their bodies spent \
          \(FigureText.duration(onCPU)) on a CPU and \(FigureText.duration(runnable)) waiting for one.
          """,
          about: [worst],
          evidence: [
            "workers": Double(worst.workers), "cpus": Double(cpus), "runnable_s": runnable,
            "on_cpu_s": onCPU, "waiting_for_a_cpu": queue,
            "involuntary_switches": worst.switches?.involuntary,
          ],
          potentialGain: nil,
          advice: """
            Try --workers \(cpus): more workers than CPUs don't make work that computes faster, and \
            fewer need less memory and fewer switches\(involuntary ?? "").
            """)
      ]
    }
  }

  /// A program whose workers, on average, want more CPUs than it has.
  package struct InProgram: Rule {
    package let claim = Claim.oversubscribed

    /// The least share of its CPUs that a program has to use itself.
    private static let leastUse = 0.7
    /// Where samples show who is ready, the CPUs' time that nobody used can't be more than this share: workers
    /// that wake each other seem to be ready when they are about to sleep.
    private static let mostIdle = 0.15

    package init() {}

    package func conclusions(from program: ExplainReport) -> [Conclusion] {
      let cpus = program.lostCPU.cpus
      let wanting =
        program.wallSeconds > 0
        ? (program.totals[.onCPU] + program.totals[.runnable]) / program.wallSeconds : 0
      guard program.wallShare(.runnable) >= 0.2, wanting >= 1.25 * cpus,
        // Where others have the CPUs, workers that want little are ready for one for long too, and what
        // they have to do piles up.
        program.parallelism >= Self.leastUse * cpus, Self.demandAlone(program) >= 1.25 * cpus,
        program.sources.switches == .exact || Self.idleShare(program) <= Self.mostIdle
      else { return [] }
      let involuntary = program.workers.reduce(0) { $0 + ($1.switches?.involuntary ?? 0) }
      let groups = Self.computing(program)
      let whose = groups.isEmpty ? "" : ", of \(FigureText.list(groups.map(\.title)))"
      return [
        conclusion(
          """
          On average \(FigureText.ratio(wanting)) workers wanted a CPU\(whose), but the program has \
          \(FigureText.cpus(cpus)), \(cpus == 1 ? "which was" : "which were") \
          \(FigureText.percent(min(1, program.parallelism / cpus))) busy with it: workers waited \
          \(FigureText.duration(program.totals[.runnable])) for a CPU and were taken off one \
          \(FigureText.count(Int(involuntary), "time")).
          """,
          evidence: [
            "runnable_s": program.totals[.runnable], "wanting_cpu": wanting, "cpus": cpus,
            "involuntary_switches": involuntary, "parallelism": program.parallelism,
          ],
          // The CPUs are busy. Whether they have less to do with fewer workers, one run doesn't show.
          potentialGain: nil, advice: Self.advice(program, groups))
      ]
    }

    /// The share of the CPUs' time that nobody used; 0 where that isn't known.
    private static func idleShare(_ program: ExplainReport) -> Double {
      guard let taken = program.lostCPU.taken, program.wallSeconds > 0 else { return 0 }
      return taken.idleSeconds / (program.lostCPU.cpus * program.wallSeconds)
    }

    /// The CPUs that the workers would keep busy if they got one at once whenever they are ready.
    ///
    /// A worker that computes half of the time that it isn't ready for a CPU wants half a CPU, however
    /// long others keep it waiting.
    private static func demandAlone(_ program: ExplainReport) -> Double {
      program.workers.reduce(0) { sum, worker in
        let life = worker.lifeSeconds - worker[.runnable]
        guard life > 0 else { return sum }
        return sum + min(1, worker[.onCPU] / life) * worker.lifeSeconds / program.wallSeconds
      }
    }

    /// The workers that want the CPUs: those with a tenth of all wishes or more.
    private static func computing(_ program: ExplainReport) -> [LikeWorkers] {
      let all = program.totals[.onCPU] + program.totals[.runnable]
      return LikeWorkers.acrossProcesses(LikeWorkers.groups(of: program)).filter {
        $0.wantingSeconds >= 0.1 * all
      }
    }

    private static func advice(_ program: ExplainReport, _ groups: [LikeWorkers]) -> String {
      let cpus = program.lostCPU.cpus
      let machine = program.machine
      if machine.cpuQuota == nil, machine.cpusAllowed < machine.cpusOnline {
        return """
          Let it run on more CPUs, of which it may use \(machine.cpusAllowed) of \
          \(machine.cpusOnline) (taskset -p shows which): its workers have work for more.
          """
      }
      if let group = groups.first(where: { $0.library != nil }),
        let file = group.workers.first(where: { $0.beganIn != nil })?.beganIn?.fileName,
        let variable = TeamLibrary(file: file)?.variable
      {
        let processes = Set(group.workers.map(\.pid)).count
        let each = max(1, Int(cpus) / processes)
        return processes > 1
          ? """
          Set \(variable)=\(each): \(group.library ?? file) starts threads in each of the \
          \(processes) processes, and together they are more than the CPUs (\(FigureText.setting(cpus))).
          """
          : """
          Set \(variable)=\(each), or start fewer workers beside it: together they are more than \
          the CPUs (\(FigureText.setting(cpus))).
          """
      }
      let wanting = Set(groups.first?.workers.map(\.pid) ?? [])
      if program.runtimes.contains(where: { $0.name == .go && wanting == [$0.pid] }) {
        return """
          Set GOMAXPROCS to no more than the CPUs (\(FigureText.setting(cpus))): more threads only take \
          turns.
          """
      }
      return """
        Start no more computing workers than there are CPUs (\(FigureText.setting(cpus))): more of \
        them only take turns.
        """
    }
  }
}
