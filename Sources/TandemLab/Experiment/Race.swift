import Glibc
import TandemModel
import TandemSystem

/// Which models are still worth running, and when the answer is clear.
///
/// Successive elimination (Even-Dar, Mannor and Mansour, "Action elimination and stopping conditions for the
/// multi-armed bandit and reinforcement learning problems", Journal of Machine Learning Research 7, 2006).
/// After every block each contender is compared with the leader, the one with the least median, by the
/// logarithms of the ratios of their wall times within a block. A contender that takes longer by more than
/// the margin is not run any further. The error that is allowed, five per cent, is divided evenly among a
/// contender's rivals, and spent over the looks as 2/(n(n − 1)) of it at the n-th pair (Lan and DeMets,
/// "Discrete sequential boundaries for clinical trials", Biometrika 70, 1983): this adds up to one however
/// often one looks, and whatever the looks have to do with each other.
struct Race {
  /// What a model is, as far as the verdict tells models apart.
  enum Kind: Sendable, Hashable {
    case serial, threads, processes
    /// Never recommended, so it never leads.
    case other

    /// What a model is.
    init(_ model: ExecutionModel) {
      if model.workerKind == .none {
        self = .serial
      } else if model.isProcesses {
        self = .processes
      } else {
        self = model.isUsableThreads ? .threads : .other
      }
    }
  }

  /// A model in the race.
  struct Contender: Sendable {
    /// What it is.
    let kind: Kind
    /// The block of each run, ascending, and the logarithm of its seconds.
    fileprivate(set) var runs: [(block: Int, logarithm: Double)] = []
    /// Whether it is run any further.
    var isRunning = true
    /// Whether it is clearly slower than the leader, and not run any further for that.
    var isClearlySlower = false
    /// The median of its runs; nil before the first.
    var median: Double?
  }

  /// The error that is allowed: how often the fastest of all may be given up, at most.
  static let error = 0.05
  /// The share of a budget within which nobody is taken out, as long as there is no interval yet.
  static let patience = 1.0 / 3

  /// The number of pairs before which nobody is taken out: enough for an interval, or as many as fit into a
  /// third of the budget.
  ///
  /// - Parameters:
  ///   - budget: the whole budget, in seconds.
  ///   - block: what a block of all contenders takes, in seconds.
  /// - Returns: at least one.
  static func leastPairs(budget: Double, block: Double) -> Int {
    guard block > 0 else { return Bootstrap.leastCount }
    return Int(max(1, min(patience * budget / block, Double(Bootstrap.leastCount))))
  }

  /// The contenders, in the order in which they were given.
  private(set) var contenders: [Contender]

  private let resamples: Int

  /// Prepares a race.
  ///
  /// - Parameters:
  ///   - kinds: what each contender is.
  ///   - resamples: how many resamples an interval takes.
  init(_ kinds: [Kind], resamples: Int = Bootstrap.resamples) {
    self.resamples = resamples
    contenders = kinds.map { Contender(kind: $0) }
  }

  /// Adds a run.
  ///
  /// - Parameters:
  ///   - seconds: its wall time.
  ///   - contender: whose it is.
  ///   - block: in which block; blocks come in order.
  mutating func add(_ seconds: Double, of contender: Int, block: Int) {
    guard seconds > 0 else { return }
    contenders[contender].runs.append((block, log(seconds)))
    contenders[contender].median = Statistics.median(
      contenders[contender].runs.map(\.logarithm)
    ).map { exp($0) }
  }

  /// Takes a contender out that can't be run.
  ///
  /// - Parameter contender: which.
  mutating func withdraw(_ contender: Int) {
    contenders[contender].isRunning = false
  }

  /// The one with the least median among those that are still run; nil before the first run.
  var leader: Int? {
    contenders.indices.filter {
      contenders[$0].isRunning && contenders[$0].kind != .other && contenders[$0].median != nil
    }.min { (contenders[$0].median ?? .infinity) < (contenders[$1].median ?? .infinity) }
  }

  /// Takes those out that are clearly slower than the leader.
  ///
  /// - Parameters:
  ///   - least: the number of pairs before which nobody is taken out.
  ///   - isBusy: whether other programs use much of the CPUs.
  mutating func judge(least: Int = 1, onBusyMachine isBusy: Bool = false) {
    guard let leader else { return }
    for index in contenders.indices where index != leader && contenders[index].isRunning {
      guard isClearlySlower(index, than: leader, least: least, isBusy) else { continue }
      contenders[index].isRunning = false
      contenders[index].isClearlySlower = true
    }
  }

  private func isClearlySlower(
    _ contender: Int, than leader: Int, least: Int, _ isBusy: Bool
  ) -> Bool {
    let pairs = pairs(contender, over: leader)
    guard pairs.count >= least else { return false }
    // Two pairs on a busy machine tell no more than one.
    guard pairs.count >= (isBusy ? PairedRatio.fewPairs : 2) else {
      return !pairs.isEmpty && pairs.allSatisfy { $0 > log(PairedRatio.clearAtOnce) }
    }
    if pairs.count >= PairedRatio.fewPairs {
      guard let mean = TrimmedMean(of: pairs) else { return false }
      let looks = Double(pairs.count * (pairs.count - 1)) / 2
      let allowed = Self.error / Double(contenders.count - 1) / looks
      guard mean.probability(notAbove: log(PairedRatio.margin)) <= allowed else { return false }
    }
    // What the verdict will say of the same pairs; the seed makes the race the same for the same runs.
    var generator = SplitMix64(seed: 0, use: "race/\(pairs.count)")
    let ratio = PairedRatio(logRatios: pairs, resamples: resamples, using: &generator)
    return ratio?.position(of: PairedRatio.margin) == .above
  }

  /// The logarithms of the ratios of two contenders, in order of the blocks that both ran in.
  func pairs(_ first: Int, over second: Int) -> [Double] {
    var pairs: [Double] = []
    var others = contenders[second].runs[...]
    for run in contenders[first].runs {
      others = others.drop { $0.block < run.block }
      if let other = others.first, other.block == run.block {
        pairs.append(run.logarithm - other.logarithm)
      }
    }
    return pairs
  }

  /// The ratios of two contenders in the blocks that both ran in.
  func ratios(_ first: Int, over second: Int) -> [Double] {
    pairs(first, over: second).map { exp($0) }
  }

  /// Whether the answer is clear: one is left; or, where models of several kinds ran, those of one kind
  /// are, in enough blocks for an interval.
  var isDecided: Bool {
    let running = contenders.filter { $0.isRunning && $0.kind != .other }
    guard contenders.contains(where: \.isClearlySlower), let first = running.first else {
      return running.isEmpty
    }
    if running.count == 1 { return true }
    let ran = Set(contenders.filter { $0.median != nil && $0.kind != .other }.map(\.kind))
    return ran.count > 1
      && running.allSatisfy { $0.kind == first.kind && $0.runs.count >= Bootstrap.leastCount }
  }
}
