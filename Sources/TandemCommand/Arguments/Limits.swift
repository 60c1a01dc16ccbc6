import ArgumentParser

/// Counts within bounds.
enum Limits {
  /// Rejects a count outside its bounds.
  ///
  /// - Parameters:
  ///   - value: The count; nil passes.
  ///   - option: The option's name.
  ///   - bounds: The numbers that are allowed.
  /// - Throws: `ValidationError`.
  static func check(_ value: Int?, _ option: String, _ bounds: ClosedRange<Int>) throws {
    guard let value, !bounds.contains(value) else { return }
    throw ValidationError(
      "\(option) must be between \(bounds.lowerBound) and \(bounds.upperBound), not \(value)")
  }

  /// Rejects both one line and everything.
  ///
  /// - Parameters:
  ///   - quiet: Whether one line was asked for.
  ///   - details: Whether everything was.
  /// - Throws: `ValidationError`.
  static func check(quiet: Bool, details: Bool) throws {
    if quiet, details { throw ValidationError("give either --quiet or --details, not both") }
  }

  /// Rejects a time of one item's work outside its bounds.
  ///
  /// - Parameter workTime: The time; nil passes.
  /// - Throws: `ValidationError`.
  static func check(workTime: Duration?) throws {
    guard let workTime, !(.microseconds(1)...Duration.seconds(3600)).contains(workTime) else {
      return
    }
    throw ValidationError("--work-time must be between 1us and 1h")
  }
}
