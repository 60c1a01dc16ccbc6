package import TandemModel
import TandemSystem
import TandemText

/// One sentence on what the CPU time went to by which one model is slower than another.
///
/// From CPUs × wall = Σ on a CPU + Σ lost for both sides: the difference of the left sides is the sum of
/// the differences on the right.
package struct DifferenceSentence: Sendable {
  /// What a part of the difference went to.
  package enum Term: Sendable, Hashable {
    /// More CPU time in the bodies.
    case work
    /// CPU time lost to what waiters waited for, or while the driver did something.
    case lost(WorkerState)
    /// CPU time for which there was no worker.
    case withoutWorker
    /// CPU time counted beyond what the CPUs have.
    case overcounted
  }

  /// CPU seconds by which the slower one exceeds the faster: CPUs × the mean difference of wall time.
  package let totalSeconds: Double
  /// What it consists of, the largest first; adds up to `totalSeconds`.
  package let terms: [(term: Term, seconds: Double)]
  /// The sentence.
  package let text: String

  /// Explains a pair.
  ///
  /// - Parameters:
  ///   - pairs: the runs, the slower model's first.
  ///   - slower: the slower model's figures.
  ///   - faster: the faster model's figures.
  ///   - machine: the machine, for its number of CPUs.
  package init(
    pairs: PairedRuns, slower: ModelResult, faster: ModelResult, machine: MachineSummary
  ) {
    // CPUs that neither side could ever have used (one worker at a time can't use two) would
    // only count every second twice.
    let peak = (pairs.first + pairs.second).map(\.decomposition.peakInProgress).max() ?? 1
    let cpus = min(machine.usableCPUs, Double(max(peak, 1)))
    var sums: [Term: Double] = [:]
    func add(_ run: AnalysedRun, sign: Double) {
      let balance = CPUTimeBalance(run.trace, cpus: cpus)
      let share = sign / Double(pairs.first.count)
      sums[.work, default: 0] += share * balance.usedSeconds
      sums[.withoutWorker, default: 0] += share * balance.withoutWorkerSeconds
      sums[.overcounted, default: 0] += share * balance.overcountedSeconds
      for state in WorkerState.allCases {
        sums[.lost(state), default: 0] += share * balance.lostSeconds[state]
      }
    }
    for run in pairs.first { add(run, sign: 1) }
    for run in pairs.second { add(run, sign: -1) }
    let terms = sums.map { (term: $0.key, seconds: $0.value) }
      .sorted { ($0.seconds, "\($1.term)") > ($1.seconds, "\($0.term)") }
    let total = terms.reduce(0) { $0 + $1.seconds }
    self.terms = terms
    self.totalSeconds = total

    let usual = cpus * (Statistics.mean(pairs.second.map(\.run.wallSeconds)) ?? 0)
    if abs(total) < 0.02 * usual {
      text = "Their mean wall times differ by less than 2 %: there is nothing to explain."
    } else if total < 0 {
      text = """
        The mean wall times contradict the median ratio (a few runs weigh heavily in the mean): \
        too unsteady to explain.
        """
    } else {
      text = Self.sentence(
        terms: terms.map { ($0.term, $0.seconds / total) }, slower: slower, faster: faster)
    }
  }

  private static func sentence(
    terms: [(term: Term, share: Double)], slower: ModelResult, faster: ModelResult
  ) -> String {
    let named = terms.filter { $0.share >= 0.05 }.prefix(3)
    let offsets = terms.filter { $0.share <= -0.05 }.suffix(2).reversed()
    func phrase(_ term: Term, saved: Bool) -> String {
      // A saving is named after the side that paid for it: the faster one.
      Self.phrase(term, of: saved ? faster : slower)
    }
    // What exceeds the difference isn't a share of it.
    if let first = named.first, first.share > 1.03 {
      let costs = named.map {
        "\(phrase($0.term, saved: false)) (\(FigureText.ratio($0.share)) times the difference)"
      }
      let paid = offsets.map {
        "\(phrase($0.term, saved: true)) (\(FigureText.ratio(-$0.share)) times)"
      }
      let rest = paid.isEmpty ? "smaller things" : FigureText.list(Array(paid))
      return """
        The slower one loses more than the whole difference to \(FigureText.list(costs)); the faster one \
        spends part of that on \(rest).
        """
    }
    var text: String
    if let first = named.first, named.count == 1, first.share >= 0.97, first.share <= 1.03 {
      text = "All of it is \(phrase(first.term, saved: false))"
    } else {
      text = FigureText.list(
        named.enumerated().map { index, entry in
          let share = FigureText.percent(entry.share)
          return (index == 0 ? "\(share) of it is " : "\(share) ")
            + phrase(entry.term, saved: false)
        })
    }
    if !offsets.isEmpty {
      let saved = offsets.map {
        "\(phrase($0.term, saved: true)) (\(FigureText.percent(-$0.share)))"
      }
      text += ", less what the faster one spends more: \(FigureText.list(Array(saved)))"
    }
    return text + "."
  }

  private static func phrase(_ term: Term, of result: ModelResult) -> String {
    switch term {
    case .work: return "more CPU time in the work itself"
    case .withoutWorker: return "a CPU without a worker"
    case .overcounted: return "CPU time that workers report beyond what the CPUs have"
    case .lost(let state): return phrase(state, of: result)
    }
  }

  private static func phrase(_ state: WorkerState, of result: ModelResult) -> String {
    switch state {
    case .gil:
      result.model == .swiftThreadsGlobalLock
        ? "a CPU left idle by the global lock" : "a CPU left idle by the GIL"
    case .lock: "a CPU left idle by locks"
    case .io: "a CPU left idle while workers waited for I/O"
    case .sleep: "a CPU left idle while workers slept"
    case .child: "a CPU left idle while workers waited for child processes"
    case .waitingForWork: "a CPU left idle while workers waited for work or for each other"
    case .tooShort: "a CPU left idle while workers were in waits too short to look into"
    case .other where result.sharesFrom == .observed:
      "a CPU left idle while workers waited for an unknown reason"
    case .other where (result.workThreadSeconds ?? 0) > 0:
      "a CPU left idle while workers were blocked (perhaps on threads that the work itself started)"
    case .other:
      result.model.isPythonThreads && result.interpreter?.hasGlobalLock == true
        ? "a CPU left idle while threads were blocked (on what was not measured; the GIL is on)"
        : "a CPU left idle while workers were blocked (on what was not measured)"
    case .runnable where (result.workThreadSeconds ?? 0) > 0:
      "a CPU used by something else, or by threads of the work, while workers were ready to run"
    case .runnable: "a CPU used by something else while workers were ready to run"
    case .starting: "starting workers"
    case .ending: "ending workers"
    case .preparing: "preparing what workers need"
    case .movingData: "moving data"
    case .startingServer: "starting the server that workers are forked from"
    case .idle: "time with no worker in progress"
    case .onCPU: "time on a CPU"
    }
  }
}

extension MachineSummary {
  /// How many CPUs' worth of time this process can use: a quota's fraction counts as such.
  package var usableCPUs: Double {
    min(Double(effectiveCPUs), cpuQuota ?? .infinity)
  }
}
