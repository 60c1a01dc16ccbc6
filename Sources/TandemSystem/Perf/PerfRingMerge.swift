/// Merges the records of several CPUs' rings in order of time.
///
/// Each ring is in order by itself, but a record appears in its ring some time after its timestamp. So
/// records are held back up to the *horizon*, the time before which all records have arrived. A ring with
/// records is complete up to its newest one. An empty ring is taken to be complete up to `lagNS` before
/// it was read. That isn't guaranteed, since a host may stop a virtual CPU between timestamp and write
/// for any time: records older than the horizon are given out at once and counted.
struct PerfRingMerge {
  /// How long a record may take from its timestamp to its ring: a thousand times the usual.
  static let lagNS: UInt64 = 2_000_000

  /// The rings, one a CPU.
  var rings: [PerfRing]
  /// Everything before this time has been given out, in nanoseconds of the records' clock.
  private(set) var horizonNS: UInt64 = 0
  /// Records that arrived older than the horizon.
  private(set) var lateRecords: UInt64 = 0
  /// Records lost because their ring was full.
  private(set) var lostRecords: UInt64 = 0

  /// The newest record of each ring that was found full when last drained: what came after it may be lost,
  /// which the kernel reports only with the next record that fits.
  private(set) var fullSinceNS: [UInt64] = []

  /// Makes a merge that has given out nothing.
  ///
  /// - Parameter rings: the rings.
  init(rings: [PerfRing]) {
    self.rings = rings
  }

  /// Gives out what is before the horizon, and moves that.
  ///
  /// - Parameters:
  ///   - finally: whether to give out everything, because nothing more will come.
  ///   - clock: reads the records' clock.
  ///   - body: gets the records, ordered by time but for those that came late.
  mutating func drain(finally: Bool, clock: () -> UInt64, _ body: (PerfRecord) -> Void) {
    let before = clock()
    var bound = UInt64.max
    fullSinceNS = []
    for ring in rings {
      let newest = ring.readHead() ?? 0
      if newest > 0, ring.isFull { fullSinceNS.append(newest) }
      bound = min(bound, max(newest, before > Self.lagNS ? before - Self.lagNS : 0))
    }
    // Whatever stands in a ring, nothing has happened in the future.
    let after = clock()
    bound = finally ? .max : min(bound, after)

    while let (ring, limit) = earliest(), let first = ring.peek(), first <= bound {
      // Its records up to the next ring's; on one CPU often many.
      let limit = min(limit, bound)
      while let time = ring.peek(), time <= limit, let record = ring.take() { give(record, body) }
    }
    for ring in rings {
      ring.free()
      if finally, case let count = ring.takeUntoldLost(), count > 0 {
        let cpu = ring.cpu
        give(PerfRecord(timeNS: after, pid: -1, tid: -1, cpu: cpu, kind: .lost(count)), body)
      }
    }
    horizonNS = max(horizonNS, finally ? after : bound)
  }

  private mutating func give(_ record: PerfRecord, _ body: (PerfRecord) -> Void) {
    if record.timeNS < horizonNS { lateRecords += 1 }
    if case .lost(let count) = record.kind { lostRecords &+= count }
    body(record)
  }

  /// The ring whose next record is the earliest, and the time of the earliest next one of the others.
  private func earliest() -> (ring: PerfRing, others: UInt64)? {
    var found: PerfRing?
    var first = UInt64.max
    var second = UInt64.max
    for ring in rings {
      guard let time = ring.peek() else { continue }
      if found == nil || time < first {
        second = found == nil ? second : first
        first = time
        found = ring
      } else {
        second = min(second, time)
      }
    }
    return found.map { ($0, second) }
  }
}
