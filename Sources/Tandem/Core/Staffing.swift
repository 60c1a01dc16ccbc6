/// How many workers a pool has, may have, and needs.
package struct Staffing: Sendable {
  /// How many there may be.
  package var wanted: Int
  /// How many there are even if nothing waits.
  package var minimum: Int
  /// How many work.
  package var working: Int
  /// How many are on their way: each will take an item.
  package var coming: Int

  package init(wanted: Int, minimum: Int, working: Int, coming: Int) {
    self.wanted = wanted
    self.minimum = minimum
    self.working = working
    self.coming = coming
  }

  /// How many more are to be started.
  ///
  /// - Parameters:
  ///   - waiting: how many items wait that no worker is free for.
  ///   - isRunning: whether the pool takes more work; else it needs no minimum.
  /// - Returns: the number.
  package func missing(waiting: Int, isRunning: Bool) -> Int {
    let present = working + coming
    var missing = waiting - coming
    if isRunning { missing = max(missing, minimum - present) }
    return max(0, min(missing, wanted - present))
  }
}
