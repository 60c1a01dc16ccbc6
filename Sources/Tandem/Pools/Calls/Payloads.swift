/// The payloads of neighbouring frames, one after the other.
package struct Payloads: Sendable {
  /// All bytes.
  package var bytes: [UInt8] = []
  /// Where each ends.
  package var ends: [Int] = []

  package init() {}

  /// How many there are.
  var count: Int { ends.count }

  /// The bytes of one.
  subscript(index: Int) -> ArraySlice<UInt8> {
    bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }

  /// Ends a payload after what was appended.
  mutating func finish() { ends.append(bytes.count) }

  /// Forgets the first ones.
  mutating func removeFirst(_ number: Int) {
    let start = ends[number - 1]
    bytes.removeSubrange(..<start)
    ends = ends.dropFirst(number).map { $0 - start }
  }

  /// Forgets everything but the storage.
  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
  }

  /// Encodes inputs, so many a frame.
  ///
  /// - Parameters:
  ///   - values: the inputs.
  ///   - size: how many a frame; the last may have fewer.
  ///   - nesting: how many containers of an input may enclose one another.
  /// - Returns: nil, or which could not be encoded and why; those before it were appended, the last of them
  ///   as a smaller frame.
  mutating func append<Input: Encodable>(
    _ values: [Input], per size: Int, nesting: Int
  ) -> (index: Int, error: PoolError)? {
    for first in stride(from: 0, to: values.count, by: size) {
      let frame = first..<first + min(size, values.count - first)
      if let error = append(values, frame, nesting: nesting) {
        return appendFirst(of: frame, values, nesting: nesting, error)
      }
    }
    return nil
  }

  /// Encodes inputs as a frame.
  ///
  /// - Returns: nil, or why not; nothing was appended then.
  private mutating func append<Input: Encodable>(
    _ values: [Input], _ frame: Range<Int>, nesting: Int
  ) -> PoolError? {
    do throws(PoolError) {
      if frame.count == 1 {
        // A frame of one item has no array around it; that of several counts only when it is decoded.
        try ValueCoding.append(values[frame.lowerBound], to: &bytes, "input", nesting: nesting)
      } else if frame.count == values.count {
        try ValueCoding.append(values, to: &bytes, "inputs", nesting: nesting)
      } else {
        try ValueCoding.append(Array(values[frame]), to: &bytes, "inputs", nesting: nesting)
      }
      finish()
      return nil
    } catch {
      return error
    }
  }

  /// Encodes as many inputs of a frame as can be: which can't, only each by itself tells.
  private mutating func appendFirst<Input: Encodable>(
    of frame: Range<Int>, _ values: [Input], nesting: Int, _ error: PoolError
  ) -> (index: Int, error: PoolError) {
    var tried = Payloads()
    for index in frame where frame.count > 1 {
      tried.removeAll()
      guard let own = tried.append(values, index..<index + 1, nesting: nesting) else { continue }
      let good = frame.lowerBound..<index
      if !good.isEmpty, append(values, good, nesting: nesting) != nil { break }
      return (index, own)
    }
    return (frame.lowerBound, error)
  }

  /// A frame of which not all outputs can be decoded.
  struct BadFrame<Output> {
    /// Which.
    let index: Int
    /// What each of its outputs is, or why it isn't.
    let results: [Result<Output, PoolError>]
  }

  /// Decodes the outputs of neighbouring frames.
  ///
  /// - Parameters:
  ///   - type: the outputs' type.
  ///   - items: how many items the frames have together.
  ///   - size: how many each has; the last may have fewer.
  ///   - nesting: how many containers of an output may enclose one another.
  /// - Returns: the outputs up to the first frame of which not all can be decoded, and that frame.
  func decode<Output: Decodable>(
    _ type: Output.Type, items: Int, per size: Int, nesting: Int
  ) -> ([Output], BadFrame<Output>?) {
    var outputs: [Output] = []
    for frame in 0..<count {
      let expected = min(size, items - frame * size)
      do throws(PoolError) {
        if expected == 1 {
          outputs.append(
            try ValueCoding.decode(type, from: self[frame], "result", nesting: nesting))
          continue
        }
        let part = try ValueCoding.decode(
          [Output].self, from: self[frame], "results", nesting: nesting + 1)
        guard part.count == expected else {
          throw PoolError(
            .decodingFailed, "a worker sent \(part.count) results for \(expected) items")
        }
        if outputs.isEmpty { outputs = part } else { outputs += part }
      } catch {
        let results =
          expected == 1
          ? [.failure(error)]
          : ValueCoding.decodeEach(
            type, from: self[frame], count: expected, "result", nesting: nesting, error)
        return (outputs, BadFrame(index: frame, results: results))
      }
    }
    return (outputs, nil)
  }
}
