package import TandemModel
package import TandemSystem

/// Receives what is observed of a program whose switches are recorded, while the program runs.
///
/// Every call comes on the observing thread, which does nothing else meanwhile. What a worker did comes when it is over,
/// so a long wait comes late; of one worker it comes in order of time.
package protocol ObservationSink: AnyObject, Sendable {
  /// The observation begins.
  func began(atNS: UInt64)

  /// Takes a record, after everything that it ends.
  func record(_ record: PerfRecord)

  /// The first process executed the program, and the report begins here: what was before was a launcher.
  func reportBegan(atNS: UInt64)

  /// Records of a CPU are missing.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - cpu: the CPU.
  ///   - fromNS: when the last record before them was written.
  ///   - toNS: when the first one after them was written.
  func lost(_ count: UInt64, onCPU cpu: UInt32, fromNS: UInt64, toNS: UInt64)

  /// A worker did one thing for some time.
  ///
  /// - Parameters:
  ///   - state: what; nil for a wait that wasn't looked into.
  ///   - sample: the look at a wait; nil without one.
  ///   - track: the worker.
  ///   - fromNS: when it began.
  ///   - toNS: when it ended.
  func spent(
    _ state: WorkerState?, _ sample: WaitSample?, by track: WorkerTrack, fromNS: UInt64,
    toNS: UInt64)

  /// So many workers were in each state for some time, as far as that is known by now.
  func level(_ workers: StateTable, fromNS: UInt64, toNS: UInt64)

  /// The kernel's own counts of a worker were read, and the records up to then have been taken.
  ///
  /// `WorkerTrack.countsBefore` has those of before the observation.
  func counted(_ counts: WorkerTrack.KernelCounts, of track: WorkerTrack)

  /// The memory of a process was read.
  func memory(_ memory: WorkerMemory, of pid: Int32, atNS: UInt64)

  /// Samples found one thread holding an interpreter's lock, and no other thread had taken it meanwhile.
  ///
  /// - Parameters:
  ///   - lock: the lock's address.
  ///   - pid: the process.
  ///   - tid: the holder; nil when its number isn't known.
  ///   - place: where it was all the time; nil when it wasn't in one function.
  ///   - fromNS: the first of the samples.
  ///   - toNS: the last; the same where there was one.
  func held(
    _ lock: UInt64, of pid: Int32, by tid: Int32?, at place: ObservedFunction?, fromNS: UInt64,
    toNS: UInt64)

  /// An interpreter's lock has gone to another thread so often since it was read first.
  func handedOver(_ count: UInt64, _ lock: UInt64, of pid: Int32, atNS: UInt64)

  /// The observation is over, and everything was given.
  func ended(atNS: UInt64)
}
