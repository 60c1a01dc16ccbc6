import TandemModel
import Testing

@testable import TandemLab

@Suite("How much of a program is known")
struct CoverageTests {
  @Test func whatIsTooShortOrNotSeenIsUnknown() {
    let program = MadeUpProgram.program(
      MadeUpProgram.workers(1, [.onCPU: 1, .tooShort: 2, .other: 1, .waitingForWork: 6]), wall: 10,
      shares: [.onCPU: 1, .tooShort: 2, .other: 1, .waitingForWork: 6])
    #expect(program.unknownWaitSeconds == 3)
    #expect(abs(program.unknownShare - 0.75) < 1e-9, "who waits for work is idle")
    #expect(program.readyTimeIsRecorded && program.lostShare == 0)
  }

  @Test func whereAllIsKnownNothingIsUnknown() {
    let program = MadeUpProgram.program(
      MadeUpProgram.workers(2, [.onCPU: 2]), wall: 2, shares: [.onCPU: 2])
    #expect(program.unknownShare == 0)
  }

  @Test func lostRecordsLeaveReadyTimeUnknown() {
    var program = MadeUpProgram.program(
      MadeUpProgram.workers(2, [.onCPU: 2]), wall: 2, shares: [.onCPU: 2])
    program.sources.lostSeconds = 0.1
    #expect(program.readyTimeIsRecorded)
    program.sources.lostSeconds = 0.2
    #expect(!program.readyTimeIsRecorded && abs(program.lostShare - 0.1) < 1e-9)
    program.sources.lostSeconds = 0
    program.sources.switches = .sampled
    #expect(!program.readyTimeIsRecorded)
  }
}
