/// In JSON, a timeline is drawn: one state a span and worker, as runs of letters such as `c12w3`.
///
/// A run is a state's letter and the number of spans that it lasts; the number is left out for one span. As
/// in a drawing, the states of a row share its spans as they shared its time.
extension ObservedTimeline: Codable {
  enum CodingKeys: String, CodingKey {
    case spanSeconds = "span_s"
    case spans, rows, demand, parallelism, slices
  }

  /// The most spans that a timeline may have: a file that claims more would fill the memory.
  private static let mostSpans = 100_000

  /// Reads a drawn timeline: each worker has one state in each span.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    spanSeconds = try container.decode(Double.self, forKey: .spanSeconds)
    spans = try container.decode(Int.self, forKey: .spans)
    guard (0...Self.mostSpans).contains(spans) else {
      throw DecodingError.dataCorruptedError(
        forKey: .spans, in: container, debugDescription: "\(spans) spans are not a timeline.")
    }
    for key in [CodingKeys.demand, .parallelism, .slices] { _ = container.isUnrecorded(key) }
    let demand = try container.decodeIfPresent([Double].self, forKey: .demand)
    let parallelism = try container.decodeIfPresent([Double].self, forKey: .parallelism)
    curves =
      if let demand, let parallelism, demand.count == spans, parallelism.count == spans {
        Curves(demand: demand, parallelism: parallelism)
      } else {
        nil
      }
    slices = try container.decodeIfPresent(TimelineSlices.self, forKey: .slices)
    rows = []
    for row in try container.decode([DrawnRow].self, forKey: .rows) {
      guard row.first >= 0,
        let seconds = row.seconds(ofSpan: Float(spanSeconds), most: spans - row.first)
      else {
        throw DecodingError.dataCorruptedError(
          forKey: .rows, in: container, debugDescription: "'\(row.states)' are not states.")
      }
      rows.append(Row(worker: row.worker, first: row.first, seconds: seconds))
    }
  }

  /// Writes the timeline as it is drawn.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(spanSeconds, forKey: .spanSeconds)
    try container.encode(spans, forKey: .spans)
    try container.encode(curves?.demand, forKey: .demand)
    try container.encode(curves?.parallelism, forKey: .parallelism)
    try container.encode(slices, forKey: .slices)
    try container.encode(drawnRows, forKey: .rows)
  }

  private var drawnRows: [DrawnRow] {
    let drawing = TimelineDrawing(
      rows, of: self, wallSeconds: Double(spans) * spanSeconds, columns: spans)
    return zip(rows, drawing.rows).map { DrawnRow(worker: $0.worker, $1) }
  }

  /// The timeline with one state in each span, as it is read from JSON: a report that is printed and the
  /// same one saved and shown again have the same rows.
  package var drawn: ObservedTimeline {
    ObservedTimeline(
      spanSeconds: spanSeconds, spans: spans,
      rows: drawnRows.map { row in
        Row(
          worker: row.worker, first: row.first,
          seconds: row.seconds(ofSpan: Float(spanSeconds), most: spans - row.first) ?? [])
      }, curves: curves, slices: slices)
  }
}

/// A worker's row as it is written.
private struct DrawnRow: Codable {
  var worker: Int
  var first: Int
  var states: String

  /// Takes a drawn row, without the spans before the worker's start and after its end.
  init(worker: Int, _ drawn: [WorkerState?]) {
    self.worker = worker
    first = drawn.firstIndex { $0 != nil } ?? 0
    states = ""
    let end = drawn.lastIndex { $0 != nil }.map { $0 + 1 } ?? 0
    var rest = drawn[min(first, end)..<end]
    while let state = rest.first {
      let run = rest.prefix { $0 == state }
      rest = rest.dropFirst(run.count)
      states.append(state?.letter ?? "_")
      if run.count > 1 { states += String(run.count) }
    }
  }

  /// The seconds in each state, span by span; nil when the text isn't of that form or is too long.
  func seconds(ofSpan span: Float, most: Int) -> [[Float]]? {
    let nothing = [Float](repeating: 0, count: WorkerState.observed.count)
    var result: [[Float]] = []
    var rest = states[...]
    while let letter = rest.popFirst() {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      guard let count = digits.isEmpty ? 1 : Int(digits), count > 0, count <= most - result.count
      else { return nil }
      var one = nothing
      if letter != "_" {
        guard let place = WorkerState.observed.firstIndex(where: { $0.letter == letter }) else {
          return nil
        }
        one[place] = span
      }
      result += Array(repeating: one, count: count)
    }
    return result
  }
}

extension WorkerState {
  /// The state in a drawn timeline; a question mark for those that are never observed.
  package var letter: Character {
    switch self {
    case .onCPU: "c"
    case .runnable: "r"
    case .gil: "g"
    case .lock: "l"
    case .io: "i"
    case .sleep: "s"
    case .child: "p"
    case .waitingForWork: "w"
    case .tooShort: "t"
    case .other: "o"
    case .starting, .ending, .preparing, .movingData, .startingServer, .idle: "?"
    }
  }
}
