import ArgumentParser

/// A list of numbers of workers on the command line.
enum SweepArgument {
  /// Reads `1,2,4,8`, in any order.
  ///
  /// - Parameter text: the argument.
  /// - Returns: the numbers, as they stand there.
  /// - Throws: `ValidationError`.
  static func counts(_ text: String) throws -> [Int] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      let name = part.split(separator: " ").joined(separator: " ")
      guard let count = Int(name) else {
        throw ValidationError(
          "--sweep takes numbers of workers, such as 1,2,4,8, not '\(name)'")
      }
      try Limits.check(count, "each number of --sweep", 1...10_000)
      return count
    }
  }
}
