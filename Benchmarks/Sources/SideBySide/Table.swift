/// The figures for people.
enum Table {
  static func text(
    _ results: [RowResult], machine: Machine, rounds: Int, seed: UInt64, growth: GrowthCurves?
  ) -> String {
    var lines = header(machine, rounds: rounds, seed: seed)
    let columns = [
      "", "unit", "Tandem", "p99", "floor", "÷ floor", "best peer", "", "÷ peer", "goals",
    ]
    lines += aligned(
      [columns] + results.map(row),
      isLeft: [true, true, false, false, false, false, false, true, false, true])
    lines += [
      "", "Each peer's median, and Tandem's ratio to it (rows that share their peers: the first):",
    ]
    var shown: Set<[Participant]> = []
    for result in results where result.peers.contains(where: { $0.figures.median != nil }) {
      // Rows of one block share their peers; the table has each row's ratio to the best of them.
      guard shown.insert(result.row.peers).inserted else { continue }
      lines.append(
        "  \(result.row.name), \(result.row.unit), \(result.row.better.rawValue) is better")
      for peer in result.peers {
        let ratio = Figure.ratio(result.tandem?.ratio(to: peer.figures))
        let figure = peer.figures.median.map { "\(Figure.text($0)), \(ratio)" }
        let notes =
          peer.figures.notes.isEmpty ? "" : "; " + peer.figures.notes.joined(separator: "; ")
        lines.append(
          "    \(peer.name): \(figure ?? "not measured: \(peer.figures.failure ?? "?")")"
            + (figure == nil ? "" : notes))
      }
      for side in result.also {
        lines.append("    (\(side.name): \(Figure.text(side.figures.median)))")
      }
    }
    let absent = results.compactMap { result in result.notMeasured.map { (result.row.name, $0) } }
    if !absent.isEmpty {
      lines += ["", "Not measured of Tandem:"] + absent.map { "  \($0): \($1)" }
    }
    if let growth { lines += [""] + growth.lines }
    return lines.joined(separator: "\n") + "\n"
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
    let goals = result.goals.map { result in
      let mark =
        switch result.isMet {
        case true?: "✓"
        case false?: "✗"
        case nil: "?"
        }
      return "\(mark) \(result.goal.words)"
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
