import TandemModel
import TandemSystem
import Testing

@testable import TandemObserve

/// Who used a program's two CPUs for two seconds.
@Suite struct MachineUseTests {
  private static let second: UInt64 = 1_000_000_000

  private static func use(
    user: Double, system: Double = 0, idle: Double = 0, interrupts: Double = 0,
    stolen: Double? = 0, observer: Double = 0
  ) -> MachineUse.Use {
    func ns(_ seconds: Double) -> UInt64 { UInt64(seconds * 1e9) }
    return MachineUse.Use(
      times: CPUTimes.Times(
        userNS: ns(user), systemNS: ns(system), idleNS: ns(idle), interruptNS: ns(interrupts),
        stolenNS: stolen.map(ns)),
      cpus: 2, lengthNS: 2e9, observerNS: observer * 1e9)
  }

  private static func program(_ seconds: Double, isComplete: Bool = true) -> MachineUse.Program {
    MachineUse.Program(cpus: [0, 1], pids: [30], cpuNS: seconds * 1e9, isComplete: isComplete)
  }

  private static func hog(_ ticks: UInt64) -> [ProcessAccounts.Other] {
    [ProcessAccounts.Other(pid: 7, name: "hog", ticks: ticks)]
  }

  @Test func theErrorGrowsWithTheRootOfTheCPUs() {
    #expect(abs(Self.use(user: 4).errorNS - 40e6) < 1)
    var many = Self.use(user: 4)
    many.cpus = 128
    #expect(abs(many.errorNS - 320e6) < 1)
  }

  @Test func othersAreWhatTheirAccountsShow() {
    let taken = Self.use(user: 3.9, observer: 0.1).taken(
      beside: Self.program(1.9), Self.hog(185), mayKnowAll: true)
    #expect(taken.othersSeconds == 1.85)
    #expect(taken.others == [OtherProgram(pid: 7, name: "hog", cpuSeconds: 1.85)])
    #expect(taken.tandemSeconds == 0.1 && taken.errorSeconds == 0.04)
  }

  @Test func theyCanNotHaveMoreThanTheCPUsWereBusy() {
    // They ran on other CPUs.
    let taken = Self.use(user: 3, idle: 1).taken(
      beside: Self.program(2), Self.hog(900), mayKnowAll: true)
    #expect(taken.othersSeconds == 1)
    // They ran on other CPUs for at least so long.
    var beside = Self.use(user: 4)
    beside.elsewhereNS = 1.5e9
    let apart = beside.taken(beside: Self.program(2), Self.hog(190), mayKnowAll: true)
    #expect(apart.othersSeconds == 0.4)
    // By the ticks all was busy, but half of the time was idle.
    let idle = Self.use(user: 4, idle: 2).taken(
      beside: Self.program(2), Self.hog(900), mayKnowAll: true)
    #expect(idle.othersSeconds == 0 && idle.others.isEmpty)
  }

  /// The kernel accounts some of a program's time to nobody; nobody else has used it then.
  @Test func timeThatNobodyHasIsNotTheirs() {
    let taken = Self.use(user: 2, system: 2).taken(
      beside: Self.program(1), [], mayKnowAll: true)
    #expect(taken.othersSeconds == 0)
  }

  @Test func interruptsAndTheHostAreNotThem() {
    let taken = Self.use(user: 2, interrupts: 1, stolen: 1).taken(
      beside: Self.program(2), Self.hog(900), mayKnowAll: true)
    #expect(taken.othersSeconds == 0 && taken.stolenSeconds == 1)
  }

  @Test func whereTheyCanNotBeSeenOnlyTimeInUserModeCounts() {
    let use = Self.use(user: 2.5, system: 1.5)
    let taken = use.taken(beside: Self.program(1), nil, mayKnowAll: false)
    #expect(taken.othersSeconds == 1.5 && taken.others.isEmpty)
    let unsure = use.taken(
      beside: Self.program(1, isComplete: false), nil, mayKnowAll: false)
    #expect(unsure.othersSeconds == nil)
  }

  @Test func idleCPUsNeedNoSecondReading() {
    let idle = Self.use(user: 0.02, idle: 3.98).taken(
      beside: Self.program(0.01), nil, mayKnowAll: true)
    #expect(idle.othersSeconds == 0 && idle.idleSeconds == 3.98)
    // Busy CPUs do; where it failed, nothing is known.
    let unread = Self.use(user: 4).taken(beside: Self.program(1), nil, mayKnowAll: true)
    #expect(unread.othersSeconds == nil)
  }

  @Test func oneMomentOfThisMachine() {
    let (stolen, taken) = MachineUse().until(
      MachineUse.Moment(),
      MachineUse.Program(
        cpus: (try? CPUs.allowedNumbers()) ?? [], pids: [], cpuNS: 0, isComplete: true))
    #expect(stolen != nil && taken != nil)
    let (_, unknown) = MachineUse().until(
      MachineUse.Moment(),
      MachineUse.Program(cpus: [], pids: [], cpuNS: 0, isComplete: true))
    #expect(unknown == nil)
  }
}
