import TandemModel
import TandemObserve
import Testing

@Suite("Waits that nobody looked into are shared out only where enough others were seen")
struct WaitMixTests {
  private static func mix(_ looks: [(WorkerState, Int)], lengthNS: UInt64) -> WaitMix {
    var mix = WaitMix()
    for (state, count) in looks { for _ in 0..<count { mix.count(state, lengthNS: lengthNS) } }
    return mix
  }

  private static func resolved(
    _ length: WaitLength, by mix: WaitMix?, like: WaitMix? = nil
  ) -> StateTable {
    var table = PartialStateTable()
    table.unresolved(length, add: 1)
    return table.resolved(by: mix, like: like)
  }

  @Test func lengthsAreClassesADecadeApart() {
    let lengths: [UInt64] = [0, 99_999, 100_000, 999_999, 1_000_000, 9_999_999, 10_000_000]
    #expect(
      lengths.map { WaitLength($0) } == [
        .fleeting, .fleeting, .brief, .brief, .short, .short, .long,
      ])
    #expect(WaitLength.allCases.map(\.unknownState) == [.tooShort, .tooShort, .tooShort, .other])
  }

  /// Wilson's interval of 95 %, within 0.15 of the share: n of n has its lower end at n / (n + 1.96²).
  @Test func looksThatAgreeMustBe22AndHalves39() {
    let agreeing = 0.15 / 0.85
    #expect(21 < 1.96 * 1.96 / agreeing && 1.96 * 1.96 / agreeing <= 22)
    #expect(Self.mix([(.gil, 21)], lengthNS: 5_000_000).shares(.short) == nil)
    #expect(Self.mix([(.gil, 22)], lengthNS: 5_000_000).shares(.short) == StateTable([.gil: 1]))
    #expect(Self.mix([(.gil, 19), (.io, 19)], lengthNS: 5_000_000).shares(.short) == nil)
    #expect(
      Self.mix([(.gil, 20), (.io, 20)], lengthNS: 5_000_000).shares(.short)
        == StateTable([.gil: 0.5, .io: 0.5]))
  }

  @Test func twoLooksSayNothingOfHalfASecond() {
    let two = Self.mix([(.io, 2)], lengthNS: 200_000)
    #expect(Self.resolved(.brief, by: two, like: two) == StateTable([.tooShort: 1]))
    #expect(Self.resolved(.long, by: nil) == StateTable([.other: 1]))
  }

  @Test func waitsOfOneLengthDoNotStandForAnother() {
    let many = Self.mix([(.gil, 1_000)], lengthNS: 5_000_000)
    #expect(Self.resolved(.short, by: many) == StateTable([.gil: 1]))
    #expect(Self.resolved(.brief, by: many, like: many) == StateTable([.tooShort: 1]))
    #expect(Self.resolved(.fleeting, by: many, like: many) == StateTable([.tooShort: 1]))
    let brief = Self.mix([(.gil, 1_000)], lengthNS: 500_000)
    #expect(Self.resolved(.short, by: brief) == StateTable([.tooShort: 1]))
  }

  @Test func whatABusyMachineStretchesIsTheSame() {
    var mix = Self.mix([(.gil, 15)], lengthNS: 5_000_000)
    for _ in 0..<15 { mix.count(.gil, lengthNS: 12_000_000) }
    #expect(Self.resolved(.short, by: mix) == StateTable([.gil: 1]))
    #expect(Self.resolved(.long, by: mix) == StateTable([.gil: 1]))
    // But the long ones may be for something else.
    var different = Self.mix([(.gil, 1_000)], lengthNS: 5_000_000)
    for _ in 0..<5 { different.count(.waitingForWork, lengthNS: 12_000_000) }
    #expect(Self.resolved(.short, by: different) == StateTable([.gil: 1]))
    #expect(Self.resolved(.long, by: different) == StateTable([.other: 1]))
  }

  /// One long wait of a second outweighs forty of 20 ms, and is one look all the same.
  @Test func aLongWaitIsOneLookHoweverLongItIs() {
    var mix = Self.mix([(.io, 40)], lengthNS: 20_000_000)
    #expect(abs(mix.lookCount(.long) - 40) < 1e-3 && mix.shares(.long) != nil)
    mix.count(.lock, lengthNS: 1_000_000_000)
    #expect(mix.lookCount(.long) < 4)
    #expect(mix.shares(.long) == nil)
  }

  @Test func othersStandForAWorkerThatTheyDoNotContradict() {
    let others = Self.mix([(.gil, 100)], lengthNS: 5_000_000)
    #expect(Self.resolved(.short, by: nil, like: others) == StateTable([.gil: 1]))
    let alike = Self.mix([(.gil, 3)], lengthNS: 5_000_000)
    #expect(Self.resolved(.short, by: alike, like: others) == StateTable([.gil: 1]))
    // Five looks, all at something else: this worker does another thing.
    let different = Self.mix([(.waitingForWork, 5)], lengthNS: 5_000_000)
    #expect(Self.resolved(.short, by: different, like: others) == StateTable([.tooShort: 1]))
    // What is enough for itself needs no others.
    let own = Self.mix([(.waitingForWork, 22)], lengthNS: 5_000_000)
    #expect(Self.resolved(.short, by: own, like: others) == StateTable([.waitingForWork: 1]))
  }

  @Test func packedNumbersAreTheSameAgain() {
    var table = PartialStateTable(StateTable([.onCPU: 1, .tooShort: 2, .other: 4]))
    for (index, length) in WaitLength.allCases.enumerated() {
      table.unresolved(length, add: Double(8 << index))
    }
    #expect(PartialStateTable(packed: table.packed) == table)
    #expect(table.sum == 127)
  }
}
