import Testing

/// Every interleaving of one sleeper and two ringers, as `Doorbell.swift` numbers their steps.
///
/// The first ringer publishes twice, the other once. Work is a count: what the sleeper has seen of it
/// is in a register.
@Suite("No wake-up is lost, whatever the order of steps")
struct DoorbellModelTests {
  private enum Words {
    static let sequence = 0
    static let sleeping = 1
    static let work = [2, 3]
    static let deaths = [4, 5]
  }

  /// What is changed in the steps to see whether it is found.
  enum Change: CaseIterable {
    case none
    case sleeperWithoutFence
    case ringerWithoutFence
    case wakeBeforeSequence
    case noSequence
    case flagAfterLook
    case ticketAfterLook
    case flagBeforeTicket
    case flagTakenInTwoSteps
    case deathRungLikeWork
  }

  private static func sleeper(_ change: Change, deaths: Bool, naps: Bool) -> Program {
    let ticket: [Step] = [.load(0, Words.sequence)]
    let flag: [Step] = [.store(Words.sleeping, .value(1), .release)]
    let fence: [Step] = change == .sleeperWithoutFence ? [] : [.fence]
    // Registers 2 to 5: what has been seen of `work` and `deaths`.
    let cells = Words.work + (deaths ? Words.deaths : [])
    let look: [Step] = cells.enumerated().flatMap { index, cell -> [Step] in
      [.load(1, cell), .branch(.register(1), .different, .register(2 + index), to: "awake")]
    }
    let beforeSleep: [Step] =
      switch change {
      case .flagAfterLook: ticket + look + flag + fence
      case .ticketAfterLook: flag + fence + look + ticket
      case .flagBeforeTicket: flag + ticket + fence + look
      default: ticket + flag + fence + look
      }
    return Program(
      name: "sleeper",
      steps: [.label("again")]
        + cells.enumerated().map { .load(2 + $0, $1) }
        + beforeSleep
        + [
          .sleep(while: Words.sequence, 0),
          .label("awake"), .set(0, .value(0)), .set(1, .value(0)),
          .store(Words.sleeping, .value(0), .release), .jump(to: "again"),
        ],
      naps: naps)
  }

  private static func ringer(_ number: Int, rounds: Int, _ change: Change) -> Program {
    var steps: [Step] = []
    for round in 1...rounds {
      steps.append(.store(Words.work[number], .value(UInt8(round)), .release))
      if change != .ringerWithoutFence { steps.append(.fence) }
      let done = "done \(round)"
      steps += [
        .load(0, Words.sleeping), .branch(.register(0), .equal, .value(0), to: done),
      ]
      if change == .flagTakenInTwoSteps {
        steps += [.store(Words.sleeping, .value(0), .release)]
      } else {
        steps += [
          .exchange(0, Words.sleeping, .value(0)),
          .branch(.register(0), .equal, .value(0), to: done),
        ]
      }
      switch change {
      case .wakeBeforeSequence: steps += [.wake(Words.sequence), .increment(Words.sequence)]
      case .noSequence: steps += [.wake(Words.sequence)]
      default: steps += [.increment(Words.sequence), .wake(Words.sequence)]
      }
      steps += [.label(done), .set(0, .value(0))]
    }
    return Program(name: "ringer \(number)", steps: steps)
  }

  /// Notes a ringer's death and rings without asking.
  private static func undertaker(_ number: Int, _ change: Change) -> Program {
    var steps: [Step] = [
      .awaitDeath(of: 1 + number), .increment(Words.deaths[number]),
    ]
    if change == .deathRungLikeWork {
      steps += [
        .exchange(0, Words.sleeping, .value(0)),
        .branch(.register(0), .equal, .value(0), to: "done"),
      ]
    } else {
      steps += [.exchange(0, Words.sleeping, .value(0))]
    }
    steps += [.increment(Words.sequence), .wake(Words.sequence), .label("done")]
    return Program(name: "undertaker \(number)", steps: steps)
  }

  private static func unseen(_ state: ModelState) -> String? {
    let sleeper = state.threads[0]
    for (index, cell) in (Words.work + Words.deaths).enumerated()
    where state[cell] != sleeper.registers[2 + index] {
      return "asleep for ever with work in cell \(cell)"
    }
    return nil
  }

  private static func model(
    _ change: Change = .none, _ buffers: StoreBuffer = .total, rounds: [Int] = [2, 1],
    dying: [Int] = [], stops: Bool = false, naps: Bool = false
  ) -> Model {
    var model = Model(
      programs: [sleeper(change, deaths: !dying.isEmpty, naps: naps)], buffers: buffers)
    for number in rounds.indices {
      var ringer = ringer(number, rounds: rounds[number], change)
      ringer.mayDie = dying.contains(number)
      ringer.mayStop = stops
      model.programs.append(ringer)
    }
    model.programs += dying.map { undertaker($0, change) }
    model.wrongAtEnd = unseen
    return model
  }

  @Test(arguments: StoreBuffer.allCases)
  func nobodyDies(_ buffers: StoreBuffer) {
    let found = Self.model(.none, buffers).explore()
    #expect(found.violation == nil, "\(found.report)")
    // Few states would mean that the model doesn't do what it should.
    #expect(found.states > 10_000)
  }

  /// Who may die, and how often each publishes.
  private static let deaths: [(dying: [Int], rounds: [Int])] = [
    ([0], [2, 1]), ([1], [2, 1]), ([0, 1], [1, 1]),
  ]

  @Test(arguments: Self.deaths.indices)
  func ringersAreKilledAtAnyStep(_ which: Int) {
    let (dying, rounds) = Self.deaths[which]
    let found = Self.model(rounds: rounds, dying: dying).explore()
    #expect(found.violation == nil, "\(found.report)")
    #expect(found.states > 10_000)
  }

  /// A stopped ringer may have taken the flag and rings no more: naps are what heals it.
  @Test func ringersAreStoppedAtAnyStep() throws {
    let napless = Self.model(stops: true).explore()
    #expect(napless.violation != nil)
    var model = Self.model(stops: true, naps: true)
    var healed = 0
    model.wrongAtEnd = { [model] state in
      guard Self.unseen(state) != nil else { return nil }
      healed += 1
      guard let later = model.afterNap(state) else { return "nobody naps" }
      return Self.unseen(later)
    }
    let found = model.explore()
    #expect(found.violation == nil, "\(found.report)")
    #expect(healed > 0)
  }

  @Test(arguments: [
    Change.sleeperWithoutFence, .ringerWithoutFence, .wakeBeforeSequence, .noSequence,
    .flagAfterLook, .ticketAfterLook, .flagBeforeTicket,
  ])
  func aWrongOrderIsFound(_ change: Change) throws {
    let found = Self.model(change).explore()
    let violation = try #require(found.violation, "\(change) makes no difference")
    #expect(violation.what.contains("asleep for ever"))
  }

  /// After a death the flag may have been taken already, by the one who died.
  @Test func aDeathMustBeRungWithoutAsking() {
    #expect(Self.model(.deathRungLikeWork, rounds: [1, 1], dying: [0]).explore().violation != nil)
  }

  /// A flag that two ringers take makes one wake-up too many, not one too few.
  @Test func aFlagTakenTwiceDoesNoHarm() {
    let found = Self.model(.flagTakenInTwoSteps).explore()
    #expect(found.violation == nil, "\(found.report)")
  }
}
