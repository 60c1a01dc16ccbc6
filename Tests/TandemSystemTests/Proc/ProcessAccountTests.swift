import Glibc
import TandemSystem
import Testing

@Suite struct ProcessAccountTests {
  @Test func itsFieldsAreThoseOfTheManual() {
    let text = """
      42 (a b) c) S 7 42 42 34816 -1 4194304 1 2 3 4 50 60 700 800 20 0 3 0 123456 9 9 18446744073709551615
      """
    #expect(
      ProcessAccount(Array(text.utf8).span)
        == ProcessAccount(
          name: "a b) c", parent: 7, ticks: 110, childTicks: 1_500, startTicks: 123_456))
  }

  @Test func aThreadOfTheKernelIsKnown() {
    let text = "2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 1 0 0 20 0 1 0 5 0 0"
    #expect(ProcessAccount(Array(text.utf8).span)?.isKernelThread == true)
    let zombie = "9 (x) Z 1 9 9 0 -1 4 0 0 0 0 0 1 0 0 20 0 1 0 5 0 0"
    #expect(ProcessAccount(Array(zombie.utf8).span)?.hasEnded == true)
  }

  @Test(arguments: ["", "1 (x", "1 (x) S", "1 (x) S 1 2 3", "1 (x) S a b c d e f g h i j k l m n"])
  func isNilWhereItIsNotTold(text: String) {
    #expect(ProcessAccount(Array(text.utf8).span) == nil)
  }

  @Test func thisProcessHasOne() throws {
    let own = try ProcessAccount.read(getpid())
    #expect(own.parent == getppid() && !own.isKernelThread && !own.hasEnded)
    #expect(own.startTicks == (try ThreadStat.read(getpid(), of: getpid())).startTicks)
  }
}
