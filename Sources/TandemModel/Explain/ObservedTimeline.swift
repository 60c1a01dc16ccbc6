/// What each worker did when, for drawing: equal spans of time, and in each the shares of the states.
public struct ObservedTimeline: Sendable, Equatable {
  /// The length of a span, in seconds.
  public var spanSeconds: Double
  /// The number of spans that cover the wall time.
  public var spans: Int
  /// One row a worker, in the order of the report's workers.
  public var rows: [Row]

  /// A worker's row.
  public struct Row: Sendable, Equatable {
    /// The worker's place in the report's `workers`.
    public var worker: Int
    /// The first span in which it was there.
    public var first: Int
    /// From that span on, the seconds in each state, in the order of `WorkerState.observed`.
    public var seconds: [[Float]]

    /// Makes a row.
    public init(worker: Int, first: Int, seconds: [[Float]]) {
      self.worker = worker
      self.first = first
      self.seconds = seconds
    }
  }

  /// Makes a timeline.
  public init(spanSeconds: Double, spans: Int, rows: [Row]) {
    self.spanSeconds = spanSeconds
    self.spans = spans
    self.rows = rows
  }
}
