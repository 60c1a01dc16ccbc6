internal import TandemSystem

/// Tells locks from queues by who waits when, where the word alone doesn't.
///
/// Somebody has a lock while others wait for it: of those who take turns at it, never all wait at once.
/// Who waits for work does so together with all the others, whenever there is none. So what counts is
/// whether all who were ever seen at a word are seen there at one moment.
struct FutexTurns {
  /// A thread that was seen at a word.
  private struct User {
    var tid: CInt
    /// What the kernel had counted of it then; nil when that couldn't be read.
    var counts: SchedStat?
  }

  /// What was seen of one word.
  private struct History {
    /// Who was seen waiting for it.
    var users: [User] = []
    /// Whether one of them was away to do something, and came back.
    ///
    /// Before, those who have it may not have waited for it yet; who is woken in vain, since somebody
    /// else was faster, hasn't been away.
    var hasReturned = false
    /// Looks at it.
    var samples = 0
    /// Those in which two or more waited.
    var several = 0
    /// Those in which all waited who ever had, since one of them came back.
    var idle = 0
    /// When somebody was last seen who had come, or had run since the last time.
    var changedNS: UInt64 = 0

    /// Whether all waited often enough: few looks must agree better than many.
    var isQueue: Bool {
      idle * FutexTurns.idlePart >= samples && (idle >= 3 || idle * 4 >= samples) && idle > 0
    }

    /// Notes who is there.
    mutating func see(_ user: User, nowNS: UInt64) {
      guard let index = users.firstIndex(where: { $0.tid == user.tid }) else {
        if users.count < FutexTurns.mostUsers { users.append(user) }
        changedNS = nowNS
        return
      }
      guard let before = users[index].counts, let now = user.counts else {
        changedNS = nowNS
        return
      }
      users[index] = user
      let (run, slices) = (now.runNS &- before.runNS, now.timeslices &- before.timeslices)
      if run > 0 || slices > 0 { changedNS = nowNS }
      if run >= FutexTurns.leastRunNS, run / max(1, slices) >= FutexTurns.leastSliceNS {
        hasReturned = true
      }
    }
  }

  /// What a word is taken for.
  enum Verdict: Hashable {
    /// Something that one at a time has.
    case lock
    /// Something that is there for whoever comes first.
    case queue
  }

  private static let mostWords = 4096
  /// More users than this aren't told apart: that of so many none has a lock is rare.
  private static let mostUsers = 256
  /// More users than this aren't all looked for now and then.
  private static let mostPurged = 32
  /// Looks before one waiter alone is taken to wait for a lock, since others often did as well.
  private static let leastSamplesOfLock = 8
  /// All wait for at least this part of the time where something is waited for that isn't a lock.
  private static let idlePart = 16
  /// When all wait and nothing has happened for so long, nobody has what they wait for.
  static let stillNS: UInt64 = 100_000_000

  /// Who ran for less in all, or each time, has hardly done more than to look whether it is its turn.
  private static let leastRunNS: UInt64 = 100_000
  private static let leastSliceNS: UInt64 = 50_000

  private var histories: [FutexWaiters.Key: History] = [:]

  /// How many words are kept.
  var keptCount: Int { histories.count }

  /// Notes a thread that waits, and tells what for.
  ///
  /// - Parameters:
  ///   - tid: the thread.
  ///   - key: the word.
  ///   - counts: what the kernel has counted of it.
  ///   - waiters: how many wait there.
  ///   - nowNS: the time.
  ///   - mayBeIdle: whether all who wait may wait for work; else somebody who never waited has the lock.
  ///   - stillWaits: whether another thread still waits there, nil when it has ended; asked only where
  ///     it matters.
  /// - Returns: what it is taken for.
  mutating func note(
    _ tid: CInt, at key: FutexWaiters.Key, counts: SchedStat?, waiters: Int, nowNS: UInt64,
    mayBeIdle: Bool, stillWaits: (CInt) -> Bool?
  ) -> Verdict {
    if histories.count >= Self.mostWords, histories[key] == nil { histories = [:] }
    var history = histories[key] ?? History()
    defer { histories[key] = history }
    history.see(User(tid: tid, counts: counts), nowNS: nowNS)
    history.samples += 1
    if waiters > 1 { history.several += 1 }
    // Whoever has ended waits for nothing any more.
    if history.samples % 32 == 0, history.users.count <= Self.mostPurged {
      history.users.removeAll { $0.tid != tid && stillWaits($0.tid) == nil }
    }
    let allWait =
      history.users.count > 1 && history.users.count < Self.mostUsers
      && waiters >= history.users.count && allWait(&history, but: tid, stillWaits)
    if allWait, history.hasReturned { history.idle += 1 }
    if history.samples >= 1 << 16 {
      // What it is doesn't change, but memory can be used for something else.
      history.samples /= 2
      history.several /= 2
      history.idle /= 2
    }
    if history.isQueue { return .queue }
    if allWait, mayBeIdle, nowNS &- history.changedNS >= Self.stillNS { return .queue }
    if waiters > 1 { return .lock }
    // Seldom is there a queue for a lock that few want, but somebody else has it all the same.
    return history.samples >= Self.leastSamplesOfLock && history.several * 4 >= history.samples
      ? .lock : .queue
  }

  /// Whether all users wait; those that have ended are forgotten.
  private func allWait(
    _ history: inout History, but tid: CInt, _ stillWaits: (CInt) -> Bool?
  ) -> Bool {
    for user in history.users.map(\.tid) where user != tid {
      switch stillWaits(user) {
      case true?: continue
      case false?: return false
      case nil: history.users.removeAll { $0.tid == user }
      }
    }
    return history.users.count > 1
  }
}
