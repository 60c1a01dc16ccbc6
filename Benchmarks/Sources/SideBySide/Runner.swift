/// Runs all sides of all rows, block by block.
struct Runner {
  /// What each participant answered, one entry a round.
  private(set) var blocks: [Participant: [Answer]] = [:]

  private let company: Company
  private var generator: SplitMix64

  /// Makes a runner.
  ///
  /// - Parameters:
  ///   - company: whom to ask.
  ///   - seed: the seed of the order.
  init(company: Company, seed: UInt64) {
    self.company = company
    generator = SplitMix64(seed: seed)
  }

  /// Runs every side of every row once in each round.
  ///
  /// Rows that share a floor share its figures and are neighbours in time.
  mutating func run(_ rows: [Row], rounds: Int) throws {
    var groups: [[Row]] = []
    for row in rows {
      if let floor = row.floor, let index = groups.firstIndex(where: { $0.first?.floor == floor }) {
        groups[index].append(row)
      } else {
        groups.append([row])
      }
    }
    for round in 0..<rounds {
      for group in groups {
        var seen: Set<Participant> = []
        var order = group.flatMap(\.participants).filter { seen.insert($0).inserted }
        order.shuffle(using: &generator)
        Progress.show("round \(round + 1) of \(rounds): \(group[0].name)")
        for participant in order {
          // Who is not there the first time won't be there later.
          if let first = blocks[participant]?.first, first.skipped != nil {
            blocks[participant]?.append(first)
          } else {
            blocks[participant, default: []].append(company.measure(participant))
          }
        }
      }
    }
    Progress.show(nil)
  }
}
