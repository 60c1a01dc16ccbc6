import Glibc
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
        FileLocks.Lock(holder: 4985, inode: 28, waiters: [4984, 5000]),
        FileLocks.Lock(holder: 4984, inode: 29),
        FileLocks.Lock(holder: nil, inode: 30, waiters: [77]),
      ])
    #expect(locks.holders(for: 5000) == [4985])
    // Nobody that has the lock is known, and nobody waits.
    #expect(locks.holders(for: 77) == nil)
    #expect(locks.holders(for: 4985) == nil)
    #expect(locks.holders(ofFile: 28) == [4985])
    #expect(locks.holders(ofFile: 30).isEmpty)
  }

  @Test func anOwnLockIsSeen() throws {
    let path = "/tmp/tandem-locks-\(getpid())"
    let number = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    try #require(number >= 0)
    defer {
      close(number)
      unlink(path)
    }
    #expect(flock(number, LOCK_EX) == 0)
    let inode = try ProcDescriptors.inode(number, of: nil, in: getpid())
    #expect(try FileLocks.read().holders(ofFile: inode).contains(getpid()))
    #expect(flock(number, LOCK_UN) == 0)
    #expect(try !FileLocks.read().holders(ofFile: inode).contains(getpid()))
  }

  @Test(arguments: [
    "", "\n", "1:", "a line that isn't one", "-> -> -> -> -> ->", "1: -> FLOCK ADVISORY WRITE x",
  ])
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
