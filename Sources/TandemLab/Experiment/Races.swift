import TandemModel

/// The races of a comparison: one for each schedule and language, since the verdict compares within these.
///
/// A sweep has none: its curve needs every number of workers. Its cells all run to the end.
struct Races {
  /// What runs in one race.
  private struct Key: Hashable {
    var schedule: Schedule
    var interpreter: PythonInterpreter?
  }

  /// What the first block has one of, before it has two.
  private struct KindOfRace: Hashable {
    var race: Int
    var kind: Race.Kind
  }

  private let cells: [Cell]
  /// The cells of each race, by their indices, in order of the contenders.
  private let members: [[Int]]
  private var races: [Race]
  private let isSweep: Bool

  /// Prepares the races of cells.
  ///
  /// - Parameter cells: the cells.
  init(_ cells: [Cell]) {
    self.cells = cells
    isSweep = cells.contains(where: \.isOfSweep)
    var keys: [Key] = []
    var members: [Key: [Int]] = [:]
    for (index, cell) in cells.enumerated() {
      let key = Key(schedule: cell.schedule, interpreter: cell.interpreter)
      if members[key] == nil { keys.append(key) }
      members[key, default: []].append(index)
    }
    self.members = keys.compactMap { members[$0] }
    races = self.members.map { own in Race(own.map { Race.Kind(cells[$0].model) }) }
  }

  private func place(of cell: Int) -> (race: Int, contender: Int)? {
    for (race, own) in members.enumerated() {
      if let contender = own.firstIndex(of: cell) { return (race, contender) }
    }
    return nil
  }

  /// Adds a run of a cell.
  ///
  /// - Parameters:
  ///   - seconds: its wall time.
  ///   - cell: the cell's index.
  ///   - block: in which block.
  mutating func add(_ seconds: Double, of cell: Int, block: Int) {
    guard let place = place(of: cell) else { return }
    races[place.race].add(seconds, of: place.contender, block: block)
  }

  /// Takes a cell out that can't be run.
  ///
  /// - Parameter cell: the cell's index.
  mutating func withdraw(_ cell: Int) {
    guard let place = place(of: cell) else { return }
    races[place.race].withdraw(place.contender)
  }

  /// Takes those out that are clearly slower, after a block.
  ///
  /// - Parameters:
  ///   - least: the number of pairs before which nobody is taken out.
  ///   - isBusy: whether other programs use much of the CPUs.
  mutating func judge(least: Int, onBusyMachine isBusy: Bool) {
    if isSweep { return }
    for index in races.indices { races[index].judge(least: least, onBusyMachine: isBusy) }
  }

  /// Whether a cell is still worth running.
  ///
  /// - Parameter cell: the cell's index.
  /// - Returns: false where it is out, and where its race is decided.
  func isRunning(_ cell: Int) -> Bool {
    guard let place = place(of: cell) else { return false }
    let race = races[place.race]
    return race.contenders[place.contender].isRunning && (isSweep || !race.isDecided)
  }

  /// Whether a cell was taken out because it is clearly slower.
  ///
  /// - Parameter cell: the cell's index.
  /// - Returns: whether that is so.
  func isClearlySlower(_ cell: Int) -> Bool {
    guard let place = place(of: cell) else { return false }
    return races[place.race].contenders[place.contender].isClearlySlower
  }

  /// The order of the first block: one of each kind first, and of these the cheap ones.
  ///
  /// - Parameters:
  ///   - running: the cells' indices.
  ///   - cost: what a run of a cell is likely to take, in seconds.
  /// - Returns: the same indices, and whether each is the first of its kind.
  func firstOrder(
    _ running: [Int], cost: (Int) -> Double
  ) -> [(index: Int, isFirstOfKind: Bool)] {
    var ofKind: [KindOfRace: Int] = [:]
    func isWithoutWorkers(_ index: Int) -> Int { cells[index].model.workerKind == .none ? 1 : 0 }
    let byCost = running.sorted {
      (cost($0), isWithoutWorkers($0), $0) < (cost($1), isWithoutWorkers($1), $1)
    }
    let ranked = byCost.enumerated().map { position, index in
      let kind = Race.Kind(cells[index].model)
      let key = KindOfRace(race: place(of: index)?.race ?? 0, kind: kind)
      let rank = ofKind[key, default: 0]
      ofKind[key] = rank + 1
      return (rank: kind == .other ? Int.max : rank, position: position, index: index)
    }
    return ranked.sorted { ($0.rank, $0.position) < ($1.rank, $1.position) }
      .map { ($0.index, $0.rank == 0) }
  }

  /// The cells of a later block: all that are running, or as many as fit, the leaders and their nearest
  /// rivals first.
  ///
  /// - Parameters:
  ///   - running: the cells' indices.
  ///   - seconds: the time that there is.
  ///   - cost: what a run of a cell takes, in seconds.
  /// - Returns: indices; none where no pair fits.
  func fitting(_ running: [Int], seconds: Double, cost: (Int) -> Double) -> [Int] {
    func distance(_ cell: Int) -> Double {
      guard let place = place(of: cell), let leader = races[place.race].leader,
        let best = races[place.race].contenders[leader].median, best > 0,
        let own = races[place.race].contenders[place.contender].median
      else { return 1 }
      return own / best
    }
    var left = seconds
    var fitting: [Int] = []
    for cell in running.sorted(by: { (distance($0), $0) < (distance($1), $1) })
    where cost(cell) <= left {
      fitting.append(cell)
      left -= cost(cell)
    }
    // A run without a partner in its block tells nothing, unless the race has nobody else.
    return fitting.filter { cell in
      guard let race = place(of: cell)?.race else { return false }
      let own = Set(members[race])
      return fitting.count(where: own.contains) > 1 || running.count(where: own.contains) == 1
    }
  }

  /// How the models stand that the answer is about, the fastest first.
  var standings: [Standing] {
    guard !isSweep else { return [] }
    let ofInterest =
      members.firstIndex { $0.contains { cells[$0].schedule == .allAtOnce } } ?? 0
    guard races.indices.contains(ofInterest), let leader = races[ofInterest].leader else {
      return []
    }
    let race = races[ofInterest]
    let ran = race.contenders.indices.filter {
      race.contenders[$0].median != nil && race.contenders[$0].kind != .other
    }
    let order = ran.sorted {
      (race.contenders[$0].median ?? 0, $0) < (race.contenders[$1].median ?? 0, $1)
    }
    return order.map { index in
      let ratios = index == leader ? [] : race.ratios(index, over: leader)
      return Standing(
        name: cells[members[ofInterest][index]].model.rawValue,
        medianSeconds: race.contenders[index].median ?? 0,
        runs: race.contenders[index].runs.count,
        leastRatio: ratios.count > 1 ? ratios.min() : nil,
        greatestRatio: ratios.count > 1 ? ratios.max() : nil,
        isClearlySlower: race.contenders[index].isClearlySlower)
    }
  }
}
