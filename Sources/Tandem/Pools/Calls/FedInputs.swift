/// The inputs of a stream's items that have not ended: they may have to be sent once more.
///
/// In parts, as they were fed. A part goes as a whole, when all of it has ended.
package struct FedInputs<Input: Sendable>: Sendable {
  private struct Part {
    /// The first item's number.
    let first: Int
    var inputs: [Input]
    /// How many of its items have not ended.
    var left: Int
    var items: Range<Int> { first..<first + inputs.count }
  }

  /// In the order of their items.
  private var parts: [Part] = []

  /// Nothing.
  package init() {}

  /// How many inputs are kept, with those of items that have ended while others of their part have not.
  package var count: Int { parts.reduce(0) { $0 + $1.inputs.count } }

  /// Adds inputs.
  ///
  /// - Parameters:
  ///   - inputs: the inputs.
  ///   - first: the first one's number, which is the one after all that were added before.
  ///   - part: up to how many a part is filled up that came in pieces.
  package mutating func append(_ inputs: [Input], from first: Int, part: Int) {
    if let last = parts.indices.last, parts[last].items.upperBound == first,
      parts[last].inputs.count + inputs.count <= part
    {
      parts[last].inputs += inputs
      parts[last].left += inputs.count
    } else if !inputs.isEmpty {
      parts.append(Part(first: first, inputs: inputs, left: inputs.count))
    }
  }

  /// The inputs of neighbouring items, up to the first whose part has gone.
  package subscript(items: Range<Int>) -> [Input] {
    var found: [Input] = []
    for part in parts where part.items.contains(items.lowerBound + found.count) {
      if part.items == items { return part.inputs }
      let shared = part.items.clamped(to: items)
      found += part.inputs[shared.lowerBound - part.first..<shared.upperBound - part.first]
      if found.count == items.count { break }
    }
    return found
  }

  /// Items have ended.
  package mutating func ended(_ items: Range<Int>) {
    var index = 0
    while index < parts.count {
      parts[index].left -= parts[index].items.clamped(to: items).count
      if parts[index].left == 0 { parts.remove(at: index) } else { index += 1 }
    }
  }
}
