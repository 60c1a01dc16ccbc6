internal import TandemSystem

/// What one call keeps of its items' ends.
package protocol Collector: Sendable {
  associatedtype Output: Codable & Sendable

  /// Keeps nothing yet.
  ///
  /// - Parameter count: how many items there are.
  init(count: Int)

  /// How much memory it takes for each item, in bytes, without what the output has elsewhere.
  static var bytesPerItem: Int { get }
  /// Whether the items after one that threw are wanted nevertheless.
  static var continuesAfterError: Bool { get }

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

  /// Takes the end of neighbouring items that were given up.
  ///
  /// - Parameters:
  ///   - error: why.
  ///   - items: their numbers, one at least.
  mutating func giveUp(_ error: any Error, at items: Range<Int>)
}

/// All outputs in the order of their items, or the error of the first item that failed.
struct OrderedOutputs<Output: Codable & Sendable>: Collector {
  /// The outputs of the items before the first whose output is missing.
  private(set) var outputs: [Output] = []
  /// What came before its turn, by its first item.
  private var early: [Int: [Output]] = [:]
  private(set) var failure: (item: Int, error: any Error)?

  static var bytesPerItem: Int { MemoryLayout<Output>.stride }
  static var continuesAfterError: Bool { false }

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

  mutating func giveUp(_ error: any Error, at items: Range<Int>) {
    // Only the first can be the one whose error counts.
    _ = fail(error, at: items.lowerBound)
  }
}

/// Every item's end in the order of the items.
struct OrderedResults<Output: Codable & Sendable>: Collector {
  private(set) var results: [Result<Output, any Error>?]

  /// With the array that the caller gets.
  static var bytesPerItem: Int {
    MemoryLayout<Result<Output, any Error>?>.stride + MemoryLayout<Result<Output, any Error>>.stride
  }
  static var continuesAfterError: Bool { true }

  init(count: Int) { results = Array(repeating: nil, count: count) }

  mutating func store(_ outputs: [Output], from first: Int) {
    for (index, output) in outputs.enumerated() { results[first + index] = .success(output) }
  }

  mutating func fail(_ error: any Error, at item: Int) -> Bool {
    results[item] = .failure(error)
    return false
  }

  mutating func giveUp(_ error: any Error, at items: Range<Int>) {
    for item in items { _ = fail(error, at: item) }
  }
}
