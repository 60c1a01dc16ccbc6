/// What a call does for a pool whose workers are threads of this process: it runs items and keeps their
/// outputs.
package protocol LocalCall: CallItems {
  /// Whether `perform` may be used; if not, `performAsync` must be.
  var isSynchronous: Bool { get }

  /// Does the work of items here, one after the other, and keeps their outputs.
  ///
  /// Which items is asked of the work before each: others may take some away meanwhile, or give the work
  /// up. Outputs are kept if `work.keep` says that they may be; else the one that gave the work up has ended
  /// its items.
  ///
  /// - Parameter work: which items.
  /// - Returns: the item that threw, and its error; it has not ended then, nor have those behind it.
  func perform(_ work: ThreadWork) -> (item: Int, error: any Error)?

  /// As `perform`, for async work.
  nonisolated(nonsending) func performAsync(_ work: ThreadWork) async -> (
    item: Int, error: any Error
  )?
}
