/// What is wrong with the bytes of a frame's header.
package enum FrameError: Error, Hashable, Sendable {
  /// The first byte is not that of a frame of this version.
  case notAFrame(UInt8)
  /// No frame is of this kind.
  case unknownKind(UInt8)
  /// A flag is set, and there are none.
  case unknownFlags(UInt16)
  /// The header announces a payload of `size` bytes; more than `limit` are refused.
  case payloadTooLarge(size: UInt64, limit: Int)
}

extension FrameError: CustomStringConvertible {
  /// One sentence without a full stop.
  package var description: String {
    switch self {
    case .notAFrame(let byte): "a frame can't begin with the byte \(byte)"
    case .unknownKind(let kind): "no frame is of kind \(kind)"
    case .unknownFlags(let flags): "the frame has unknown flags, \(flags)"
    case .payloadTooLarge(let size, let limit):
      "a frame announces \(size) bytes, more than the limit of \(limit)"
    }
  }
}

/// Finds whole frames in a stream of bytes.
///
/// Pure: bytes are pushed in as they come, in pieces of any size, and frames come out. Memory grows
/// with the bytes that were pushed, not with what a header announces. After a wrong header nothing
/// can be found any more: the frames before it still come out, and then its error, for ever.
package struct FrameReader {
  /// The largest payload that is accepted, in bytes, for headers that are read from now on.
  package var payloadLimit: Int

  /// The largest payload that is accepted by default: 512 MiB.
  package static let defaultPayloadLimit = 512 << 20

  /// The most memory that a header alone makes the reader reserve, in bytes.
  private static let reservedAtMost = 64 << 10

  private var header: [UInt8] = []
  private var frame: Frame?
  private var missing = 0
  private var whole: [Frame] = []
  private var taken = 0
  private var error: FrameError?

  /// A reader at the beginning of a stream.
  ///
  /// - Parameter payloadLimit: the largest payload that is accepted, in bytes.
  package init(payloadLimit: Int = FrameReader.defaultPayloadLimit) {
    self.payloadLimit = payloadLimit
  }

  /// Takes bytes of the stream.
  ///
  /// - Parameter bytes: what comes next, in memory that nobody else writes to.
  package mutating func push(_ bytes: some Collection<UInt8>) {
    var rest = bytes[...]
    while error == nil {
      if frame != nil {
        let part = rest.prefix(missing)
        frame?.payload.append(contentsOf: part)
        missing -= part.count
        rest = rest[part.endIndex...]
        guard missing == 0, let done = frame else { return }
        whole.append(done)
        frame = nil
      }
      let part = rest.prefix(Frame.headerSize - header.count)
      header.append(contentsOf: part)
      rest = rest[part.endIndex...]
      guard header.count == Frame.headerSize else { return }
      do {
        try readHeader()
      } catch {
        self.error = error
        frame = nil
      }
      header.removeAll(keepingCapacity: true)
    }
  }

  /// Takes the next whole frame.
  ///
  /// - Returns: the frame, or nil if more bytes are needed.
  /// - Throws: what is wrong with the header behind the last frame.
  package mutating func next() throws(FrameError) -> Frame? {
    if taken < whole.count {
      let next = whole[taken]
      // Nobody else holds the payload from here on.
      whole[taken].payload = []
      taken += 1
      if taken * 2 >= whole.count {
        whole.removeFirst(taken)
        taken = 0
      }
      return next
    }
    if let error { throw error }
    return nil
  }

  /// Begins the frame that a whole header announces.
  private mutating func readHeader() throws(FrameError) {
    guard header[0] == Frame.magic else { throw .notAFrame(header[0]) }
    guard let kind = Frame.Kind(rawValue: header[1]) else { throw .unknownKind(header[1]) }
    let flags = UInt16(truncatingIfNeeded: number(at: 2, width: 2))
    guard flags == 0 else { throw .unknownFlags(flags) }
    let size = number(at: 8, width: 8)
    guard size <= UInt64(max(payloadLimit, 0)) else {
      throw .payloadTooLarge(size: size, limit: payloadLimit)
    }
    var frame = Frame(kind: kind, id: UInt32(truncatingIfNeeded: number(at: 4, width: 4)))
    missing = Int(size)
    frame.payload.reserveCapacity(min(missing, Self.reservedAtMost))
    self.frame = frame
  }

  /// A little-endian number in the header.
  private func number(at offset: Int, width: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in (offset..<(offset + width)).reversed() {
      value = value << 8 | UInt64(header[index])
    }
    return value
  }
}
