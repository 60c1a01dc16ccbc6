/// The payloads of neighbouring frames, one after the other.
package struct Payloads: Sendable {
  /// All bytes.
  package var bytes: [UInt8] = []
  /// Where each ends.
  private var ends = ShortList<Int>()

  package init() {}

  /// How many there are.
  var count: Int { ends.count }

  /// The bytes of one.
  subscript(index: Int) -> ArraySlice<UInt8> {
    bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }

  /// Where one ends.
  func end(of index: Int) -> Int { ends[index] }

  /// Ends a payload after what was appended.
  mutating func finish() { ends.append(bytes.count) }

  /// Forgets the first ones.
  mutating func removeFirst(_ number: Int) {
    let start = ends[number - 1]
    bytes.removeSubrange(..<start)
    ends = ShortList((number..<ends.count).map { ends[$0] - start })
  }

  /// Forgets everything but the storage.
  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll()
  }

  /// Encodes inputs, so many a frame.
  ///
  /// - Parameters:
  ///   - values: the inputs.
  ///   - size: how many a frame; the last may have fewer.
  /// - Returns: nil, or why the frame after the last one appended could not be encoded.
  mutating func append<Input: Encodable>(_ values: [Input], per size: Int) -> PoolError? {
    do throws(PoolError) {
      for first in stride(from: 0, to: values.count, by: size) {
        let count = min(size, values.count - first)
        if count == 1 {
          // A frame of one item has no array around it.
          try ValueCoding.append(values[first], to: &bytes, "input")
        } else if count == values.count {
          try ValueCoding.append(values, to: &bytes, "inputs")
        } else {
          try ValueCoding.append(Array(values[first..<first + count]), to: &bytes, "inputs")
        }
        finish()
      }
      return nil
    } catch {
      bytes.removeSubrange((ends.isEmpty ? 0 : ends[ends.count - 1])...)
      return error
    }
  }

  /// Decodes the outputs of neighbouring frames.
  ///
  /// - Parameters:
  ///   - type: the outputs' type.
  ///   - items: how many items the frames have together.
  ///   - size: how many each has; the last may have fewer.
  /// - Returns: the outputs up to the first frame that could not be decoded; which that is, and why.
  func decode<Output: Decodable>(
    _ type: Output.Type, items: Int, per size: Int
  ) -> ([Output], (frame: Int, error: PoolError)?) {
    var outputs: [Output] = []
    for frame in 0..<count {
      do throws(PoolError) {
        let expected = min(size, items - frame * size)
        if expected == 1 {
          outputs.append(try ValueCoding.decode(Output.self, from: self[frame], "result"))
          continue
        }
        let part = try ValueCoding.decode([Output].self, from: self[frame], "results")
        guard part.count == expected else {
          throw PoolError(
            .decodingFailed, "a worker sent \(part.count) results for \(expected) items")
        }
        if outputs.isEmpty { outputs = part } else { outputs += part }
      } catch {
        return (outputs, (frame, error))
      }
    }
    return (outputs, nil)
  }
}
