/// Puts the records of several CPUs' rings in the order of their times.
///
/// Each ring is in order by itself, but a record is seen in its ring only some time after it was
/// stamped; so records are held back up to the *horizon*, the time before which all are there. A ring
/// in which there is something vouches for the time of its newest record. One that is empty is taken
/// to hold nothing older than `lagNS` before it was looked at. That is no law, since a virtual CPU may
/// be stopped between the stamp and the writing for as long as its host likes: records that come
/// behind the horizon are given out at once and counted.
struct PerfRingMerge {
  /// How long a record may take from its stamp to its ring: a thousand times what it takes.
  static let lagNS: UInt64 = 2_000_000

  /// The rings, one a CPU.
  var rings: [PerfRing]
  /// Everything before this time has been given out, in nanoseconds of the records' clock.
  private(set) var horizonNS: UInt64 = 0
  /// Records that came behind the horizon.
  private(set) var lateRecords: UInt64 = 0
  /// Records that found no room in their ring.
  private(set) var lostRecords: UInt64 = 0

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
    for ring in rings {
      let newest = ring.look() ?? 0
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
