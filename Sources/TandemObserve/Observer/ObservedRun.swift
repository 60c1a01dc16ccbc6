package import TandemModel
import TandemSystem

/// What every worker of one run did, segment by segment.
package struct ObservedRun: Sendable, Equatable {
  /// What one worker did.
  package struct Worker: Sendable, Equatable {
    /// Its process.
    package var pid: Int32
    /// Its thread.
    package var tid: Int32
    /// When it was started, or first seen, in nanoseconds of `CLOCK_MONOTONIC`.
    package var startedNS: UInt64
    /// When it ended; nil when it ran until the end of the observation.
    package var endedNS: UInt64?
    /// What it did, in order of time, without overlap.
    package var segments: [ObservedSegment]
    /// What was seen of its waits, which stands for those that weren't looked into.
    package var mix: WaitMix
    /// What was seen of the waits of workers like it; nil without a look.
    package var likeMix: WaitMix?
    /// Nanoseconds between being woken and running, which the records show as waiting, as far as the
    /// kernel's own count could be read.
    package var wokenNS: UInt64

    /// Makes a worker.
    package init(
      pid: Int32, tid: Int32, startedNS: UInt64, endedNS: UInt64? = nil,
      segments: [ObservedSegment], mix: WaitMix = WaitMix(), likeMix: WaitMix? = nil,
      wokenNS: UInt64 = 0
    ) {
      self.pid = pid
      self.tid = tid
      self.startedNS = startedNS
      self.endedNS = endedNS
      self.segments = segments
      self.mix = mix
      self.likeMix = likeMix
      self.wokenNS = wokenNS
    }
  }

  /// The workers that were kept one by one.
  package var workers: [Worker]
  /// How it is known when workers ran.
  package var switches: ObservationSources.Switches
  /// Records lost because the kernel's buffers were full.
  package var lostRecords: Int
  /// Whether some segments were not kept because there were too many.
  package var isIncomplete: Bool
  /// Processes whose interpreter's lock could be sampled and was on.
  package var processesWithGIL: Set<Int32>
  /// Hand-overs of those locks; nil when no lock was sampled.
  package var handovers: Double?
  /// Why some workers' waits could not be sampled; nil when they could.
  package var refused: String?
  /// CPU nanoseconds of the observing thread.
  package var observerCPUNS: UInt64
  /// The whole program as `tandem explain` reports it, without findings; nil when not requested.
  package var program: ExplainReport?

  /// Makes a run.
  package init(
    workers: [Worker], switches: ObservationSources.Switches = .exact, lostRecords: Int = 0,
    isIncomplete: Bool = false, processesWithGIL: Set<Int32> = [], handovers: Double? = nil,
    refused: String? = nil, observerCPUNS: UInt64 = 0, program: ExplainReport? = nil
  ) {
    self.workers = workers
    self.switches = switches
    self.lostRecords = lostRecords
    self.isIncomplete = isIncomplete
    self.processesWithGIL = processesWithGIL
    self.handovers = handovers
    self.refused = refused
    self.observerCPUNS = observerCPUNS
    self.program = program
  }
}

extension ObservedRun {
  /// The most segments that are kept of one run: 24 MB.
  package static let mostSegments = 1_000_000

  /// Follows a running process, and everything that it starts, until it ends.
  ///
  /// Blocks the calling thread and does all its work there.
  ///
  /// - Parameters:
  ///   - pid: the process.
  ///   - machine: the machine, for the report.
  ///   - whenFollowed: called once, when everything that follows will be observed.
  ///   - shouldStop: called in every round; returns whether to stop.
  /// - Returns: the run.
  /// - Throws: why the process can't be followed.
  package static func following(
    _ pid: Int32, on machine: MachineSummary, whenFollowed: () -> Void, shouldStop: () -> Bool
  ) throws(Observer.Failure) -> ObservedRun {
    let before = RUsage.now(.thread).cpuNS
    let options = ObservationOptions(mostSegments: mostSegments)
    let observation = try Observer(options).watch(
      running: pid, forNS: nil, whenFollowed: whenFollowed, shouldStop: shouldStop)
    var run = ObservedRun(observation)
    run.program = observation.report(command: [], machine: machine, tandemVersion: "").report
    run.observerCPUNS = RUsage.now(.thread).cpuNS - before
    return run
  }

  /// Makes a run of what an observation kept.
  init(_ observation: Observation) {
    let tally = observation.tally
    let gils = observation.gils.entries().filter { $0.state == .on }
    self.init(
      workers: tally.workers.map { track in
        Worker(
          pid: track.pid, tid: track.tid, startedNS: track.startedNS, endedNS: track.endedNS,
          segments: track.segments, mix: track.mix, likeMix: tally.mix(like: track),
          wokenNS: track.wokenNS)
      }, switches: observation.switches, lostRecords: observation.lostRecords,
      isIncomplete: tally.segments.isIncomplete, processesWithGIL: Set(gils.map(\.pid)),
      handovers: gils.isEmpty ? nil : gils.compactMap(\.handovers).reduce(0, +),
      refused: observation.refused.map { "\($0)" })
  }
}
