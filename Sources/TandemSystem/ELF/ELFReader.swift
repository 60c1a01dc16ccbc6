internal import CTandemShims
internal import Glibc

/// Numbers and places out of an ELF file's bytes, which are not trusted (elf(5)).
///
/// Every offset is checked against the file's length before it is followed.
@safe struct ELFReader {
  let base: UnsafeRawPointer
  let count: Int

  /// Whether it is an ELF file of 64 bits, little-endian.
  var isELF64: Bool { number(0, 4) == 0x464c_457f && number(4, 2) == 0x0102 }

  /// A number of some bytes, little-endian; nil behind the file's end.
  func number(_ offset: UInt64, _ size: Int) -> UInt64? {
    guard offset <= UInt64(count), UInt64(size) <= UInt64(count) &- offset else { return nil }
    var result: UInt64 = 0
    for index in 0..<size {
      // SAFETY: the range was checked above.
      let byte = unsafe base.load(fromByteOffset: Int(offset) + index, as: UInt8.self)
      result |= UInt64(byte) << UInt64(8 * index)
    }
    return result
  }

  /// A copy of a part of the file, which must lie in it.
  func bytes(in range: Range<Int>) -> [UInt8] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "outside of the file")
    // SAFETY: the range was checked above.
    return unsafe Array(
      UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
  }

  // MARK: Segments

  /// What the loader maps (elf(5), PT_LOAD).
  struct Segment {
    /// Where it lies in the file, and for how many bytes.
    var offset: UInt64
    var fileSize: UInt64
    /// Where it wants to be, and for how many bytes.
    var address: UInt64
    var memorySize: UInt64
  }

  /// Calls `body` for the headers of one type until it gives a value.
  func firstProgramHeader<Value>(ofType type: UInt64, _ body: (UInt64) -> Value?) -> Value? {
    guard let start = number(0x20, 8), let size = number(0x36, 2), let count = number(0x38, 2)
    else { return nil }
    for index in 0..<count {
      let header = start &+ index &* size
      guard number(header, 4) == type else { continue }
      if let value = body(header) { return value }
    }
    return nil
  }

  /// The first segment to load that a test holds for.
  func segment(where isWanted: (Segment) -> Bool) -> Segment? {
    firstProgramHeader(ofType: 1) { header in
      guard let offset = number(header &+ 8, 8), let address = number(header &+ 16, 8),
        let fileSize = number(header &+ 32, 8), let memorySize = number(header &+ 40, 8)
      else { return nil }
      let segment = Segment(
        offset: offset, fileSize: fileSize, address: address, memorySize: memorySize)
      return isWanted(segment) ? segment : nil
    }
  }

  /// Where the segment at the file's beginning wants to be.
  var firstAddress: UInt64 { segment { $0.offset == 0 }?.address ?? 0 }

  /// Where the bytes of an address lie in the file; nil when the file doesn't hold all of them.
  func fileRange(ofAddress address: UInt64, count size: Int) -> Range<Int>? {
    guard size >= 0,
      let segment = segment(where: {
        address >= $0.address && address &- $0.address <= $0.fileSize
          && UInt64(size) <= $0.fileSize &- (address &- $0.address)
      })
    else { return nil }
    let offset = segment.offset &+ (address &- segment.address)
    guard offset <= UInt64(count), UInt64(size) <= UInt64(count) &- offset else { return nil }
    return Int(offset)..<Int(offset) + size
  }

  // MARK: Sections

  /// The sections' headers: where the first is, how far they lie apart, and how many there are.
  var sectionHeaders: (start: UInt64, size: UInt64, count: UInt64)? {
    guard let start = number(0x28, 8), let size = number(0x3a, 2), let count = number(0x3c, 2),
      size >= 64 || count == 0
    else { return nil }
    return (start, size, count)
  }

  /// Where a section's bytes lie in the file, given where its header is.
  func range(ofSection header: UInt64) -> Range<Int>? {
    guard let offset = number(header &+ 24, 8), let size = number(header &+ 32, 8),
      offset <= UInt64(count), size <= UInt64(count) &- offset
    else { return nil }
    return Int(offset)..<Int(offset + size)
  }

  /// The header of the first section with a name.
  func section(named name: String) -> UInt64? {
    guard let headers = sectionHeaders, let index = number(0x3e, 2), index < headers.count,
      let names = range(ofSection: headers.start &+ index &* headers.size)
    else { return nil }
    for index in 0..<headers.count {
      let header = headers.start &+ index &* headers.size
      if let offset = number(header, 4), isString(name, at: offset, in: names) { return header }
    }
    return nil
  }

  // MARK: Strings

  /// Whether a NUL-terminated string stands at a place of a section.
  func isString(_ text: String, at offset: UInt64, in section: Range<Int>) -> Bool {
    let wanted = text.utf8.count + 1
    guard offset <= UInt64(section.count), wanted <= section.count - Int(offset) else {
      return false
    }
    // SAFETY: the range was checked above; the text is passed with its NUL.
    return unsafe memcmp(base + section.lowerBound + Int(offset), text, wanted) == 0
  }

  /// The NUL-terminated string at a place of a section.
  func string(at offset: UInt64, in section: Range<Int>) -> String? {
    guard offset < UInt64(section.count) else { return nil }
    let start = section.lowerBound + Int(offset)
    // SAFETY: the range lies in the file.
    let rest = unsafe UnsafeRawBufferPointer(start: base + start, count: section.upperBound - start)
    guard let end = unsafe rest.firstIndex(of: 0) else { return nil }
    return unsafe String(decoding: rest[..<end], as: UTF8.self)
  }

  /// Where some bytes occur next in a range of the file.
  func find(_ wanted: [UInt8], in range: Range<Int>) -> Int? {
    // SAFETY: the range lies in the file.
    let hit = unsafe tandem_find_bytes(base + range.lowerBound, range.count, wanted, wanted.count)
    return unsafe hit.map { unsafe $0 - base }
  }
}
