internal import CTandemShims
internal import TandemSystem

/// The way into a worker process, for builds in which the way in is not found by itself.
///
/// In an ordinary executable or test bundle there is nothing to call: when it is started as a worker
/// process, a hook in front of `main` notices. In a fully static executable (`-static-executable`), on
/// musl, or inside a foreign host program, the hook is inert, and starting a worker process throws
/// `PoolError` with code `noEntryHook` until `serveIfWorker()` is called first in `main`.
public enum WorkerEntry {
  /// Becomes a worker and never returns when this process was started as one; otherwise returns at once.
  ///
  /// Put it first in `main`, before anything else of Swift has run: a worker that is forked later
  /// inherits what was there before.
  public static func serveIfWorker() {
    tandem_entry_call()
  }

  /// How deep worker processes may be nested.
  static let deepest = 6

  /// How many worker processes lie between this process and the first one: 0 there.
  static var depth: Int {
    ProcessSettings.variable(TANDEM_DEPTH_NAME).flatMap { Int($0) } ?? 0
  }

  /// Throws unless this process may start worker processes.
  ///
  /// Without these guards a program whose `main` runs again in its workers would start workers there,
  /// and those again.
  ///
  /// - Throws: `noEntryHook`, `tooDeep`.
  static func checkMayStart() throws(PoolError) {
    tandem_entry_refuse_unserved()
    guard tandem_entry_is_armed() != 0 else {
      throw PoolError(
        .noEntryHook,
        """
        this build can't turn into a worker by itself (it is fully static, or a foreign host runs it): \
        call WorkerEntry.serveIfWorker() first in main
        """)
    }
    guard depth < deepest else {
      throw PoolError(
        .tooDeep,
        "worker processes are nested \(depth) deep already, and \(deepest) is the limit")
    }
  }
}
