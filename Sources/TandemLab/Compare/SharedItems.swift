/// Items that several numbers of workers can share evenly.
enum SharedItems {
  /// The fewest items that every number of workers can share evenly, or only so many as are asked for
  /// where that would be many times more.
  ///
  /// - Parameters:
  ///   - counts: The numbers of workers, ascending.
  ///   - least: How many there are at least.
  /// - Returns: At least one for each worker.
  static func count(among counts: [Int], atLeast least: Int) -> Int {
    let most = max(least, counts.last ?? 1)
    var multiple = 1
    for count in counts {
      var (a, b) = (multiple, count)
      while b > 0 { (a, b) = (b, a % b) }
      multiple = multiple / a * count
      if multiple > 10 * most { return most }
    }
    return (most + multiple - 1) / multiple * multiple
  }
}
