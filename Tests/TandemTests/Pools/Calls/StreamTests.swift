import Tandem
import TandemSystem
import Testing

@Suite("What a stream keeps of its items")
struct StreamTests {
  /// Why an item has no output.
  private struct Failure: Error, Equatable {
    var item: Int
  }

  /// How an item ended, in words that can be compared.
  private enum End: Equatable {
    case output(Int)
    case failure(Int)
  }

  private static func takeAll(_ results: inout StreamResults<Int>, atMost most: Int) -> [End] {
    var ends: [End] = []
    while let next = results.next(atMost: most) {
      switch next {
      case .success(let outputs):
        #expect(!outputs.isEmpty && outputs.count <= most)
        ends += outputs.map { .output($0) }
      case .failure(let error): ends.append(.failure((error as? Failure)?.item ?? -1))
      }
    }
    #expect(results.isEmpty)
    return ends
  }

  @Test("Whatever ends when, everything comes once: in the order of items, or as it ended")
  func everyOrder() {
    for seed in 0..<2_000 as Range<UInt64> {
      var dice = SplitMix64(seed: seed)
      let count = Int.random(in: 1...40, using: &dice)
      let order: ResultOrder = dice.next() % 2 == 0 ? .input : .completion
      var results = StreamResults<Int>(order: order)
      // Neighbouring items, as workers end them.
      var ranges: [Range<Int>] = []
      var first = 0
      while first < count {
        let end = min(count, first + Int.random(in: 1...5, using: &dice))
        ranges.append(first..<end)
        first = end
      }
      var ended: [End] = []
      var seen: [End] = []
      for range in ranges.shuffled(using: &dice) {
        switch dice.next() % 3 {
        case 0:
          results.fail(range, Failure(item: range.lowerBound))
          ended += range.map { _ in .failure(range.lowerBound) }
        case 1:
          results.end(range, Array(range))
          ended += range.map { .output($0) }
        default:
          for item in range { results.end(item, item) }
          ended += range.map { .output($0) }
        }
        if dice.next() % 3 == 0 { seen += Self.takeAll(&results, atMost: 3) }
      }
      seen += Self.takeAll(&results, atMost: 3)
      guard order == .input else {
        #expect(seen == ended, "seed \(seed)")
        continue
      }
      #expect(seen.count == count, "seed \(seed)")
      for (item, end) in seen.enumerated() {
        if case .output(let number) = end { #expect(number == item, "seed \(seed)") }
        if case .failure(let first) = end {
          #expect(ranges.contains { $0.lowerBound == first && $0.contains(item) }, "seed \(seed)")
        }
      }
    }
  }

  @Test("Inputs are there until their items have ended, and not much longer")
  func inputs() {
    for seed in 0..<1_000 as Range<UInt64> {
      var dice = SplitMix64(seed: seed)
      let part = Int.random(in: 1...6, using: &dice)
      var inputs = FedInputs<Int>()
      var fed = 0
      var live: Set<Int> = []
      for _ in 0..<60 {
        if dice.next() % 2 == 0 {
          let count = Int.random(in: 0...part, using: &dice)
          inputs.append(Array(fed..<fed + count), from: fed, part: part)
          live.formUnion(fed..<fed + count)
          fed += count
        } else if let first = live.randomElement(using: &dice) {
          var end = first + 1
          while live.contains(end), dice.next() % 3 > 0 { end += 1 }
          #expect(inputs[first..<end] == Array(first..<end), "seed \(seed)")
          inputs.ended(first..<end)
          live.subtract(first..<end)
        }
        #expect(inputs.count <= live.count * part, "seed \(seed)")
      }
    }
  }

  @Test("Inputs of items that others have ended are not given in the place of others")
  func gone() {
    var inputs = FedInputs<Int>()
    inputs.append([0, 1], from: 0, part: 2)
    inputs.append([2, 3], from: 2, part: 2)
    inputs.append([4, 5], from: 4, part: 2)
    inputs.ended(2..<4)
    #expect(inputs[0..<6] == [0, 1])
    #expect(inputs[2..<6].isEmpty)
    #expect(inputs[5..<6] == [5])
  }
}
