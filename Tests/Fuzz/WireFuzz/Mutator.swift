import TandemSystem

/// Changes good bytes into bad ones.
enum Mutator {
  /// What lengths are set to: the ends of their ranges, and what overflows when something is added.
  private static let extremes: [UInt64] = [
    0, 1, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFF0,
    0xFFFF_FFFF, 1 << 32, 1 << 62, 1 << 63 - 1, 1 << 63, .max - 8, .max,
  ]

  /// Changes bytes in one to four places.
  ///
  /// - Parameters:
  ///   - bytes: what is changed.
  ///   - others: what pieces are taken from.
  ///   - longest: they get no longer than this.
  ///   - random: decides.
  static func mutate(
    _ bytes: inout [UInt8], with others: [[UInt8]], longest: Int, _ random: inout SplitMix64
  ) {
    for _ in 0...random.below(4) {
      guard !bytes.isEmpty else { return }
      let index = random.below(bytes.count)
      switch random.below(12) {
      case 0: bytes[index] = UInt8(truncatingIfNeeded: random.next())
      case 1, 2: bytes[index] ^= 1 << UInt8(random.below(8))
      case 3:  // a tag, of a value or of a run's elements
        bytes[index] = UInt8(random.below(0x11))
      case 4: overwrite(&bytes, at: index, width: 4, &random)
      case 5: overwrite(&bytes, at: index, width: 8, &random)
      case 6:  // a varint
        var value = extremes[random.below(extremes.count)]
        var varint: [UInt8] = []
        repeat {
          varint.append(UInt8(truncatingIfNeeded: value) | 0x80)
          value >>= 7
        } while value > 0
        // Now and then one without an end.
        if random.below(8) > 0 { varint[varint.count - 1] &= 0x7F }
        bytes.replaceSubrange(index..<(index + 1), with: varint)
      case 7: bytes.removeSubrange(index...)
      case 8: bytes.remove(at: index)
      case 9:  // a piece again
        let end = min(index + 1 + random.below(16), bytes.count)
        bytes.insert(contentsOf: Array(bytes[index..<end]), at: random.below(bytes.count))
      default:  // another one's piece
        let other = others[random.below(others.count)]
        let start = random.below(other.count)
        let end = random.below(2) == 0 ? other.count : min(start + 16, other.count)
        let until = random.below(2) == 0 ? bytes.count : min(index + end - start, bytes.count)
        bytes.replaceSubrange(index..<until, with: other[start..<end])
      }
    }
    if bytes.count > longest { bytes.removeSubrange(longest...) }
  }

  private static func overwrite(
    _ bytes: inout [UInt8], at index: Int, width: Int, _ random: inout SplitMix64
  ) {
    var value = extremes[random.below(extremes.count)]
    // Or a length that is nearly right.
    if random.below(3) == 0 { value = UInt64(random.below(bytes.count + 2)) }
    for place in index..<min(index + width, bytes.count) {
      bytes[place] = UInt8(truncatingIfNeeded: value)
      value >>= 8
    }
  }
}
