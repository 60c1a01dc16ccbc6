import TandemModel

/// Computes what the workers did since the last call.
struct LiveMeter {
  private var last: [Int32: StateTable] = [:]
  private var lastNS: UInt64
  private var lastEnded = 0
  private var wasStill = false
  private let beganNS: UInt64

  /// Makes a meter.
  ///
  /// - Parameter beganNS: the beginning of the wall time.
  init(beganNS: UInt64) {
    self.beganNS = beganNS
    lastNS = beganNS
  }

  /// The first moment comes sooner, and so does one that says of a standstill, or of its end.
  private static let soonNS: UInt64 = 250_000_000

  /// Whether it is time for the next moment.
  ///
  /// - Parameters:
  ///   - nowNS: the time.
  ///   - everyNS: how often there is one.
  ///   - isStill: whether the program stands still.
  /// - Returns: whether it is.
  func isDue(nowNS: UInt64, everyNS: UInt64, isStill: Bool) -> Bool {
    let isSoon = last.isEmpty || isStill != wasStill
    return nowNS &- min(nowNS, lastNS) >= (isSoon ? min(everyNS, Self.soonNS) : everyNS)
  }

  /// What the workers did since the last call.
  ///
  /// - Parameters:
  ///   - tally: the record of the workers.
  ///   - switches: how it is known when they ran.
  ///   - nowNS: the time up to which it is known.
  ///   - cpus: the CPUs that the program can use.
  ///   - standstill: the standstill that lasts; nil while the program goes on.
  /// - Returns: the moment.
  mutating func moment(
    _ tally: ProgramTally, _ switches: ObservationSources.Switches, nowNS: UInt64, cpus: Int,
    standstill: Standstill?
  ) -> LiveMoment {
    let span = Double(max(1, nowNS &- min(nowNS, lastNS)))
    var tables: [Int32: StateTable] = [:]
    var workers: [LiveMoment.Worker] = []
    for track in tally.live.values {
      let table = track.tableNow(nowNS: nowNS, like: tally.mix(like: track))
      tables[track.tid] = table
      var since = table
      if let before = last[track.tid] { since.add(before, times: -1) }
      workers.append(
        LiveMoment.Worker(
          kind: track.kind, pid: track.pid, tid: track.tid, name: track.name,
          parent: track.kind == .thread ? track.pid : track.parent,
          startedSeconds: Double(track.startedNS &- min(track.startedNS, beganNS)) / 1e9,
          // The state of an earlier wait may have been found since, so a difference may be negative.
          shares: WorkerState.observed.map { min(1, max(0, since[$0] / span)) }))
    }
    let ended = tally.ended.count + tally.foldedCount
    defer {
      last = tables
      lastNS = max(lastNS, nowNS)
      lastEnded = ended
      wasStill = standstill != nil
    }
    return LiveMoment(
      elapsedSeconds: Double(nowNS &- min(nowNS, beganNS)) / 1e9, spanSeconds: span / 1e9,
      workers: workers,
      ended: max(0, ended - lastEnded), switches: switches, cpus: cpus,
      standstill: standstill?.report(sinceNS: beganNS, endedObservation: false))
  }
}

extension WorkerTrack {
  /// Nanoseconds in each state up to a time, including the state at that time.
  ///
  /// - Parameters:
  ///   - nowNS: the time.
  ///   - like: what was seen of the waits of workers like it.
  /// - Returns: a table with nothing unresolved.
  func tableNow(nowNS: UInt64, like: WaitMix?) -> StateTable {
    var table = resolved(like: like)
    switch phase {
    case .running(let since), .runningOrReady(let since):
      table[.onCPU] += Double(nowNS &- min(nowNS, since))
    case .runnable(let since): table[.runnable] += Double(nowNS &- min(nowNS, since))
    case .blocked(let wait):
      let length = Double(nowNS &- min(nowNS, wait.sinceNS))
      // What the sweep doesn't know is too short only if it is short.
      let counted = wait.countedAs == .tooShort ? nil : wait.countedAs
      let unknown = WaitLength(UInt64(length)).unknownState
      table[wait.sample?.state ?? counted ?? unknown] += length
    case .ended: break
    }
    return table
  }
}
