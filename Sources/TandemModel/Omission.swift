/// Something that was not run or not measured.
public struct Omission: Codable, Sendable, Equatable {
  /// What was left out.
  public var what: String
  /// Why, and how to have it.
  public var why: String

  /// Makes an entry.
  public init(what: String, why: String) {
    self.what = what
    self.why = why
  }
}
