import Glibc
import TandemSystem
import Testing

@Suite("Who holds locks on files")
struct ProcLocksTests {
  @Test func thoseWhoWaitHoldNothing() {
    let text = """
      1: FLOCK  ADVISORY  WRITE 708 00:2d:709 0 EOF
      1: -> FLOCK  ADVISORY  WRITE 709 00:2d:709 0 EOF
      2: OFDLCK ADVISORY  READ -1 fd:01:4711 0 99
      3: POSIX  MANDATORY WRITE 12 08:13:64 128 128
      a line that isn't one
      """
    let held = ProcLocks.parse(text.utf8)
    #expect(held.map(\.pid) == [708, nil, 12])
    #expect(held.map(\.inode) == [709, 4711, 64])
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
    #expect(try ProcLocks.held(on: inode).contains { $0.pid == getpid() })
    #expect(flock(number, LOCK_UN) == 0)
    #expect(try !ProcLocks.held(on: inode).contains { $0.pid == getpid() })
  }
}
