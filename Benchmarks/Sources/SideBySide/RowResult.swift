/// What came out for one row.
struct RowResult {
  /// One side's figures.
  struct Figures {
    /// Over all samples of all blocks.
    var median: Double?
    var p99: Double?
    var count: Int
    /// The median of each block; nil for a block without samples.
    var blocks: [Double?]
    var notes: [String]
    /// Why there are no figures, or fewer.
    var failure: String?
    /// Whether they can't be the best.
    var isUnfit: Bool

    init(_ answers: [Answer]) {
      let all = Samples(answers.flatMap { $0.samples ?? [] })
      median = all.median
      p99 = all.p99
      count = all.count
      blocks = answers.map { Samples($0.samples ?? []).median }
      isUnfit = answers.contains { $0.unfit == true }
      var seen: Set<String> = []
      notes = answers.flatMap { $0.notes ?? [] }.filter { seen.insert($0).inserted }
      failure = answers.lazy.compactMap { $0.skipped ?? $0.error }.first
      if failure == nil, all.count == 0 { failure = notes.first ?? "it gave no figures" }
    }

    /// The median over blocks of this side's figure divided by the other's in the same block.
    func ratio(to other: Figures) -> Double? {
      Samples(
        zip(blocks, other.blocks).compactMap { mine, theirs in
          guard let mine, let theirs, theirs > 0 else { return nil }
          return mine / theirs
        }
      ).median
    }
  }

  /// A goal and how it came out.
  struct GoalResult {
    var goal: Row.Goal
    /// What is compared with the limit; nil when it was not measured.
    var value: Double?
    /// Whether the limit is kept; nil when it was not measured.
    var isMet: Bool?
  }

  let row: Row
  /// Nil when there is nothing to measure yet.
  let tandem: Figures?
  let floor: Figures?
  let also: [(name: String, figures: Figures)]
  let peers: [(name: String, figures: Figures)]
  /// The best of the peers that have figures, of what the row asks for.
  let bestPeer: (name: String, figures: Figures)?
  let goals: [GoalResult]

  init(_ row: Row, _ blocks: [Participant: [Answer]]) {
    func figures(_ participant: Participant) -> Figures { Figures(blocks[participant] ?? []) }
    self.row = row
    tandem = row.tandem.map(figures)
    floor = row.floor.map(figures)
    also = row.also.map { ($0.name, figures($0.participant)) }
    peers = row.peers.map { ($0.peer, figures($0)) }
    bestPeer =
      peers.filter { !$0.figures.isUnfit }
      .compactMap { peer in peer.figures.median.map { (peer, $0) } }
      .max { row.better == .higher ? $0.1 < $1.1 : $0.1 > $1.1 }?.0
    let (tandem, floor, peers) = (tandem, floor, peers)
    goals = row.goals.map { goal in
      let value: Double? =
        switch goal.subject {
        case .median: tandem?.median
        case .p99: tandem?.p99
        case .ratioToFloor: floor.flatMap { tandem?.ratio(to: $0) }
        case .ratioToPeer(let name):
          peers.first { $0.name == name }.flatMap { tandem?.ratio(to: $0.figures) }
        }
      let isMet = value.map { row.better == .higher ? $0 >= goal.limit : $0 <= goal.limit }
      return GoalResult(goal: goal, value: value, isMet: isMet)
    }
  }

  /// Tandem ÷ floor.
  var ratioToFloor: Double? { floor.flatMap { tandem?.ratio(to: $0) } }

  /// Tandem ÷ the best peer.
  var ratioToBestPeer: Double? { bestPeer.flatMap { tandem?.ratio(to: $0.figures) } }

  /// Why there are no figures of Tandem's; nil when there are.
  var notMeasured: String? {
    guard let tandem else { return row.whyNot ?? "there is nothing to measure yet" }
    return tandem.median == nil ? tandem.failure : nil
  }
}
