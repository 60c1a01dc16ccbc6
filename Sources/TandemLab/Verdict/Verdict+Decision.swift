package import TandemModel
import TandemText

extension Verdict {
  /// Decides what to use.
  ///
  /// First whether workers help at all: they must beat the same work without workers by five per
  /// cent. Then threads against processes, by the interval of their paired ratio: outside of five
  /// per cent either way, one is faster; inside, either will do; across, the runs don't tell. Below
  /// six blocks there is no interval, and every single pair must agree by more than five per cent.
  ///
  /// Where the models were named, and those that ran are of one kind only, that they beat the same work
  /// without workers is an answer: nobody asked about the other kind.
  ///
  /// - Parameters:
  ///   - cells: the cells of all schedules.
  ///   - machine: the machine.
  ///   - work: what was run.
  ///   - seed: the report's seed, for the bootstrap.
  ///   - sweep: the same work over several numbers of workers; nil when there was one number.
  ///   - crossings: what crosses between processes with a Python function.
  ///   - modelsAreNamed: whether the user named the models.
  ///   - ending: why the runs ended when they did; nil where that isn't known.
  package init(
    of cells: [AnalysedCell], machine: MachineSummary, work: WorkSummary, seed: UInt64,
    sweep: Sweep? = nil, crossings: [PythonCrossing] = [], modelsAreNamed: Bool = false,
    ending: ComparisonEnding? = nil
  ) {
    let candidates = VerdictCandidates(among: cells, work: work)
    var verdict = Self.decide(
      candidates, cells, machine, work, seed, sweep, crossings, modelsAreNamed, ending)
    if let note = candidates.otherInterpreters {
      verdict.reason += "; \(note)"
    }
    if !candidates.python, let note = Self.pythonNote(cells) {
      verdict.reason += "; \(note)"
    }
    verdict.reason += "."
    // All candidates ran under one.
    if verdict.model != nil { verdict.interpreter = candidates.best?.side.interpreter }
    self = verdict
  }

  private static func decide(
    _ candidates: VerdictCandidates, _ cells: [AnalysedCell], _ machine: MachineSummary,
    _ work: WorkSummary, _ seed: UInt64, _ sweep: Sweep?, _ crossings: [PythonCrossing],
    _ modelsAreNamed: Bool, _ ending: ComparisonEnding?
  ) -> Verdict {
    guard let best = candidates.best else {
      return undecided(
        UnfinishedModels(ending).map { "No model with workers has been measured: \($0.reason)" }
          ?? "No model with workers has been measured")
    }
    let isBusy = ending?.othersShare != nil
    var serialAside: String?
    if let serial = candidates.serial {
      guard let pairs = PairedRuns(serial, best, seed: seed) else {
        return undecided(
          "\(serial.result.label) and \(best.result.label) never ran in the same block")
      }
      switch beatsSerial(pairs.ratio, isBusy) {
      case .above:
        serialAside = """
          ; the same work without workers took \(wall(serial))
          """
      case .below:
        return Verdict(
          choice: .serial, model: serial.result.model, workers: nil,
          reason: """
            Nothing beats the same work without workers by 5 %: \(serial.result.label) took \
            \(wall(serial)) and the best of the others, \(best.result.label), \(wall(best)) \
            \(best.result.schedule.phrase) (\(pairs.ratio.inverted.phrase))
            """)
      case .unclear:
        return undecided(
          """
          Whether workers beat the same work without them by 5 % is open: \(serial.result.label) \
          took \(wall(serial)), \(best.result.label) \(wall(best)) \
          \(best.result.schedule.phrase) (\(pairs.ratio.inverted.phrase))
          """,
          OpenPair(
            serial, best, pairs.ratio,
            moreRuns: pairs.ratio.moreRuns(toTellFrom: [PairedRatio.margin])))
      }
    }
    func chosen(_ choice: Choice, _ cell: AnalysedCell, _ reason: String) -> Verdict {
      let series = sweep?.series(of: cell.result.model, interpreter: cell.side.interpreter)
      guard series == nil else {
        return Verdict(
          choice: choice, model: cell.result.model, workers: series?.recommendation.workers,
          reason: reason + (serialAside ?? "") + "; \(sweepAside(series, cell))")
      }
      if choice == .tasks {
        return Verdict(
          choice: choice, model: cell.result.model, workers: nil,
          reason: reason + (serialAside ?? ""))
      }
      let count = WorkerCount(for: cell.result, cells: cells, machine: machine, work: work)
      return Verdict(
        choice: choice, model: cell.result.model, workers: count.workers,
        reason: reason + (serialAside ?? "") + "; \(count.reason)")
    }
    guard let threads = candidates.threads, let processes = candidates.processes else {
      if crossings.contains(where: { $0.messageSeconds == nil }), let threads = candidates.threads,
        candidates.serial != nil
      {
        return chosen(
          threads.result.model == .pythonAsyncio ? .tasks : .threads, threads,
          "Workers help: \(threads.result.label) took \(wall(threads)) \(candidates.schedule.phrase)"
        )
      }
      let isThreads = candidates.processes == nil
      let isLocked = cells.contains { $0.ran && $0.result.model == .swiftThreadsGlobalLock }
      let missing = isThreads ? "processes" : isLocked ? "threads that share no lock" : "threads"
      let none = "no model with \(missing) has been measured"
      if let unfinished = UnfinishedModels(ending, where: { $0.isProcesses == isThreads }) {
        return undecided(
          """
          Only \(best.result.label) (\(wall(best)), \(best.result.schedule.phrase)) can be judged, \
          since \(none): \(unfinished.reason)
          """)
      }
      let choice: Choice =
        best.result.model == .pythonAsyncio ? .tasks : isThreads ? .threads : .processes
      if modelsAreNamed, candidates.workers.count == 1, serialAside != nil {
        return chosen(
          choice, best,
          "\(best.result.label) helps: it took \(wall(best)) \(candidates.schedule.phrase); \(none)"
        )
      }
      guard candidates.workers.count > 1,
        let pairs = PairedRuns(best, candidates.workers[1], seed: seed)
      else {
        return undecided(
          """
          Only \(best.result.label) (\(wall(best)), \(best.result.schedule.phrase)) can be judged, \
          since \(none)
          """)
      }
      // The question is which of one kind, since nothing else was run.
      let second = candidates.workers[1]
      let figures = """
        \(best.result.label) took \(wall(best)) and \(second.result.label) \(wall(second)) \
        \(candidates.schedule.phrase)
        """
      let aside = "; \(none)"
      switch pairs.ratio.answer(onBusyMachine: isBusy) {
      case .secondSlower:
        return chosen(
          choice, best,
          "\(best.result.label) is the fastest: \(figures) (\(pairs.ratio.inverted.phrase))\(aside)"
        )
      case .same:
        return chosen(
          choice, best,
          """
          \(best.result.label) and \(second.result.label) take the same time to within 5 %: \(figures) \
          (\(pairs.ratio.inverted.phrase))\(aside)
          """)
      case .firstSlower, .undecided:
        let bounds = [PairedRatio.margin, 1 / PairedRatio.margin]
        return undecided(
          """
          The runs don't distinguish \(best.result.label) from \(second.result.label): \(figures) \
          (\(pairs.ratio.inverted.phrase))\(serialAside ?? "")\(aside)
          """,
          OpenPair(
            best, second, pairs.ratio, serial: candidates.serial,
            moreRuns: pairs.ratio.moreRuns(toTellFrom: bounds)))
      }
    }
    guard let pairs = PairedRuns(threads, processes, seed: seed) else {
      return undecided(
        "\(threads.result.label) and \(processes.result.label) never ran in the same block")
    }
    let figures = """
      \(threads.result.label) took \(wall(threads)) and \(processes.result.label) \
      \(wall(processes)) \(candidates.schedule.phrase)\(serverAside(processes, crossings))
      """
    switch pairs.ratio.answer(onBusyMachine: isBusy) {
    case .firstSlower:
      return chosen(
        .processes, processes, "Processes are faster: \(figures) (\(pairs.ratio.phrase))")
    case .secondSlower:
      return chosen(
        .threads, threads, "Threads are faster: \(figures) (\(pairs.ratio.inverted.phrase))")
    case .same:
      return chosen(
        .either, threads,
        """
        Threads and processes take the same time to within 5 %: \(figures) \
        (\(pairs.ratio.phrase)), and threads are lighter
        """)
    case .undecided:
      let bounds = [PairedRatio.margin, 1 / PairedRatio.margin]
      return undecided(
        """
        The runs don't distinguish threads from processes: \(figures) \
        (\(pairs.ratio.phrase))\(serialAside ?? "")
        """,
        OpenPair(
          threads, processes, pairs.ratio, serial: candidates.serial,
          moreRuns: pairs.ratio.moreRuns(toTellFrom: bounds)))
    }
  }

  /// Whether the best workers beat serial work by the margin.
  ///
  /// - Parameters:
  ///   - ratio: serial over best.
  ///   - isBusy: whether other programs used much of the CPUs meanwhile.
  /// - Returns: `above` when they do, `below` when they don't.
  private static func beatsSerial(_ ratio: PairedRatio, _ isBusy: Bool) -> PairedRatio.Position {
    if ratio.isTooLittle(onBusyMachine: isBusy) { return .unclear }
    // One-sided, since workers that are as fast as none aren't worth having. Without an interval,
    // saying no takes as clear a difference as saying yes.
    let position = ratio.position(of: PairedRatio.margin)
    guard position == .below, ratio.interval == nil else { return position }
    return ratio.position(of: 1 / PairedRatio.margin) == .below ? .below : .unclear
  }

  private static func undecided(_ reason: String, _ pair: OpenPair? = nil) -> Verdict {
    Verdict(
      choice: .undecided, model: nil, workers: nil,
      reason: reason + (pair.map { "; \($0.whatWouldDecide)" } ?? ""), open: pair?.question)
  }

  private static func pythonNote(_ cells: [AnalysedCell]) -> String? {
    let python = VerdictCandidates(among: cells.filter(\.ran), python: true)
    guard let threads = python.threads, let processes = python.processes else { return nil }
    return """
      in Python, \(threads.result.label) took \(wall(threads)) and \(processes.result.label) \
      \(wall(processes)) \(python.schedule.phrase)
      """
  }

  /// What of the time of processes is paid once a program, however much work follows.
  private static func serverAside(
    _ processes: AnalysedCell, _ crossings: [PythonCrossing]
  ) -> String {
    guard let wall = processes.result.medianSeconds else { return "" }
    if let server = processes.result.serverStartSeconds, server >= 0.05 * wall {
      return ", \(FigureText.duration(server)) of it for starting the server, once per program"
    }
    guard let pool = processes.result.pythonPool else { return "" }
    // The first message waits for the function and its arguments, which each message does.
    let crossing = crossings.first { $0.interpreter == processes.side.interpreter }
    let moving = [crossing?.function, crossing?.argument].compactMap(\.self)
      .reduce(0) { $0 + $1.pickleSeconds + $1.unpickleSeconds }
    let once = max(0, pool.startSeconds - moving) + pool.stopSeconds
    guard once >= 0.05 * wall else { return "" }
    return ", \(FigureText.duration(once)) of it for starting and ending the pool, once per pool"
  }

  /// What a sweep says of the number of workers.
  private static func sweepAside(_ series: SweepSeries?, _ cell: AnalysedCell) -> String {
    guard let advice = series?.recommendation else { return "" }
    if let workers = advice.workers {
      return "the sweep recommends \(FigureText.count(workers, "worker"))"
    }
    guard !advice.undecidedBetween.isEmpty else {
      return "how many workers is open, since only \(cell.result.workers) could be measured"
    }
    return """
      how many workers is open: the sweep doesn't decide between \
      \(FigureText.list(advice.undecidedBetween.map(String.init)))
      """
  }

  private static func wall(_ cell: AnalysedCell) -> String {
    FigureText.duration(cell.result.medianSeconds ?? 0)
  }
}
