/// What was run.
public struct WorkSummary: Codable, Sendable, Equatable {
  /// What kind of work it is.
  public enum Kind: String, Codable, Sendable {
    /// The lesson's loop of squares.
    case squares
    /// Arithmetic only.
    case cpu
    /// Waiting for a pipe only.
    case io
    /// Half arithmetic, half waiting.
    case mixed
    /// A Python function of the user's.
    case pythonFunction = "python_function"
    /// A Swift task of the user's.
    case swiftTask = "swift_task"
  }

  /// A name for people, such as `squares` or `work.py:crunch`.
  public var name: String
  /// What kind of work it is.
  public var kind: Kind
  /// Items of work: the total number of calls, the same under every model.
  public var items: Int
  /// Iterations of the loop in one item; null where there is no loop.
  @ExplicitNull public var iterations: Int?
  /// The time that one item is meant to take, in seconds; null where it isn't set.
  @ExplicitNull public var workTimeSeconds: Double?

  /// Makes a summary.
  public init(name: String, kind: Kind, items: Int, iterations: Int?, workTimeSeconds: Double?) {
    self.name = name
    self.kind = kind
    self.items = items
    self.iterations = iterations
    self.workTimeSeconds = workTimeSeconds
  }

  enum CodingKeys: String, CodingKey {
    case name, kind, items, iterations
    case workTimeSeconds = "work_time_s"
  }
}
