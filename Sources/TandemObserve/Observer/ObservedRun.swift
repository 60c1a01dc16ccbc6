package import TandemModel
import TandemSystem

/// What was seen of every worker of one run, stretch by stretch.
package struct ObservedRun: Sendable, Equatable {
  /// What was seen of one worker.
  package struct Worker: Sendable, Equatable {
    /// Its process.
    package var pid: Int32
    /// Its thread.
    package var tid: Int32
    /// When it was started, or first seen, in nanoseconds of `CLOCK_MONOTONIC`.
    package var startedNS: UInt64
    /// When it ended; nil when it didn't as long as it was watched.
    package var endedNS: UInt64?
    /// What it did, in order of time, without overlap.
    package var segments: [ObservedSegment]
    /// What its waits were seen to be for, which stands for those that nobody looked into.
    package var mix: WaitMix
    /// What the waits of its process were seen to be for; nil when none was.
    package var processMix: WaitMix?
    /// Nanoseconds that it was ready for a CPU in all its life although it seemed to wait, from being
    /// woken to running, as far as the kernel's own count of them could be read.
    package var wokenNS: UInt64

    /// Makes a worker.
    package init(
      pid: Int32, tid: Int32, startedNS: UInt64, endedNS: UInt64? = nil,
      segments: [ObservedSegment], mix: WaitMix = WaitMix(), processMix: WaitMix? = nil,
      wokenNS: UInt64 = 0
    ) {
      self.pid = pid
      self.tid = tid
      self.startedNS = startedNS
      self.endedNS = endedNS
      self.segments = segments
      self.mix = mix
      self.processMix = processMix
      self.wokenNS = wokenNS
    }
  }

  /// The workers that were kept one by one.
  package var workers: [Worker]
  /// How it is known when workers ran.
  package var switches: ObservationSources.Switches
  /// Records that the kernel had no room for.
  package var lostRecords: Int
  /// Whether stretches were not kept, because there were too many.
  package var isIncomplete: Bool
  /// Processes whose interpreter's lock could be looked at and was on.
  package var processesWithGIL: Set<Int32>
  /// Hand-overs of those locks; nil when there is none that was looked at.
  package var handovers: Double?
  /// Why workers' waits could not be looked into; nil when they could.
  package var refused: String?
  /// CPU nanoseconds of the thread that watched.
  package var observerCPUNS: UInt64
  /// The whole program, as `tandem explain` would report it, without findings; nil when nobody asked.
  package var program: ExplainReport?

  /// Makes what was seen.
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
  /// Stretches that are kept of one run: 24 MB.
  package static let mostSegments = 1_000_000

  /// Follows a process that runs already, and everything that it starts, until it ends.
  ///
  /// It blocks the calling thread and does all its work there.
  ///
  /// - Parameters:
  ///   - pid: the process.
  ///   - machine: the machine, for the report.
  ///   - whenFollowed: called once everything from now on will be seen.
  ///   - shouldStop: asked in every round; whether to stop.
  /// - Returns: what was seen.
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

  /// Takes what was kept out of an observation.
  init(_ observation: Observation) {
    let tally = observation.tally
    let gils = observation.gils.entries(waitSeconds: [:]).filter { $0.state == .on }
    self.init(
      workers: tally.workers.map { track in
        Worker(
          pid: track.pid, tid: track.tid, startedNS: track.startedNS, endedNS: track.endedNS,
          segments: track.segments, mix: track.mix, processMix: tally.mixes[track.pid],
          wokenNS: track.wokenNS)
      }, switches: observation.switches, lostRecords: observation.lostRecords,
      isIncomplete: tally.segments.isIncomplete, processesWithGIL: Set(gils.map(\.pid)),
      handovers: gils.isEmpty ? nil : gils.compactMap(\.handovers).reduce(0, +),
      refused: observation.refused.map { "\($0)" })
  }
}
