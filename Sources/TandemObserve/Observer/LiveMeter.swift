import TandemModel

/// Computes what the workers did since the last call.
struct LiveMeter {
  private var last: [Int32: StateTable] = [:]
  private var lastNS: UInt64
  private var lastEnded = 0
  private let beganNS: UInt64

  /// Makes a meter.
  ///
  /// - Parameter beganNS: the beginning of the wall time.
  init(beganNS: UInt64) {
    self.beganNS = beganNS
    lastNS = beganNS
  }

  /// The time since the last moment.
  ///
  /// - Parameter nowNS: the time.
  /// - Returns: nanoseconds.
  func age(nowNS: UInt64) -> UInt64 { nowNS &- min(nowNS, lastNS) }

  /// What the workers did since the last call.
  ///
  /// - Parameters:
  ///   - tally: the record of the workers.
  ///   - switches: how it is known when they ran.
  ///   - nowNS: the time up to which it is known.
  /// - Returns: the moment.
  mutating func moment(
    _ tally: ProgramTally, _ switches: ObservationSources.Switches, nowNS: UInt64
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
          // The state of an earlier wait may have been found since, so a difference may be negative.
          shares: WorkerState.observed.map { min(1, max(0, since[$0] / span)) }))
    }
    let ended = tally.ended.count + tally.foldedCount
    defer {
      last = tables
      lastNS = max(lastNS, nowNS)
      lastEnded = ended
    }
    return LiveMoment(
      elapsedSeconds: Double(nowNS &- min(nowNS, beganNS)) / 1e9, spanSeconds: span / 1e9,
      workers: workers,
      ended: max(0, ended - lastEnded), switches: switches)
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
