import TandemSystem
import Testing

@Suite struct CPUTimesTests {
  private func read(_ text: String) -> CPUTimes? {
    CPUTimes(Array(text.utf8), tickNS: 10_000_000)
  }

  private static let text = """
    cpu  300 40 50 1000 60 7 8 90 20 0
    cpu0 100 30 20 400 50 3 4 40 20 0
    cpu3 200 10 30 600 10 4 4 50 0 0
    intr 1 2 3
    cpu9 1 2 3 4
    """

  @Test func eachCPUHasItsTimes() throws {
    let times = try #require(read(Self.text))
    #expect(
      times.all
        == CPUTimes.Times(
          userNS: 3_400_000_000, systemNS: 500_000_000, idleNS: 10_600_000_000,
          interruptNS: 150_000_000, stolenNS: 900_000_000))
    #expect(times.byCPU.keys.sorted() == [0, 3])
    #expect(times.byCPU[3]?.userNS == 2_100_000_000)
    #expect(times.sum(of: [0, 3])?.stolenNS == 900_000_000)
    #expect(times.sum(of: [0, 1]) == nil)
    #expect(times.sum(of: [0])?.idleNS == 4_500_000_000)
  }

  @Test func anOldKernelCountsLess() throws {
    let times = try #require(read("cpu  1 2 3 4\ncpu0 1 2 3 4"))
    #expect(times.all.userNS == 30_000_000 && times.all.idleNS == 40_000_000)
    #expect(times.all.stolenNS == nil && times.all.interruptNS == 0)
  }

  @Test(arguments: [
    "", "cpu", "cpu  1 2 3", "cpu  1 2 3 x", "cpu0 1 2 3 4 5 6 7 8 9 10",
    "cpu  1 2 3 4 5 6 7 18446744073709551615 0",
  ])
  func isNilWhereItIsNotTold(text: String) { #expect(read(text) == nil) }

  @Test func aFigureThatFallsDoesNotCount() {
    let before = CPUTimes.Times(userNS: 5, systemNS: 5, idleNS: 5, interruptNS: 5, stolenNS: 5)
    let after = CPUTimes.Times(userNS: 9, systemNS: 4, idleNS: 5, interruptNS: 6, stolenNS: 3)
    #expect(
      after.since(before)
        == CPUTimes.Times(userNS: 4, systemNS: 0, idleNS: 0, interruptNS: 1, stolenNS: 0))
  }

  @Test func neverFallsHere() throws {
    let before = try #require(CPUTimes.read())
    let after = try #require(CPUTimes.read())
    #expect(after.all.userNS >= before.all.userNS)
    #expect(Set(try CPUs.allowedNumbers()).isSubset(of: after.byCPU.keys))
  }
}
