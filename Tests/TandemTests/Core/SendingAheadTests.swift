import Tandem
import Testing

@Suite("Who is sent what, and what is taken back")
struct SendingAheadTests {
  private final class Worker: SentWorker {
    let takesWork: Bool
    let frames: Int
    let load: UInt64
    let firstSent: UInt64?

    init(frames: Int = 0, load: UInt64 = 0, sent: UInt64 = 0, takesWork: Bool = true) {
      self.takesWork = takesWork
      self.frames = frames
      self.load = load
      firstSent = frames > 0 ? sent : nil
    }
  }

  @Test("An idle worker comes first; of others the one with the least, if what waits is short")
  func receivers() {
    let idle = Worker()
    let little = Worker(frames: 1, load: 1_000)
    let much = Worker(frames: 9, load: 90_000)
    let more = Worker(frames: 3, load: 300_000)
    let gone = Worker(takesWork: false)
    func receiver(_ workers: [Worker], _ estimate: Double?) -> Worker? {
      SendingAhead.receiver(among: workers, estimate: estimate)
    }
    #expect(receiver([gone, much, idle, little], nil) === idle)
    #expect(receiver([gone, much, little], 1_000) === little)
    #expect(receiver([more, much], 1_000) === much)
    #expect(receiver([more], 1_000) == nil)
    #expect(receiver([gone, much, little], nil) == nil)
    #expect(receiver([much, little], 20_000) == nil)
    #expect(receiver([Worker(frames: 128, load: 1)], 1) == nil)
  }

  @Test("Several frames go at once if they are short, and leave work for other workers")
  func frames() {
    func frames(_ estimate: Double?, size: Int = 1, before: Int = 0, waiting: Int = 1 << 20) -> Int
    {
      SendingAhead.frames(
        estimate: estimate, size: size, before: before, waiting: waiting, workers: 2, most: 60)
    }
    #expect(frames(nil) == 1)
    #expect(frames(20_000) == 1)
    #expect(frames(10_000) == 30)
    #expect(frames(0) == 60)
    #expect(frames(100, size: 1_000) == 3)
    #expect(frames(0, before: 120) == 8)
    #expect(frames(0, before: 128) == 1)
    #expect(frames(0, waiting: 40) == 10)
    #expect(frames(0, waiting: 0) == 1)
  }

  @Test("Half of what waits behind work goes to one who has nothing, but not at once")
  func givers() {
    let idle = Worker()
    let one = Worker(frames: 1)
    let five = Worker(frames: 5, sent: 1_000)
    let eight = Worker(frames: 8, sent: 1_000)
    func giver(_ workers: [Worker], at now: UInt64 = 1_000_000) -> (worker: Worker, keeping: Int)? {
      SendingAhead.giver(among: workers, at: now)
    }
    #expect(giver([idle, five, eight])?.worker === eight)
    #expect(giver([five, idle])?.keeping == 3)
    #expect(giver([five, idle], at: 21_000) == nil)
    #expect(giver([one, idle]) == nil)
    #expect(giver([five, eight]) == nil)
    #expect(giver([five, Worker(takesWork: false)]) == nil)
    #expect(SendingAhead.isUneven([idle, five]) && !SendingAhead.isUneven([idle, one]))
    #expect(!SendingAhead.isUneven([one, five]))
  }

  @Test("A worker is replaced after so many items, and is given no more than those")
  func recycling() {
    let never = Recycling(RecyclePolicy())
    #expect(never.allowance(ended: 1 << 40, before: 9) == nil)
    #expect(!never.isDue(ended: 1 << 40, isTooLarge: false))
    #expect(never.isDue(ended: 0, isTooLarge: true))
    let ten = Recycling(RecyclePolicy(afterItems: 10))
    #expect(ten.allowance(ended: 3, before: 2) == 5)
    #expect(ten.allowance(ended: 9, before: 3) == 0)
    #expect(ten.isDue(ended: 10, isTooLarge: false) && !ten.isDue(ended: 9, isTooLarge: false))
  }
}
