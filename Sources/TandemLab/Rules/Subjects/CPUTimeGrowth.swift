import TandemModel
import TandemText

/// Two runs of which one took more CPU time: by how much, of which kind, and what that points to.
struct CPUTimeGrowth {
  /// The comparison of each figure, turned so that the CPU time is larger than its base.
  let figures: [RunComparison]
  /// The comparison of the CPU times.
  let cpu: RunComparison
  /// How many times as much CPU time it is.
  let factor: Double

  /// Less than this isn't worth a word: clocks and shared caches alone can make as much.
  private static let leastFactor = 1.15
  /// CPU seconds below which start-up and chance are most of it.
  private static let leastSeconds = 0.1

  /// Looks at two commands' runs; nil unless the CPU time of one is shown to be larger.
  ///
  /// - Parameter comparisons: The figures of one command compared with those of the other.
  init?(_ comparisons: [RunComparison]) {
    guard let cpu = comparisons[.cpu] else { return nil }
    figures = cpu.shown == .smaller ? comparisons.map(\.inverted) : comparisons
    guard let cpu = figures[.cpu], cpu.shown == .larger, let ratio = cpu.ratio,
      ratio >= Self.leastFactor, cpu.value >= Self.leastSeconds
    else { return nil }
    self.cpu = cpu
    factor = ratio
  }

  /// The figures: `1.21 s instead of 419 ms (medians of 9 runs each, …); what was added is in user mode`.
  var text: String {
    """
    \(FigureText.duration(cpu.value)) instead of \(FigureText.duration(cpu.base)) (medians of \
    \(FigureText.count(cpu.pairs, "run")) each, \(cpu.intervalText)); \(modes)
    """
  }

  private var modes: String {
    let kernel = addedInKernel / (cpu.value - cpu.base)
    if kernel < 0.05 { return "what was added is in user mode" }
    if kernel > 0.95 { return "what was added is in the kernel" }
    return "in user mode \(change(.user)), in the kernel \(change(.system))"
  }

  /// What the growth points to, a sentence or two.
  ///
  /// - Parameter share: Whether what takes more has several workers that run at once in the same memory.
  /// - Returns: The sentences.
  func cause(ifWorkersShare share: Bool) -> String {
    switch kind {
    case .faults:
      """
      Page faults grew \(from(.minorFaults)): memory that is given back and taken anew, or touched for the \
      first time in each worker.
      """
    case .switches:
      """
      Waits that ended in a context switch grew \(from(.voluntarySwitches)): locks, hand-overs and \
      wake-ups.
      """
    case .kernel: "Time in the kernel points to locks that are waited for, or to system calls."
    case .memory:
      """
      Instructions stayed about the same (\(times(.instructions))) and cycles grew (\(times(.cycles))): the \
      CPUs wait for memory and caches, as where workers write to the same cache lines (false sharing, \
      contended atomics, reference counts) or share the memory's bandwidth.
      """
    case .instructions:
      """
      Instructions grew as cycles did (\(times(.instructions)) and \(times(.cycles))): spinning, retries, or \
      more work.
      """
    case .both:
      """
      Instructions grew (\(times(.instructions))) and cycles grew more (\(times(.cycles))): spinning or \
      retries, and waiting for memory and caches.
      """
    case .user where share:
      """
      Time in user mode points to memory and caches (false sharing, contended atomics, reference counts), \
      spinning and retries\(sharedCores), or more work. Counts of instructions and cycles would tell these \
      apart, but they can't be had here (tandem doctor).
      """
    case .user:
      """
      Time in user mode points to more work, or to the same work done more slowly, as when memory and caches \
      are shared with others\(sharedCores).
      """
    }
  }

  /// What to do, a sentence that begins with a verb.
  ///
  /// - Parameter share: Whether what takes more has several workers that run at once in the same memory.
  /// - Returns: The sentence.
  func advice(ifWorkersShare share: Bool) -> String {
    switch kind {
    case .faults:
      """
      Keep memory and use it again instead of freeing it, or let more of it stay with the allocator; perf record \
      -e page-faults -g shows where the faults are.
      """
    case .switches, .kernel:
      """
      Share less, hold locks for less time and hand over more at once; strace -c -f counts the calls, and \
      tandem explain without --vs or --sweep shows the waits.
      """
    case .memory, .instructions, .both, .user:
      share
        ? """
        Give each worker data of its own and combine it at the end, and let waiting workers sleep instead of spin; \
        perf record -g shows where the time goes.
        """
        : "Look at both with perf record -g: it shows where the added time goes."
    }
  }

  /// The wall time that the added CPU time is, at the same parallelism; nil without wall times.
  var potentialGain: PotentialGain? {
    figures[.wall].map {
      PotentialGain(
        seconds: $0.value * (1 - 1 / factor), wallSeconds: $0.value,
        basis: "the added CPU time, at the same parallelism")
    }
  }

  /// The figures, each name ending in its unit where it has one.
  var evidence: [String: Double?] {
    [
      "cpu_ratio": factor, "cpu_s": cpu.value, "base_cpu_s": cpu.base,
      "user_s": figures[.user]?.value, "base_user_s": figures[.user]?.base,
      "system_s": figures[.system]?.value, "base_system_s": figures[.system]?.base,
      "wall_ratio": figures[.wall]?.ratio, "instructions_ratio": figures[.instructions]?.ratio,
      "cycles_ratio": figures[.cycles]?.ratio, "pairs": Double(cpu.pairs),
    ]
  }

  // MARK: What grew

  private enum Kind { case faults, switches, kernel, memory, instructions, both, user }

  private var kind: Kind {
    let inKernel = addedInKernel
    if inKernel >= 0.4 * (cpu.value - cpu.base) {
      let faults = addedCount(.minorFaults)
      let switches = addedCount(.voluntarySwitches)
      // About what one of them takes at least: fewer can't be most of the time.
      if faults * 0.25e-6 >= 0.2 * inKernel, faults >= switches { return .faults }
      if switches * 1e-6 >= 0.2 * inKernel { return .switches }
      return .kernel
    }
    guard let instructions = figures[.instructions]?.ratio, let cycles = figures[.cycles]?.ratio,
      cycles > 1.1
    else { return .user }
    if instructions < 1.1 { return .memory }
    return cycles > 1.2 * instructions ? .both : .instructions
  }

  private var addedInKernel: Double { addedCount(.system) }

  private func addedCount(_ figure: RunFigure) -> Double {
    figures[figure].map { $0.value - $0.base } ?? 0
  }

  /// Two threads of one core never halve its speed, and a lower clock doesn't either.
  private var sharedCores: String {
    factor < 2 ? ", CPUs that share a core or a clock" : ""
  }

  private func change(_ figure: RunFigure) -> String {
    guard let comparison = figures[figure] else { return FigureText.notMeasured }
    return
      "\(FigureText.duration(comparison.value)) instead of \(FigureText.duration(comparison.base))"
  }

  private func from(_ figure: RunFigure) -> String {
    guard let comparison = figures[figure] else { return "" }
    return "from \(FigureText.count(comparison.base)) to \(FigureText.count(comparison.value))"
  }

  private func times(_ figure: RunFigure) -> String {
    "\(FigureText.ratio(figures[figure]?.ratio)) times"
  }
}

extension RunComparison {
  /// The other way round.
  var inverted: RunComparison {
    var result = self
    (result.base, result.value) = (value, base)
    result.ratio = ratio.map { 1 / $0 }
    result.ratioCI95 = ratioCI95.map { Interval(low: 1 / $0.high, high: 1 / $0.low) }
    result.shown =
      switch shown {
      case .larger: .smaller
      case .smaller: .larger
      case .same, .undecided: shown
      }
    return result
  }

  /// Such as `95 % interval 2.8–3.1`.
  var intervalText: String {
    ratioCI95.map { "95 % interval \(FigureText.range($0.low, $0.high))" }
      ?? "no interval with fewer than six runs"
  }
}

extension ExplainReport {
  /// Whether several workers run at once in the memory of one process.
  var hasWorkersThatShareMemory: Bool {
    maxAtOnce >= 2 && !isHeldByGIL && workers.contains { $0.kind == .thread && $0[.onCPU] > 0 }
  }

  /// A tenth of the time in which threads wait for a GIL is enough for it to order all of them.
  private var isHeldByGIL: Bool { wallShare(.gil) >= 0.1 }
}
