internal import TandemSystem

// How one side sleeps and the other wakes it
// ==========================================
//
// A *sleeper* waits for work that *ringers* publish (in rings). Two words: `sequence`, on which the
// sleeper waits (futex(2)), and `sleeping`, which tells ringers whether a wake-up is needed at all.
//
//     sleeper                                  ringer
//     -------                                  ------
//     S1  ticket = sequence                    R1  publish the work
//     S2  sleeping = 1                         R2  full fence
//     S3  full fence                           R3  if exchange(sleeping, 0) == 1:
//     S4  is there work? then sleeping = 0     R4      sequence += 1
//     S5  futex wait while sequence == ticket  R5      futex wake
//
// No wake-up is lost. The fences order S2 before S4 and R1 before R3, so at least one of two things
// holds: the sleeper's look (S4) sees the work, or the ringer's look (R3) sees `sleeping` (this is
// Dekker's argument). In the second case the sequence changes (R4) before the wake-up (R5): a sleeper
// that has not gone to sleep yet finds at S5 that the sequence is no longer its ticket, and the kernel
// compares and sleeps in one step (futex(2)).
//
// The flag may also be taken late, by a ringer whose work was seen before S2. Then nobody else will
// ring; but the ticket (S1) is older than the flag (S2), so here too R4 changes the sequence after the
// ticket was taken, and the sleeper doesn't sleep on. (Were S2 before S1, it would: nothing new at S4,
// the new sequence as its ticket, and no flag for the next ringer.)
//
// There are as many wake-ups as sleeps, not as pieces of work: the first ringer takes the flag.
//
// A ringer that is killed or stopped between R3 and R5 has taken the flag and wakes nobody. Death is
// seen by somebody else, who rings without asking (`ringAlways`). A stop is not; so whoever shares a
// bell with processes that can be stopped sleeps in naps while there is work out, and looks again
// after each. The same nap heals a word that a crashing process has written over.
//
// `Tests/TandemWireTests/Rings/DoorbellModelTests.swift` goes through every interleaving of these steps.

/// Two words in memory with which one thread sleeps until another has something for it.
@safe package struct Doorbell: Sendable {
  private let sequence: SharedWord
  private let sleeping: SharedWord

  /// How many bytes it takes; both words lie in one cache line.
  package static let byteCount = 64

  /// A bell in shared memory.
  ///
  /// - Parameter address: aligned to 64 bytes, zeros at first, mapped as long as the bell is used.
  @unsafe package init(at address: UnsafeMutableRawPointer) {
    // SAFETY: two words within the 64 bytes that the caller vouches for.
    sequence = unsafe SharedWord(address.assumingMemoryBound(to: UInt32.self))
    sleeping = unsafe SharedWord((address + 4).assumingMemoryBound(to: UInt32.self))
  }

  /// Wakes the sleeper if it sleeps; call it after the work is published.
  ///
  /// - Returns: whether it slept.
  @inline(__always)
  @discardableResult
  package func ring() -> Bool {
    fullMemoryFence()
    guard sleeping.load() != 0, sleeping.exchange(0) != 0 else { return false }
    sequence.increment()
    sequence.wakeOne()
    return true
  }

  /// Wakes the sleeper whatever the words say.
  package func ringAlways() {
    _ = sleeping.exchange(0)
    sequence.increment()
    sequence.wakeAll()
  }

  /// Sleeps until somebody rings, unless there is work.
  ///
  /// It may return without a reason; look for work afterwards in any case.
  ///
  /// - Parameters:
  ///   - nanoseconds: how long at most; nil sleeps for ever.
  ///   - hasWork: looks for work; called once, after the flag is set.
  package func sleep(nanoseconds: UInt64? = nil, unless hasWork: () -> Bool) {
    let ticket = sequence.load()
    sleeping.store(1)
    fullMemoryFence()
    if hasWork() {
      sleeping.store(0)
      return
    }
    _ = sequence.sleep(while: ticket, nanoseconds: nanoseconds)
    sleeping.store(0)
  }
}
