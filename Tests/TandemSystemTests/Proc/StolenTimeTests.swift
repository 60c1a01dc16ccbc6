import TandemSystem
import Testing

@Suite struct StolenTimeTests {
  private func read(_ text: String) -> UInt64? {
    StolenTime.nanoseconds(Array(text.utf8), ticksPerSecond: 100)
  }

  @Test func isTheEighthFigureOfTheWholeMachine() {
    let text = """
      cpu  7021939 40562 926545 2650785 26395 0 9234 99928 0 0
      cpu0 3510969 20281 463272 1325392 13197 0 4617 11 0 0
      intr 1
      """
    #expect(read(text) == 999_280_000_000)
  }

  @Test(arguments: [
    "", "cpu", "cpu  1 2 3 4 5 6 7", "cpu  1 2 3 4 5 6 7 x 9", "cpu0 1 2 3 4 5 6 7 8 9 10",
    "cpu  1 2 3 4 5 6 7 18446744073709551615 0",
  ])
  func isNilWhereItIsNotTold(text: String) { #expect(read(text) == nil) }

  @Test func neverFallsHere() throws {
    let before = try #require(StolenTime.read())
    #expect(try #require(StolenTime.read()) >= before)
  }
}
