internal import TandemSystem

/// Distinguishes locks from queues by which threads wait at the same time, where the word alone doesn't.
///
/// While threads wait for a lock, one of its users holds it, so its users never all wait at once. Threads
/// that wait for work do all wait at once whenever there is none. So the test is whether all threads that
/// ever waited for a word are seen waiting for it at the same moment.
struct FutexTurns {
  /// A thread that was seen at a word.
  private struct User {
    var tid: CInt
    /// The kernel's counts of it at that time; nil when they couldn't be read.
    var counts: SchedStat?
  }

  /// The samples of one word.
  private struct History {
    /// The threads seen waiting for it.
    var users: [User] = []
    /// Whether one of them was away to do something, and came back.
    ///
    /// Before that, the holder may never have waited for it. A thread that is woken in vain, because another
    /// was faster, hasn't been away.
    var hasReturned = false
    /// Samples of it.
    var samples = 0
    /// Samples in which two or more threads waited.
    var several = 0
    /// Samples, after one user came back, in which all users waited.
    var idle = 0
    /// When a thread was last seen that was new, or that had run since its last sample.
    var changedNS: UInt64 = 0

    /// Whether all waited often enough; few samples must agree better than many.
    var isQueue: Bool {
      idle * FutexTurns.idlePart >= samples && (idle >= 3 || idle * 4 >= samples) && idle > 0
    }

    /// Notes a thread that waits.
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
    /// Something that one thread at a time holds.
    case lock
    /// Something that any waiting thread may get.
    case queue
  }

  private static let mostWords = 4096
  /// Users beyond this number aren't kept: with so many, hardly ever does none hold the lock.
  private static let mostUsers = 256
  /// With more users than this, those that have ended aren't removed.
  private static let mostPurged = 32
  /// Samples needed before a single waiter counts as waiting for a lock because several often did.
  private static let leastSamplesOfLock = 8
  /// Where the word isn't a lock, all users wait for at least this part of the time.
  private static let idlePart = 16
  /// When all users wait and nothing has changed for this long, no thread holds the word.
  static let stillNS: UInt64 = 100_000_000

  /// A thread that ran for less, in all or each time, has hardly done more than check the word.
  private static let leastRunNS: UInt64 = 100_000
  private static let leastSliceNS: UInt64 = 50_000

  private var histories: [FutexWaiters.Key: History] = [:]

  /// How many words are kept.
  var keptCount: Int { histories.count }

  /// Notes a thread that waits, and judges the word.
  ///
  /// - Parameters:
  ///   - tid: the thread.
  ///   - key: the word.
  ///   - counts: the kernel's counts of the thread.
  ///   - waiters: how many wait there.
  ///   - nowNS: the time.
  ///   - mayBeIdle: whether all waiting threads may be waiting for work; otherwise a thread that never
  ///     waited holds the lock.
  ///   - stillWaits: returns whether another thread still waits there, nil when it has ended; called only
  ///     where it matters.
  /// - Returns: what the word is taken for.
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
    // Threads that have ended don't count.
    if history.samples % 32 == 0, history.users.count <= Self.mostPurged {
      history.users.removeAll { $0.tid != tid && stillWaits($0.tid) == nil }
    }
    let allWait =
      history.users.count > 1 && history.users.count < Self.mostUsers
      && waiters >= history.users.count && allWait(&history, but: tid, stillWaits)
    if allWait, history.hasReturned { history.idle += 1 }
    if history.samples >= 1 << 16 {
      // A word keeps its meaning, but the memory may be reused.
      history.samples /= 2
      history.several /= 2
      history.idle /= 2
    }
    if history.isQueue { return .queue }
    if allWait, mayBeIdle, nowNS &- history.changedNS >= Self.stillNS { return .queue }
    if waiters > 1 { return .lock }
    // A lock that few threads want rarely has several waiters, but another thread holds it all the same.
    return history.samples >= Self.leastSamplesOfLock && history.several * 4 >= history.samples
      ? .lock : .queue
  }

  /// Whether all users wait; those that have ended are removed.
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
