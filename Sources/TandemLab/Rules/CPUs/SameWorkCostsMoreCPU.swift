package import TandemModel
import TandemText

/// The same work takes more CPU time when it is done in another way, mostly by more workers.
package enum SameWorkCostsMoreCPU {
  /// One of two commands uses more CPU time; only their user knows whether they do the same work.
  package struct InDifference: Rule {
    package let claim = Claim.sameWorkCostsMoreCPU

    package init() {}

    package func conclusions(from difference: ExplainDifference) -> [Conclusion] {
      guard let growth = CPUTimeGrowth(difference.comparisons) else { return [] }
      let isSecond = difference.comparisons[.cpu]?.shown == .larger
      let (more, less) = isSecond ? ("second", "first") : ("first", "second")
      let share = (isSecond ? difference.second : difference.first).hasWorkersThatShareMemory
      return [
        conclusion(
          """
          If both do the same work, the \(more) needs \(FigureText.ratio(growth.factor)) times the CPU time of \
          the \(less) for it: \(growth.text). \(growth.cause(ifWorkersShare: share))
          """,
          evidence: growth.evidence, potentialGain: growth.potentialGain,
          advice: growth.advice(ifWorkersShare: share))
      ]
    }
  }

  /// A value of a swept variable makes a command use more CPU time than its first value does.
  package struct InSweep: Rule {
    package let claim = Claim.sameWorkCostsMoreCPU

    package init() {}

    package func conclusions(from sweep: ExplainSweep) -> [Conclusion] {
      let grown = sweep.points.dropFirst().compactMap { SweptGrowth($0, in: sweep) }
        .filter { !$0.isLessOfMore }
      guard let worst = grown.filter({ !$0.isInProportion }).max(by: { $0.weight < $1.weight })
      else { return [] }
      let growth = worst.growth
      let (more, less) = worst.isBaseLarger ? (worst.base, worst.value) : (worst.value, worst.base)
      let variable = sweep.variable
      var sentence = """
        If \(variable) doesn't change the work, the work takes \(FigureText.ratio(growth.factor)) times the \
        CPU time with \(variable)=\(more) that it takes with \(variable)=\(less): \(growth.text).
        """
      if let rest = worst.beyondProportion {
        sentence += """
           Even if the work grows in proportion to \(variable), the same work takes \
          \(FigureText.ratio(rest)) times the CPU time.
          """
      }
      return [
        conclusion(
          sentence + " " + growth.cause(ifWorkersShare: worst.doWorkersShare),
          evidence: growth.evidence.merging(["ratio_beyond_proportion": worst.beyondProportion]) {
            $1
          },
          potentialGain: growth.potentialGain,
          advice: growth.advice(ifWorkersShare: worst.doWorkersShare))
      ]
    }
  }
}

extension SameWorkCostsMoreCPU {
  /// A model with several workers uses more CPU time for the same items than one worker, or none, does.
  package struct InComparison: Rule {
    package let claim = Claim.sameWorkCostsMoreCPU

    package init() {}

    package func conclusions(from comparison: Comparison) -> [Conclusion] {
      comparison.cpuTimes.compactMap { times in
        guard let growth = CPUTimeGrowth([times.comparison]) else { return nil }
        let kinds = growth.factor < 2 ? ", CPUs that share a core or a clock" : ""
        let modes =
          times.modes.map { modes in
            """
             Of the whole runs, starting included, user mode had \(FigureText.duration(modes.user.value)) \
            instead of \(FigureText.duration(modes.user.base)) and the kernel \
            \(FigureText.duration(modes.system.value)) instead of \(FigureText.duration(modes.system.base)).
            """
          } ?? ""
        return conclusion(
          """
          \(times.result.label): the same items take \(FigureText.ratio(growth.factor)) times the CPU time \
          with \(FigureText.count(times.workers, "worker")) that they take with \(times.baseName): \
          \(FigureText.duration(growth.cpu.value)) instead of \(FigureText.duration(growth.cpu.base)) in the \
          bodies (medians of \(FigureText.count(growth.cpu.pairs, "run")) each, \(growth.cpu.intervalText)). \
          That points to memory and caches (false sharing, contended atomics, reference counts), to spinning and \
          retries\(kinds), or to locks that are waited for.\(modes)
          """,
          about: [times.result],
          evidence: [
            "cpu_ratio": growth.factor, "cpu_s": growth.cpu.value, "base_cpu_s": growth.cpu.base,
            "workers": Double(times.workers), "pairs": Double(growth.cpu.pairs),
            "run_user_s": times.modes?.user.value, "base_run_user_s": times.modes?.user.base,
            "run_system_s": times.modes?.system.value,
            "base_run_system_s": times.modes?.system.base,
          ],
          potentialGain: times.result.medianSeconds.map {
            PotentialGain(
              seconds: $0 * (1 - 1 / growth.factor), wallSeconds: $0,
              basis: "the added CPU time, at the same parallelism")
          },
          advice: growth.advice(
            ifWorkersShare: times.result.model.workerKind != .process
              && times.result.interpreter?.hasGlobalLock != true))
      }
    }
  }
}

/// The CPU time of one value of a sweep, which is not that of the first.
struct SweptGrowth {
  /// The first value, and the one compared with it.
  let base, value: String
  /// What grew.
  let growth: CPUTimeGrowth
  /// Whether it is the first value that takes more.
  let isBaseLarger: Bool
  /// Whether what takes more has several workers that run at once in the same memory.
  let doWorkersShare: Bool
  /// Whether the larger of two numbers takes less: that is no cost of it.
  let isLessOfMore: Bool
  /// How many times as large the value is, where both are numbers and the larger takes more.
  private let proportion: Double?

  /// Looks at one value; nil when its CPU time isn't shown to differ from that of the first.
  init?(_ point: ExplainSweepPoint, in sweep: ExplainSweep) {
    guard let first = sweep.points.first, let growth = CPUTimeGrowth(point.comparisons) else {
      return nil
    }
    (base, value) = (first.value, point.value)
    self.growth = growth
    isBaseLarger = point.comparisons[.cpu]?.shown == .smaller
    doWorkersShare = (isBaseLarger ? first : point).report.hasWorkersThatShareMemory
    let numbers = Double(first.value).flatMap { from in
      Double(point.value).flatMap { from > 0 && $0 > from ? $0 / from : nil }
    }
    isLessOfMore = isBaseLarger && numbers != nil
    proportion = isBaseLarger ? nil : numbers
  }

  /// A tenth more or less is still in proportion.
  private static let tolerance = 1.1

  /// Whether the CPU time grew as the value did: as it does where each worker has work of its own.
  var isInProportion: Bool {
    guard let proportion else { return false }
    return growth.factor < Self.tolerance * proportion
      && growth.factor * Self.tolerance > proportion
  }

  /// The factor that is left when the work grew in proportion to the value; nil when none is surely left.
  var beyondProportion: Double? {
    guard let proportion, growth.factor > Self.tolerance * proportion,
      growth.cpu.ratioCI95.map({ $0.low > PairedRatio.margin * proportion }) ?? true
    else { return nil }
    return growth.factor / proportion
  }

  /// The larger, the more it says.
  var weight: Double { growth.factor * (beyondProportion ?? 0.001) }
}
