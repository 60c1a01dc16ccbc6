package import TandemModel
import TandemText

/// Starting and ending workers takes most of the time.
package enum StartUpDominates {
  /// Models that spend more than half of the wall time on starting and ending workers.
  package struct InComparison: Rule {
    package let claim = Claim.startUpDominates

    package init() {}

    package func conclusions(from comparison: Comparison) -> [Conclusion] {
      Schedule.allCases.compactMap { conclusion(from: comparison.ran(on: $0), comparison) }
    }

    private func conclusion(
      from results: [ModelResult], _ comparison: Comparison
    ) -> Conclusion? {
      // A task that was added and not begun waits for its turn: nothing of it is being started.
      let started = results.filter {
        $0.model.workerKind == .thread || $0.model.workerKind == .process
      }
      // A worker's start ends with its first message: where that is large, it isn't starting that takes long.
      let moving = comparison.poolCrossings.filter(\.movesMuch).map(\.result)
      let dominated = started.filter {
        $0.workers > 0 && $0.startUpShare > 0.5 && !moving.contains($0)
      }
      .sorted { $0.startUpShare > $1.startUpShare }
      guard let worst = dominated.first, let wall = worst.medianSeconds else { return nil }
      // Wall seconds that one more worker adds: what overlaps is counted once.
      let cost = worst.startUpShare * wall / Double(worst.workers)
      var sentence = """
        \(worst.schedule.phrase.capitalisedFirst), starting and ending \(worst.workers) workers took \
        \(FigureText.percent(worst.startUpShare)) of the \(FigureText.duration(wall)) of \
        \(worst.label), \(FigureText.duration(cost)) a worker
        """
      if let server = worst.serverStartSeconds {
        sentence += ", including \(FigureText.duration(server)) for the server that forks them"
      }
      sentence += importing(worst, comparison)
      let others = dominated.dropFirst().map {
        "\($0.label) (\(FigureText.percent($0.startUpShare)))"
      }
      if !others.isEmpty {
        let more = others.count > 3 ? ["\(others.count - 3) more"] : []
        sentence +=
          "; it took more than half also under \(FigureText.list(others.prefix(3) + more))"
      }
      return conclusion(
        sentence + ".", about: dominated,
        evidence: [
          "start_up_share": worst.startUpShare, "median_s": wall,
          "start_up_s_per_worker": cost, "server_start_s": worst.serverStartSeconds,
          "start_s_per_worker": worst.startSecondsPerWorker,
          "end_s_per_worker": worst.endSecondsPerWorker,
          "models": Double(dominated.count),
        ],
        potentialGain: PotentialGain(
          seconds: worst.startUpShare * wall, wallSeconds: wall,
          basis: "the time in which workers started or ended"),
        advice: advice(worst, cost: cost, comparison))
    }

    /// A module that each worker imports again, if that is a good part of its start.
    private func importing(_ worst: ModelResult, _ comparison: Comparison) -> String {
      guard let method = worst.pythonPool?.startMethod, method != "fork",
        let start = worst.startSecondsPerWorker,
        let crossing = comparison.crossings.first(where: {
          $0.interpreter == worst.interpreter?.path
        }), crossing.importSeconds >= 0.2 * start
      else { return "" }
      return """
        ; each worker imports the function's module, which takes \
        \(FigureText.duration(crossing.importSeconds))
        """
    }

    private func advice(_ worst: ModelResult, cost: Double, _ comparison: Comparison) -> String {
      let cpus = comparison.machine.effectiveCPUs
      // Nine parts of work to one of starting; work that overlaps passes as many times as fast.
      let atOnce = worst.schedule == .allAtOnce ? min(cpus, worst.workers) : 1
      let enough = FigureText.duration(9 * cost * Double(atOnce))
      let target = "with \(enough) of work for each, starting them takes a tenth of the time"
      // One worker for each CPU is enough only for workers that compute.
      let computes = comparison.profile(under: worst.interpreter).nature == .cpuBound
      if computes, worst.workers > cpus {
        return """
          Start few workers and give each many items (try --workers \(cpus), one for each CPU); \
          \(target).
          """
      }
      let keep =
        worst.pythonPool == nil
        ? "" : " Or make the pool once and use it for more than one map: it is started once."
      return "Give each worker more to do: \(target).\(keep)"
    }
  }

  /// A program whose workers live so shortly that they hardly do more than begin and end.
  package struct InProgram: Rule {
    package let claim = Claim.startUpDominates

    /// A process that lived no longer than this hardly did more than begin and end.
    private static let shortProcessSeconds = 0.05
    /// The same for a thread.
    private static let shortThreadSeconds = 0.000_25
    /// So many a second leave no time for much else.
    private static let manyThreads = 1_000.0
    private static let manyProcesses = 200.0

    package init() {}

    package func conclusions(from program: ExplainReport) -> [Conclusion] {
      let short = shortLives(in: program)
      guard short.isEmpty, let imports = ImportsDominate(program) else { return short }
      return [
        conclusion(
          imports.sentence + ".", evidence: imports.evidence,
          potentialGain: program.gain(atMost: imports.gain.seconds, imports.gain.basis),
          advice: imports.advice)
      ]
    }

    private func shortLives(in program: ExplainReport) -> [Conclusion] {
      let started = program.started
      guard program.startedCount >= 20, !started.isEmpty else { return [] }
      let short = started.filter {
        $0.ownSeconds
          <= ($0.kind == .process ? Self.shortProcessSeconds : Self.shortThreadSeconds)
      }
      guard Double(short.count) >= 0.8 * Double(started.count) else { return [] }
      let perSecond = Double(program.startedCount) / max(program.wallSeconds, 1e-9)
      let life = started.map(\.lifeSeconds).sorted()[started.count / 2]
      // The lives of the short ones, one after the other, must make up the program's time.
      let own = short.reduce(0) { $0 + $1.ownSeconds }
      let inLives = own * Double(program.startedCount) / Double(started.count)
      // Those that wait most of their lives do that, and not start.
      let onCPU = short.reduce(0) { $0 + $1[.onCPU] }
      guard 2 * onCPU >= short.reduce(0, { $0 + $1.lifeSeconds - $1[.runnable] }) else { return [] }
      // Much of the cost of a start is its parent's, which isn't short-lived.
      let many = program.starts.processes == 0 ? Self.manyThreads : Self.manyProcesses
      guard inLives >= 0.3 * program.wallSeconds || perSecond >= many else { return [] }
      let noun = program.startedNoun
      return [
        conclusion(
          """
          \(Self.counted(program, perSecond: perSecond)) lived less than \
          \(FigureText.duration(life)), starting and ending included.
          """,
          evidence: [
            "started": Double(program.startedCount), "per_second": perSecond,
            "median_life_s": life, "thread_start_s": program.starts.threadStartSeconds,
            "process_start_s": program.starts.processStartSeconds,
          ],
          potentialGain: program.gainOfCPUTimeToo(
            atMost: program.otherWorkers == nil ? Self.span(of: short) : program.wallSeconds,
            "the time from the first start to the last end"),
          advice: """
            Start a few workers once and give each many pieces of work: a pool of \
            \(noun == "process" ? "processes" : noun + "s") pays for its start once.
            """)
      ]
    }

    /// Sampling misses the shortest lives: what was seen is the least.
    private static func counted(_ program: ExplainReport, perSecond: Double) -> String {
      guard program.sources.switches == .sampled else {
        return """
          The program started \(program.startedAll), \(FigureText.count(perSecond)) a second, and half of them
          """
      }
      let onMachine =
        program.starts.onMachine.map {
          " (\(FigureText.count($0)) threads and processes were started on the whole machine meanwhile)"
        } ?? ""
      return
        "The program started \(program.startedAll)\(onMachine), and half of those that were seen"
    }

    /// Seconds from the first start of some workers to their last end.
    private static func span(of workers: [ObservedWorker]) -> Double {
      let first = workers.map(\.startedSeconds).min() ?? 0
      return (workers.map(\.endedSeconds).max() ?? first) - first
    }
  }
}

extension ObservedWorker {
  /// Seconds of its life that it neither slept nor waited for I/O or for a CPU.
  fileprivate var ownSeconds: Double {
    lifeSeconds - self[.runnable] - self[.sleep] - self[.io]
  }
}

extension ModelResult {
  /// The share of the wall time in which workers, or the server that forks them, were starting or ending.
  fileprivate var startUpShare: Double {
    let wall = shares.reduce(0) { $0 + $1.seconds }
    let startUp = shares.filter { [.starting, .ending, .startingServer].contains($0.state) }
    return wall > 0 ? startUp.reduce(0) { $0 + $1.seconds } / wall : 0
  }
}
