import Tandem
import Testing

@Suite("How many items and workers")
struct PaceTests {
  private static func pace(_ nanoseconds: Double?, last: Int = 1 << 20) -> Pace {
    var pace = Pace()
    if let nanoseconds { pace.note(nanoseconds) }
    pace.last = last
    return pace
  }

  private static func size(_ pace: Pace, waiting: Int = 1 << 20, most: Int = 1 << 20) -> Int {
    pace.size(.automatic, waiting: waiting, workers: 2, most: most)
  }

  @Test("A batch takes 0.2 ms, leaves work for the others, and grows sixteenfold at most")
  func batches() {
    #expect(Self.size(Self.pace(nil)) == 1)
    #expect(Self.size(Self.pace(100)) == 2_000)
    #expect(Self.size(Self.pace(1e9)) == 1)
    #expect(Self.size(Self.pace(0)) == 200_000)
    #expect(Self.size(Self.pace(100), waiting: 400) == 100)
    #expect(Self.size(Self.pace(100), waiting: 0) == 1)
    #expect(Self.size(Self.pace(100, last: 3)) == 48)
    #expect(Self.size(Self.pace(100), most: 7) == 7)
    #expect(Self.pace(100).size(.of(5), waiting: 400, workers: 2, most: 3) == 5)
  }

  @Test("The pace follows what is seen, slowly")
  func follows() throws {
    var pace = Self.pace(100)
    pace.note(500)
    #expect(pace.estimate == 200)
    for _ in 0..<60 { pace.note(500) }
    #expect(abs(try #require(pace.estimate) - 500) < 1)
  }

  @Test(
    "Workers are missing for what waits and for the minimum, up to the number that there may be")
  func staffing() {
    func missing(_ waiting: Int, _ working: Int, _ coming: Int, isRunning: Bool = true) -> Int {
      Staffing(wanted: 4, minimum: 2, working: working, coming: coming)
        .missing(waiting: waiting, isRunning: isRunning)
    }
    #expect(missing(0, 0, 0) == 2)
    #expect(missing(0, 0, 0, isRunning: false) == 0)
    #expect(missing(0, 1, 1) == 0)
    #expect(missing(3, 0, 0) == 3)
    #expect(missing(100, 1, 0) == 3)
    #expect(missing(3, 1, 2) == 1)
    #expect(missing(3, 1, 3) == 0)
    #expect(missing(9, 7, 0) == 0)
  }
}
