/// One thing that Tandem needs, and whether it's there.
public struct DoctorCheck: Codable, Sendable, Equatable {
  /// What a check is about.
  public enum Area: String, Codable, Sendable, CaseIterable {
    /// How many workers can run at once.
    case cpus
    /// What can be seen of threads and processes.
    case observing
    /// What starting workers needs.
    case workers
    /// Python interpreters.
    case python
  }

  /// Whether it's there.
  public enum Answer: String, Codable, Sendable {
    /// It's there.
    case yes
    /// It's there, but it bounds or misses something.
    case partly
    /// It isn't there.
    case no
  }

  /// A name that doesn't change, such as `perf_events`.
  public var name: String
  /// What it's about.
  public var area: Area
  /// What a person would call it, such as "exact switch times".
  public var title: String
  /// Whether it's there.
  public var answer: Answer
  /// What was found, a few words.
  public var value: String
  /// Why it isn't there, or not wholly, a sentence; null when it is.
  @ExplicitNull public var cause: String?
  /// What mends it, one line, a command where there is one; null when nothing is to be done or can be.
  @ExplicitNull public var remedy: String?

  /// Makes a check.
  public init(
    name: String, area: Area, title: String, answer: Answer, value: String, cause: String? = nil,
    remedy: String? = nil
  ) {
    self.name = name
    self.area = area
    self.title = title
    self.answer = answer
    self.value = value
    self.cause = cause
    self.remedy = remedy
  }
}
