/// What each worker did when, for drawing: equal spans of time, and in each the shares of the states.
public struct ObservedTimeline: Sendable, Equatable {
  /// The length of a span, in seconds.
  public var spanSeconds: Double
  /// The number of spans that cover the wall time.
  public var spans: Int
  /// One row a worker, in the order of the report's workers.
  public var rows: [Row]
  /// The workers that wanted a CPU and those on one, averages over each span; nil when not all workers are known.
  public var curves: Curves?
  /// The same of all listed workers, slice by slice; nil when it wasn't kept.
  public var slices: TimelineSlices?

  /// The program's workers over time, a number a span.
  public struct Curves: Sendable, Equatable {
    /// Wanting a CPU.
    public var demand: [Double]
    /// On a CPU.
    public var parallelism: [Double]

    /// Makes curves.
    public init(demand: [Double], parallelism: [Double]) {
      self.demand = demand
      self.parallelism = parallelism
    }
  }

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
  public init(
    spanSeconds: Double, spans: Int, rows: [Row], curves: Curves? = nil,
    slices: TimelineSlices? = nil
  ) {
    self.spanSeconds = spanSeconds
    self.spans = spans
    self.rows = rows
    self.curves = curves
    self.slices = slices
  }
}
