/// What each worker did when, as it was recorded: the same text as a drawn timeline's, in much shorter spans.
///
/// Every slice of a worker's time is there, to half a span. A wait that was not looked into has the state that was
/// found for waits like it, where nearly all were alike, and none of its own otherwise.
public struct TimelineSlices: Codable, Sendable, Equatable {
  /// The length of a span, in seconds.
  public var spanSeconds: Double
  /// The number of spans that cover the wall time.
  public var spans: Int
  /// One row a worker, in the order of the report's workers.
  public var rows: [Row]

  /// A worker's row.
  public struct Row: Codable, Sendable, Equatable {
    /// The worker's place in the report's `workers`.
    public var worker: Int
    /// The first span in which it was there.
    public var first: Int
    /// Its states from there on, such as `c1200w34`.
    public var states: String

    /// Makes a row.
    public init(worker: Int, first: Int, states: String) {
      self.worker = worker
      self.first = first
      self.states = states
    }
  }

  /// Makes slices.
  public init(spanSeconds: Double, spans: Int, rows: [Row]) {
    self.spanSeconds = spanSeconds
    self.spans = spans
    self.rows = rows
  }

  enum CodingKeys: String, CodingKey {
    case spanSeconds = "span_s"
    case spans, rows
  }
}
