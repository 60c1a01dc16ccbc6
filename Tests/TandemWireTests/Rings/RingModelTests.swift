import Testing

/// Every interleaving of a ring's writer and reader, three frames through two slots.
///
/// A frame is one cell of content beside its state, and positions count frames. The writer may take
/// any frame back at any time; either side may be killed before any of its steps, and the other learns
/// it at some later time.
@Suite("Each frame comes whole, and to one side only, whatever the order of steps")
struct RingModelTests {
  private enum Cells {
    static let written = 0
    static let read = 1
    static func state(_ frame: Int) -> Cell { 2 + frame % 2 }
    static func content(_ frame: Int) -> Cell { 4 + frame % 2 }
    static let readerDied = 6
    static let writerDied = 7
  }

  private static let frames = 3
  /// In a register for each frame: the writer has taken it back, or the reader has taken it.
  private static func mine(_ frame: Int) -> Register { 3 + frame }
  /// The content of a frame.
  private static func content(_ frame: Int) -> Operand { .value(UInt8(frame + 1)) }

  /// What is changed in the steps to see whether it is found.
  enum Change: CaseIterable {
    case none
    case publishedBeforeFilled
    case publishedWithoutRelease
    case givenBackBeforeCopied
    case contentReadBeforePosition
    case revokedWithoutLooking
    case takenWithoutExchange
    case filledBeforeGivenBack
  }

  private static func writer(_ change: Change) -> Program {
    var steps: [Step] = []
    func revoke(_ frame: Int, _ skip: String) {
      steps.append(.branch(.register(mine(frame)), .equal, .value(1), to: skip))
      if change != .revokedWithoutLooking {
        steps += [
          .load(1, Cells.read), .branch(.register(1), .atLeast, .value(UInt8(frame + 1)), to: skip),
        ]
      }
      steps += [
        .compareExchange(
          mine(frame), Cells.state(frame), expected: .value(0), desired: .value(2)),
        .branch(.register(mine(frame)), .equal, .value(0), to: skip),
        .load(1, Cells.content(frame)),
        .check(.register(1), .equal, content(frame), "another frame was taken back"),
      ]
    }
    for frame in 0..<frames {
      if frame >= 2, change != .filledBeforeGivenBack {
        let needed = Operand.value(UInt8(frame - 1))
        steps += [
          .await([(Cells.read, .atLeast, needed), (Cells.readerDied, .equal, .value(1))]),
          .load(1, Cells.read), .branch(.register(1), .atLeast, needed, to: "room \(frame)"),
          .jump(to: "end"), .label("room \(frame)"),
        ]
      }
      let publish = Step.store(
        Cells.written, .value(UInt8(frame + 1)),
        change == .publishedWithoutRelease ? .plain : .release)
      if change == .publishedBeforeFilled { steps.append(publish) }
      steps += [
        .store(Cells.state(frame), .value(0)), .store(Cells.content(frame), content(frame)),
      ]
      if change != .publishedBeforeFilled { steps.append(publish) }
      steps.append(.set(2, .value(UInt8(frame + 1))))
      for old in 0...frame {
        let skip = "frame \(old) stays after \(frame)"
        steps.append(.maybe(to: skip))
        revoke(old, skip)
        steps.append(.label(skip))
      }
    }
    // Register 2: how many are published. The reader gets them all, or dies.
    steps += [
      .label("end"),
      .await([(Cells.read, .equal, .register(2)), (Cells.readerDied, .equal, .value(1))]),
    ]
    for frame in 0..<frames {
      let skip = "frame \(frame) is settled"
      steps.append(.branch(.value(UInt8(frame)), .atLeast, .register(2), to: skip))
      revoke(frame, skip)
      steps.append(.label(skip))
    }
    return Program(name: "writer", steps: steps)
  }

  private static func reader(_ change: Change) -> Program {
    var steps: [Step] = []
    for frame in 0..<frames {
      let published = Operand.value(UInt8(frame + 1))
      let look: [Step] = [
        .load(1, Cells.content(frame))
      ]
      if change == .contentReadBeforePosition { steps += look }
      steps += [
        .await([(Cells.written, .atLeast, published), (Cells.writerDied, .equal, .value(1))]),
        .load(0, Cells.written), .branch(.register(0), .atLeast, published, to: "frame \(frame)"),
        .jump(to: "end"), .label("frame \(frame)"),
      ]
      if change != .contentReadBeforePosition { steps += look }
      steps.append(.check(.register(1), .equal, content(frame), "a frame is not whole"))
      if change == .takenWithoutExchange {
        steps += [
          .load(2, Cells.state(frame)),
          .branch(.register(2), .different, .value(0), to: "pass \(frame)"),
          .store(Cells.state(frame), .value(1)), .set(mine(frame), .value(1)),
        ]
      } else {
        steps += [
          .compareExchange(
            mine(frame), Cells.state(frame), expected: .value(0), desired: .value(1)),
          .branch(.register(mine(frame)), .equal, .value(0), to: "pass \(frame)"),
        ]
      }
      let advance = Step.store(Cells.read, .value(UInt8(frame + 1)), .release)
      if change == .givenBackBeforeCopied { steps.append(advance) }
      steps += [
        .load(1, Cells.content(frame)),
        .check(.register(1), .equal, content(frame), "a frame changed while it was copied"),
        .label("pass \(frame)"),
      ]
      steps.append(advance)
    }
    steps.append(.label("end"))
    return Program(name: "reader", steps: steps)
  }

  private static func notice(ofDeath number: Int, in cell: Cell) -> Program {
    Program(
      name: "notice of \(number)",
      steps: [.awaitDeath(of: number), .store(cell, .value(1), .release)])
  }

  private static func model(
    _ change: Change, _ buffers: StoreBuffer, writerDies: Bool = false, readerDies: Bool = false
  ) -> Model {
    var model = Model(programs: [writer(change), reader(change)], buffers: buffers)
    model.programs[0].mayDie = writerDies
    model.programs[1].mayDie = readerDies
    if writerDies { model.programs.append(notice(ofDeath: 0, in: Cells.writerDied)) }
    if readerDies { model.programs.append(notice(ofDeath: 1, in: Cells.readerDied)) }
    model.wrong = { state in
      for frame in 0..<frames
      where state.threads[0].registers[mine(frame)] + state.threads[1].registers[mine(frame)] > 1 {
        return "frame \(frame) was taken and taken back"
      }
      return nil
    }
    model.wrongAtEnd = { state in
      let (writer, reader) = (state.threads[0], state.threads[1])
      for thread in [writer, reader] where thread.condition == .running {
        return "a side waits for ever"
      }
      if writer.condition == .killed, reader.condition == .killed { return nil }
      if reader.condition == .ended, state[Cells.read] != state[Cells.written] {
        return "the reader has left something"
      }
      for frame in 0..<Int(state[Cells.written])
      where writer.registers[mine(frame)] + reader.registers[mine(frame)] != 1 {
        return "nobody has frame \(frame)"
      }
      return nil
    }
    return model
  }

  @Test(arguments: StoreBuffer.allCases)
  func bothLive(_ buffers: StoreBuffer) {
    let found = Self.model(.none, buffers).explore()
    #expect(found.violation == nil, "\(found.report)")
    #expect(found.states > 1000 && found.ends > 1)
  }

  @Test(arguments: StoreBuffer.allCases)
  func eitherDiesAtAnyStep(_ buffers: StoreBuffer) {
    let found = Self.model(.none, buffers, writerDies: true, readerDies: true).explore()
    #expect(found.violation == nil, "\(found.report)")
    #expect(found.states > 1000 && found.ends > 1)
  }

  @Test(arguments: Change.allCases.dropFirst())
  func aWrongOrderIsFound(_ change: Change) {
    // Where stores keep their order by themselves, a missing release does no harm.
    let found = Self.model(change, .partial, readerDies: true).explore()
    #expect(found.violation != nil, "\(change) makes no difference")
    if change == .publishedWithoutRelease {
      #expect(Self.model(change, .total, readerDies: true).explore().violation == nil)
    }
  }
}
