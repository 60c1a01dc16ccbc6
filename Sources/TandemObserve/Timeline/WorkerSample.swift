/// One sample of a worker, from `/proc`.
package struct WorkerSample: Sendable {
  /// Its process.
  package var pid: Int32
  /// Its thread.
  package var tid: Int32
  /// Its name.
  package var name: String
  /// When it was sampled, in nanoseconds of `CLOCK_MONOTONIC`.
  package var atNS: UInt64
  /// When it was started; the kernel gives this to a hundredth of a second.
  package var startedNS: UInt64
  /// Whether it was on a CPU or ready for one.
  package var isRunnable: Bool
  /// Nanoseconds on a CPU since it was started.
  package var runNS: UInt64
  /// Nanoseconds ready for a CPU since it was started.
  package var waitNS: UInt64
  /// Voluntary and involuntary switches; nil when not read.
  package var switches: (voluntary: Int, involuntary: Int)?
  /// What it waits for; nil when it doesn't wait, or when that wasn't sampled.
  package var wait: WaitSample?

  /// Makes a sample.
  package init(
    pid: Int32, tid: Int32, name: String, atNS: UInt64, startedNS: UInt64, isRunnable: Bool,
    runNS: UInt64, waitNS: UInt64, switches: (voluntary: Int, involuntary: Int)? = nil,
    wait: WaitSample? = nil
  ) {
    self.pid = pid
    self.tid = tid
    self.name = name
    self.atNS = atNS
    self.startedNS = startedNS
    self.isRunnable = isRunnable
    self.runNS = runNS
    self.waitNS = waitNS
    self.switches = switches
    self.wait = wait
  }
}
