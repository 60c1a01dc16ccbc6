/// A worker as a source of switches knows it at a moment.
package struct StillWorker: Sendable, Hashable {
  /// Its process.
  package var pid: Int32
  /// Its thread.
  package var tid: Int32
  /// Its name.
  package var name: String
  /// Since when it has been off the CPU, in nanoseconds of `CLOCK_MONOTONIC`; nil while it is on one or
  /// ready for one.
  package var sinceNS: UInt64?

  /// Makes a worker.
  package init(pid: Int32, tid: Int32, name: String, sinceNS: UInt64?) {
    self.pid = pid
    self.tid = tid
    self.name = name
    self.sinceNS = sinceNS
  }
}
