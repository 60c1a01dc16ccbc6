/// The figures as `tandem.sidebyside/1` (Documentation/side-by-side.md).
enum Report {
  static func json(
    _ results: [RowResult], machine: Machine, rounds: Int, seed: UInt64, isQuick: Bool,
    growth: GrowthCurves?
  ) -> JSONValue {
    .object([
      "schema": "tandem.sidebyside/1",
      "machine": machine.json,
      "rounds": .integer(rounds),
      "seed": .integer(Int(clamping: seed)),
      "quick": .bool(isQuick),
      "rows": .array(results.map(row)),
      "growth": growth?.json ?? .null,
    ])
  }

  private static func row(_ result: RowResult) -> JSONValue {
    let row = result.row
    return .object([
      "name": .string(row.name),
      "what": .string(row.what),
      "unit": .string(row.unit),
      "better": .string(row.better.rawValue),
      "tandem": .object([
        "median": JSONValue(result.tandem?.median),
        "p99": JSONValue(result.tandem?.p99),
        "samples": .integer(result.tandem?.count ?? 0),
        "blocks": .array((result.tandem?.blocks ?? []).map { JSONValue($0) }),
        "notes": .array((result.tandem?.notes ?? []).map(JSONValue.string)),
      ]),
      "floor": JSONValue(result.floor?.median),
      "floor_p99": JSONValue(result.floor?.p99),
      "floor_is": JSONValue(row.floorIs),
      "also": medians(result.also),
      "peers": medians(result.peers),
      "best_peer": JSONValue(result.bestPeer?.name),
      "ratio_to_floor": JSONValue(result.ratioToFloor),
      "ratio_to_best_peer": JSONValue(result.ratioToBestPeer),
      "ratio_to_peers": .object(
        Dictionary(
          uniqueKeysWithValues: result.peers.map { peer in
            (peer.name, JSONValue(result.tandem?.ratio(to: peer.figures)))
          })),
      "goals": .array(result.goals.map { goal($0, better: row.better) }),
      "not_measured": .array(absences(result)),
      "peer_notes": .array(
        result.peers.flatMap { peer in
          peer.figures.notes.map {
            .object(["what": .string(peer.name), "note": .string($0)])
          }
        }),
    ])
  }

  private static func medians(_ all: [(name: String, figures: RowResult.Figures)]) -> JSONValue {
    .object(
      Dictionary(uniqueKeysWithValues: all.map { ($0.name, JSONValue($0.figures.median)) }))
  }

  private static func goal(_ result: RowResult.GoalResult, better: Row.Better) -> JSONValue {
    .object([
      "of": .string(result.goal.subject.name),
      better == .higher ? "at_least" : "at_most": .number(result.goal.limit),
      better == .higher ? "at_most" : "at_least": .null,
      "value": JSONValue(result.value),
      "met": JSONValue(result.isMet),
    ])
  }

  private static func absences(_ result: RowResult) -> [JSONValue] {
    var absences: [(String, String)] = []
    if let why = result.notMeasured { absences.append(("Tandem", why)) }
    if let floor = result.floor, floor.median == nil {
      absences.append(("floor", floor.failure ?? "no figures"))
    }
    for side in result.also + result.peers where side.figures.median == nil {
      absences.append((side.name, side.figures.failure ?? "no figures"))
    }
    return absences.map { .object(["what": .string($0), "why": .string($1)]) }
  }
}

extension Row.Goal.Subject {
  /// Its name in the JSON.
  var name: String {
    switch self {
    case .median: "median"
    case .p99: "p99"
    case .ratioToFloor: "ratio_to_floor"
    case .ratioToPeer(let peer): "ratio_to_peer \(peer)"
    }
  }
}
