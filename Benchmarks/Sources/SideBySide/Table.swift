/// The figures for people.
enum Table {
  static func text(
    _ results: [RowResult], machine: Machine, rounds: Int, seed: UInt64, growth: GrowthCurves?
  ) -> String {
    var lines = header(machine, rounds: rounds, seed: seed)
    if !results.isEmpty {
      let columns = [
        "", "unit", "Tandem", "p99", "floor", "÷ floor", "best peer", "", "÷ peer", "goals",
      ]
      lines += aligned(
        [columns] + results.map(row),
        isLeft: [true, true, false, false, false, false, false, true, false, true])
      lines +=
        ["", "Each peer's median, and Tandem's ratio to it:"]
        + others(results, isWithPeers: machine.python != nil)
    }
    let absent = results.compactMap { result in result.notMeasured.map { (result.row.name, $0) } }
    if !absent.isEmpty {
      lines += ["", "Not measured of Tandem:"] + absent.map { "  \($0): \($1)" }
    }
    if let growth { lines += [""] + growth.lines }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What the table has no room for.
  private static func others(_ results: [RowResult], isWithPeers: Bool) -> [String] {
    var lines: [String] = []
    var shown: Set<[Participant]> = []
    for result in results {
      var details = (result.tandem?.notes ?? []).map { "    Tandem: \($0)" }
      details += result.also.map { "    \($0.name): \(Figure.text($0.figures.median))" }
      // Rows of one block share their peers; the table has each row's ratio to the best of them.
      if isWithPeers, shown.insert(result.row.peers).inserted {
        details += result.peers.map { "    \($0.name): \(peer($0.figures, result))" }
      }
      if details.isEmpty { continue }
      let row = result.row
      lines += ["  \(row.name), \(row.unit), \(row.better.rawValue) is better"] + details
    }
    return lines
  }

  private static func peer(_ figures: RowResult.Figures, _ result: RowResult) -> String {
    guard let median = figures.median else {
      return "not measured: \(figures.failure ?? "no figures")"
    }
    let ratio = result.tandem?.ratio(to: figures).map { [Figure.ratio($0)] } ?? []
    return ([Figure.text(median)] + ratio + figures.notes).joined(separator: "; ")
  }

  private static func header(_ machine: Machine, rounds: Int, seed: UInt64) -> [String] {
    var lines = [
      "\(machine.cpuModel ?? "unknown CPU"), \(machine.cpusAllowed) of \(machine.cpusOnline) CPUs, "
        + "Linux \(machine.kernel), \(machine.python ?? "without Python")",
      "\(rounds) rounds, --seed \(seed); medians; ratios are medians over rounds",
    ]
    if let load = machine.loadAverage, load > 0.5 {
      lines.append(
        "The load average was \(Figure.text(load)) at the start: others were at work, "
          + "and the figures are worse than the machine's.")
    }
    return lines + [""]
  }

  private static func row(_ result: RowResult) -> [String] {
    let sign = result.row.better == .higher ? "≥" : "≤"
    let goals = result.goals.map { result in
      let mark =
        switch result.isMet {
        case true?: "✓"
        case false?: "✗"
        case nil: "?"
        }
      return "\(mark) \(sign) \(result.goal.words)"
    }
    return [
      result.row.name, result.row.unit, Figure.text(result.tandem?.median),
      Figure.text(result.tandem?.p99), Figure.text(result.floor?.median),
      Figure.ratio(result.ratioToFloor), Figure.text(result.bestPeer?.figures.median),
      result.bestPeer?.name ?? "", Figure.ratio(result.ratioToBestPeer),
      goals.joined(separator: ", "),
    ]
  }

  /// Columns of equal width; the characters used here are one cell wide each.
  private static func aligned(_ rows: [[String]], isLeft: [Bool]) -> [String] {
    let widths = isLeft.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        line += (column == 0 ? "" : "  ") + (isLeft[column] ? cell + padding : padding + cell)
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}

extension Row.Goal {
  /// The limit for people; whether it is the least or the most is the row's.
  var words: String {
    switch subject {
    case .median: "median \(Figure.text(limit))"
    case .p99: "p99 \(Figure.text(limit))"
    case .ratioToFloor: "\(Figure.text(limit))× floor"
    case .ratioToPeer(let peer): "\(Figure.text(limit))× \(peer)"
    }
  }
}
