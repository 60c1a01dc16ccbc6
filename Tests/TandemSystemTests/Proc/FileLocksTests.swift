import TandemSystem
import Testing

@Suite struct FileLocksTests {
  private static let text = """
    1: FLOCK  ADVISORY  WRITE 4985 fe:00:28 0 EOF
    1: -> FLOCK  ADVISORY  WRITE 4984 fe:00:28 0 EOF
    1: -> FLOCK  ADVISORY  READ  5000 fe:00:28 0 EOF
    2: POSIX  ADVISORY  WRITE 4984 fe:00:29 0 EOF
    3: OFDLCK ADVISORY  WRITE -1 fe:00:30 0 EOF
    3: -> OFDLCK ADVISORY  WRITE 77 fe:00:30 0 EOF
    """

  @Test func readsHoldersAndWaiters() {
    let locks = FileLocks(Self.text)
    #expect(
      locks.locks == [
        FileLocks.Lock(holder: 4985, waiters: [4984, 5000]), FileLocks.Lock(holder: 4984),
        FileLocks.Lock(holder: nil, waiters: [77]),
      ])
    #expect(locks.holders(for: 5000) == [4985])
    // Nobody that has the lock is known, and nobody waits.
    #expect(locks.holders(for: 77) == nil)
    #expect(locks.holders(for: 4985) == nil)
  }

  @Test(arguments: ["", "\n", "1:", "-> -> -> -> -> ->", "1: -> FLOCK ADVISORY WRITE x"])
  func ignoresWhatIsNoLock(text: String) {
    #expect(FileLocks(text).holders(for: 0) == nil)
    #expect(FileLocks(text).locks.allSatisfy { $0.waiters.isEmpty })
  }
}

@Suite struct SystemVSemaphoresTests {
  private static let text = """
           key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime
             0          6   600          1     0     0     0     0 1700000000 1700000000
    1094861636          7   666          1     0     0     0     0          0 1700000000
    """

  @Test func tellsWhoHasAKey() {
    let sets = SystemVSemaphores(Self.text)
    #expect(sets.hasKey(6) == false)
    #expect(sets.hasKey(7) == true)
    #expect(sets.hasKey(8) == nil)
  }
}
