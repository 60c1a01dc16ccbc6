internal import TandemSystem

/// What one call keeps of its items' ends.
package protocol Collector: Sendable {
  associatedtype Output: Codable & Sendable

  /// Takes outputs of neighbouring items.
  ///
  /// - Parameters:
  ///   - outputs: the outputs.
  ///   - first: the first item's number.
  mutating func store(_ outputs: [Output], from first: Int)

  /// Takes the end of an item without an output.
  ///
  /// - Parameters:
  ///   - error: why.
  ///   - item: the item's number.
  /// - Returns: whether the other items are no longer wanted.
  mutating func fail(_ error: any Error, at item: Int) -> Bool
}

/// All outputs in the order of their items, or the error of the first item that failed.
struct OrderedOutputs<Output: Codable & Sendable>: Collector {
  /// The outputs of the items before the first whose output is missing.
  private(set) var outputs: [Output] = []
  /// What came before its turn, by its first item.
  private var early: [Int: [Output]] = [:]
  private(set) var failure: (item: Int, error: any Error)?

  init(count: Int) {
    outputs.reserveCapacity(count)
    // The outputs of a large map are mostly the first to touch this memory.
    unsafe outputs.withUnsafeMutableBufferPointer { buffer in
      // SAFETY: the array has room for `count` elements from its base address on; nothing is written.
      guard let start = buffer.baseAddress else { return }
      unsafe LargePages.prefer(
        UnsafeMutableRawBufferPointer(start: start, count: count * MemoryLayout<Output>.stride))
    }
  }

  mutating func store(_ new: [Output], from first: Int) {
    guard first == outputs.count else {
      early[first] = new
      return
    }
    outputs.append(contentsOf: new)
    while !early.isEmpty, let next = early.removeValue(forKey: outputs.count) {
      outputs.append(contentsOf: next)
    }
  }

  mutating func fail(_ error: any Error, at item: Int) -> Bool {
    // What was ended because of another's failure is no failure of its own.
    if failure == nil || (item < failure?.item ?? 0 && !(error is CancellationError)) {
      failure = (item, error)
    }
    return true
  }
}

/// Every item's end in the order of the items.
struct OrderedResults<Output: Codable & Sendable>: Collector {
  private(set) var results: [Result<Output, any Error>?]

  init(count: Int) { results = Array(repeating: nil, count: count) }

  mutating func store(_ outputs: [Output], from first: Int) {
    for (index, output) in outputs.enumerated() { results[first + index] = .success(output) }
  }

  mutating func fail(_ error: any Error, at item: Int) -> Bool {
    results[item] = .failure(error)
    return false
  }
}
