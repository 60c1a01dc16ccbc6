/// Which thread was last seen waiting for which futex.
///
/// This counts the waiters of a futex where the words around it don't: two threads seen on the same word
/// at the same time. A thread counts as waiting until it is seen elsewhere or running, or until the
/// sighting is too old.
struct FutexWaiters {
  /// A futex, the same for all threads that wait for it.
  typealias Key = WaitKey

  /// Where a thread was seen.
  struct Sighting {
    var key: Key
    /// The word as the thread's process sees it.
    var address: UInt64
    var pid: CInt
    var timeNS: UInt64
  }

  /// Threads that are kept at most; more are forgotten all at once.
  static let limit = 16384

  /// A thread in the queue of a futex.
  ///
  /// Queues are arrays: searching even a thousand threads takes about a microsecond.
  private struct Place {
    var tid: CInt
    var timeNS: UInt64
  }

  private var sightings: [CInt: Sighting] = [:]
  private var queues: [Key: [Place]] = [:]

  /// Where a thread was last seen, as far as it wasn't seen to go on.
  func sighting(of tid: CInt) -> Sighting? { sightings[tid] }

  /// Notes where a thread waits.
  mutating func note(_ tid: CInt, _ sighting: Sighting) {
    if let before = sightings[tid], before.key != sighting.key {
      leave(tid, before.key)
    } else if sightings.count >= Self.limit {
      sightings = [:]
      queues = [:]
    }
    sightings[tid] = sighting
    let place = Place(tid: tid, timeNS: sighting.timeNS)
    if let index = queues[sighting.key]?.firstIndex(where: { $0.tid == tid }) {
      queues[sighting.key]?[index] = place
    } else {
      queues[sighting.key, default: []].append(place)
    }
  }

  /// Notes that a thread doesn't wait any more.
  mutating func remove(_ tid: CInt) {
    guard let before = sightings.removeValue(forKey: tid) else { return }
    leave(tid, before.key)
  }

  private mutating func leave(_ tid: CInt, _ key: Key) {
    guard let index = queues[key]?.firstIndex(where: { $0.tid == tid }) else { return }
    queues[key]?.remove(at: index)
    if queues[key]?.isEmpty == true { queues[key] = nil }
  }

  /// How many threads were seen on a futex since a time.
  func count(on key: Key, since timeNS: UInt64) -> Int {
    var count = 0
    for place in queues[key] ?? [] where place.timeNS >= timeNS { count += 1 }
    return count
  }

  /// Threads other than one that were seen on a futex, but not since a time.
  ///
  /// - Returns: at most four of them: one that is still there is enough to know.
  func older(on key: Key, than timeNS: UInt64, except tid: CInt) -> [(tid: CInt, Sighting)] {
    var found: [(tid: CInt, Sighting)] = []
    for place in queues[key] ?? [] where place.tid != tid && place.timeNS < timeNS {
      if let sighting = sightings[place.tid] { found.append((place.tid, sighting)) }
      if found.count == 4 { break }
    }
    return found
  }

  /// How many threads are kept.
  var threadCount: Int { sightings.count }
}
