import Tandem
import Testing

@Suite("The life of a worker")
struct WorkerLifeTests {
  @Test("Work is asked, then its worker is told, then killed, each once and a grace apart")
  func steps() {
    var life = WorkerLife()
    life.becameReady()
    life.asked(7, .cancelled, due: 100)
    #expect(!life.takesWork)
    #expect(step(&life, 99) == nil)
    #expect(step(&life, 100) == .told)
    #expect(step(&life, 109) == nil)
    #expect(step(&life, 110) == .killed)
    #expect(step(&life, .max - 1) == nil)
    #expect(life.expectsEnd(isOrderly: false))
  }

  @Test("Who ends its work when asked lives on; who was told to end does not, whatever it answers")
  func answers() {
    var life = WorkerLife()
    life.becameReady()
    life.asked(7, .timedOut(5), due: 100)
    #expect(answer(&life, 6)?.frame == nil)
    #expect(answer(&life, 7)?.why == .timedOut(5))
    #expect(life.takesWork)
    life.asked(8, .cancelled, due: 100)
    _ = step(&life, 100)
    #expect(answer(&life, 8)?.step == .told)
    #expect(life.phase == .ending)
    #expect(!life.takesWork)
  }

  @Test("An end is expected of who was made to end, and of who retires in good order")
  func ends() {
    var life = WorkerLife()
    #expect(!life.expectsEnd(isOrderly: true))
    life.becameReady()
    #expect(!life.expectsEnd(isOrderly: true))
    #expect(life.isPresent)
    #expect(retired(&life))
    #expect(!retired(&life))
    #expect(!life.isPresent)
    #expect(life.expectsEnd(isOrderly: true))
    #expect(!life.expectsEnd(isOrderly: false))
    life.couldNotBeTold()
    #expect(life.takesWork)
    life.mustEnd()
    #expect(life.expectsEnd(isOrderly: false))
    life.becameReady()
    life.couldNotBeTold()
    #expect(life.phase == .ending)
  }
}

// A macro's argument can't change a variable.

private func step(_ life: inout WorkerLife, _ now: UInt64) -> WorkerLife.StopStep? {
  life.nextStep(now: now, grace: 10)
}

private func answer(_ life: inout WorkerLife, _ frame: UInt32) -> WorkerLife.Stop? {
  life.answered(frame)
}

private func retired(_ life: inout WorkerLife) -> Bool { life.retire() }
