internal import CTandemShims
internal import Glibc

/// The symbol table of an ELF file of 64 bits, little-endian (elf(5)), read where it lies.
///
/// Reading is total: a file that is cut short or lies about its offsets gives nothing, never a trap.
/// Nothing is indexed beforehand: a program has some hundred thousand symbols, and one question is
/// asked of them, or none.
@safe package final class ELFSymbols: @unchecked Sendable {
  // SAFETY (@unchecked): the mapping is private and only read.

  /// One symbol.
  package struct Symbol: Sendable, Hashable {
    /// Its mangled name.
    package var name: String
    /// Its address in the file, before the load base is added.
    package var address: UInt64
    /// Its size in bytes; 0 when it isn't known.
    package var size: UInt64
    /// Whether it is data that the file holds no bytes for: zero until the program sets it.
    package var isZeroed: Bool
  }

  /// Whether the full table was there; a stripped file has only its dynamic symbols.
  package let isFull: Bool

  /// The address in the file's own terms of its first byte: 0 unless its addresses are fixed.
  package let firstAddress: UInt64

  private let base: UnsafeRawPointer
  private let count: Int
  private let table: Range<Int>
  private let names: Range<Int>
  private let zeroedSections: Set<UInt16>
  private let lineTables: [Range<Int>]

  /// Maps a file.
  ///
  /// Gives nil when it can't be read or is no such ELF file.
  ///
  /// - Parameter path: the file's path.
  package init?(path: String) {
    guard let file = try? Descriptor.open(path) else { return nil }
    let number = file.rawValue
    let length = lseek(number, 0, SEEK_END)
    guard length >= 64 else { return nil }
    // SAFETY: a fresh private mapping of the whole file, unmapped in `deinit`.
    let address = unsafe mmap(nil, Int(length), PROT_READ, MAP_PRIVATE, number, 0)
    guard let address = unsafe address, unsafe address != MAP_FAILED else { return nil }
    let reader = unsafe Reader(base: UnsafeRawPointer(address), count: Int(length))
    guard let found = Sections(reader) else {
      _ = unsafe munmap(address, Int(length))
      return nil
    }
    unsafe base = UnsafeRawPointer(address)
    count = Int(length)
    isFull = found.isFull
    table = found.table
    names = found.names
    zeroedSections = found.zeroed
    lineTables = found.lineTables
    firstAddress = reader.firstAddress
  }

  deinit {
    // SAFETY: pairs with mmap in `init`.
    _ = unsafe munmap(UnsafeMutableRawPointer(mutating: base), count)
  }

  /// The functions that addresses lie in.
  ///
  /// - Parameter addresses: addresses in the file, before the load base is added.
  /// - Returns: a symbol each; nil where no symbol covers the address.
  /// - Complexity: O(n) in the number of symbols.
  package func functions(at addresses: [UInt64]) -> [Symbol?] {
    var result = [Symbol?](repeating: nil, count: addresses.count)
    guard let low = addresses.min(), let high = addresses.max() else { return result }
    forEachEntry { entry in
      guard entry.type == 2, entry.address <= high, entry.address &+ max(1, entry.size) > low else {
        return
      }
      for (index, address) in addresses.enumerated()
      where entry.address <= address && address < entry.address &+ max(1, entry.size) {
        result[index] = symbol(entry)
      }
    }
    return result
  }

  /// The symbols whose names begin with some text.
  ///
  /// - Parameter prefix: the text, ASCII.
  /// - Returns: the symbols that are defined in this file.
  /// - Complexity: O(n) in the number of symbols.
  package func symbols(withPrefix prefix: String) -> [Symbol] {
    let wanted = Array(prefix.utf8)
    var result: [Symbol] = []
    forEachEntry { entry in
      let start = names.lowerBound + entry.name
      guard start + wanted.count <= names.upperBound else { return }
      // SAFETY: the range was checked above.
      guard unsafe memcmp(base + start, wanted, wanted.count) == 0 else { return }
      if let symbol = symbol(entry) { result.append(symbol) }
    }
    return result
  }

  /// Whether the line tables name a source file (DWARF 5, section 6.2.4).
  ///
  /// - Parameter file: the file's name without its folder, ASCII.
  /// - Returns: nil when there are no line tables, or compressed ones.
  /// - Complexity: O(n) in the size of the line tables.
  package func namesSourceFile(_ file: String) -> Bool? {
    guard !lineTables.isEmpty else { return nil }
    // Names are NUL-terminated, and after a folder or another NUL.
    let wanted = Array(file.utf8) + [0]
    return lineTables.contains { section in
      var start = section.lowerBound
      while start < section.upperBound,
        // SAFETY: the section was checked to lie in the mapping.
        let hit = unsafe tandem_find_bytes(
          base + start, section.upperBound - start, wanted, wanted.count)
      {
        let offset = unsafe hit - base
        let before =
          offset == section.lowerBound
          ? 0 : unsafe base.load(fromByteOffset: offset - 1, as: UInt8.self)
        if before == 0 || before == UInt8(ascii: "/") { return true }
        start = offset + 1
      }
      return false
    }
  }

  // MARK: Entries

  private struct Entry {
    var name: Int
    var type: UInt8
    var section: UInt16
    var address: UInt64
    var size: UInt64
  }

  private func forEachEntry(_ body: (Entry) -> Void) {
    var offset = table.lowerBound
    while offset + 24 <= table.upperBound {
      // SAFETY: `table` was checked to lie in the mapping.
      let section = unsafe base.loadUnaligned(fromByteOffset: offset + 6, as: UInt16.self)
      let info = unsafe base.loadUnaligned(fromByteOffset: offset + 4, as: UInt8.self)
      let name = unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
      // Defined here, and a function or data: no section, file or thread-local symbols.
      if section != 0, section < 0xff00, info & 0xf <= 2, name != 0 {
        unsafe body(
          Entry(
            name: Int(name), type: info & 0xf, section: section,
            address: base.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self),
            size: base.loadUnaligned(fromByteOffset: offset + 16, as: UInt64.self)))
      }
      offset += 24
    }
  }

  private func symbol(_ entry: Entry) -> Symbol? {
    let start = names.lowerBound + entry.name
    guard start < names.upperBound else { return nil }
    let rest = unsafe UnsafeRawBufferPointer(start: base + start, count: names.upperBound - start)
    guard let end = unsafe rest.firstIndex(of: 0) else { return nil }
    return Symbol(
      name: unsafe String(decoding: rest[..<end], as: UTF8.self), address: entry.address,
      size: entry.size, isZeroed: zeroedSections.contains(entry.section))
  }

  // MARK: Sections

  /// Where the table and its names lie.
  private struct Sections {
    /// SHF_COMPRESSED.
    private static let compressed: UInt64 = 1 << 11

    var isFull: Bool
    var table: Range<Int>
    var names: Range<Int>
    var zeroed: Set<UInt16> = []
    var lineTables: [Range<Int>] = []

    init?(_ reader: Reader) {
      guard reader.number(0, 4) == 0x464c_457f, reader.number(4, 2) == 0x0102,
        let start = reader.number(0x28, 8), let size = reader.number(0x3a, 2),
        let count = reader.number(0x3c, 2), size >= 64
      else { return nil }
      var full: UInt64?
      var dynamic: UInt64?
      for index in 0..<count {
        let header = start &+ index &* size
        switch reader.number(header &+ 4, 4) {
        case nil: return nil
        case 2: full = header
        case 11: dynamic = header
        case 8: zeroed.insert(UInt16(truncatingIfNeeded: index))
        default: break
        }
      }
      guard let table = full ?? dynamic, let link = reader.number(table &+ 40, 4),
        let tableRange = reader.range(ofSection: table), link < count,
        let nameRange = reader.range(ofSection: start &+ link &* size)
      else { return nil }
      if let namesIndex = reader.number(0x3e, 2), namesIndex < count,
        let names = reader.range(ofSection: start &+ namesIndex &* size)
      {
        for index in 0..<count {
          let header = start &+ index &* size
          guard let name = reader.number(header, 4), let flags = reader.number(header &+ 8, 8),
            flags & Self.compressed == 0,
            [".debug_line", ".debug_line_str"].contains(where: {
              reader.isString($0, at: name, in: names)
            }),
            let range = reader.range(ofSection: header)
          else { continue }
          lineTables.append(range)
        }
      }
      self.isFull = full != nil
      self.table = tableRange
      self.names = nameRange
    }
  }

  /// Numbers out of bytes that are not trusted.
  @safe private struct Reader {
    let base: UnsafeRawPointer
    let count: Int

    func number(_ offset: UInt64, _ size: Int) -> UInt64? {
      guard offset <= UInt64(count), UInt64(size) <= UInt64(count) &- offset else { return nil }
      return (0..<size).reduce(0) { result, index in
        // SAFETY: the range was checked above.
        result | UInt64(unsafe base.load(fromByteOffset: Int(offset) + index, as: UInt8.self))
          << UInt64(8 * index)
      }
    }

    /// Where the segment at the file's beginning wants to be (elf(5), PT_LOAD).
    var firstAddress: UInt64 {
      guard let start = number(0x20, 8), let size = number(0x36, 2), let count = number(0x38, 2)
      else { return 0 }
      for index in 0..<count {
        let header = start &+ index &* size
        guard number(header, 4) == 1, number(header &+ 8, 8) == 0 else { continue }
        return number(header &+ 16, 8) ?? 0
      }
      return 0
    }

    func isString(_ text: StaticString, at offset: UInt64, in section: Range<Int>) -> Bool {
      let length = text.utf8CodeUnitCount + 1
      guard offset <= UInt64(section.count), length <= section.count - Int(offset) else {
        return false
      }
      // SAFETY: the range was checked above; a static string is NUL-terminated.
      return unsafe memcmp(base + section.lowerBound + Int(offset), text.utf8Start, length) == 0
    }

    func range(ofSection header: UInt64) -> Range<Int>? {
      guard let offset = number(header &+ 24, 8), let size = number(header &+ 32, 8),
        offset <= UInt64(count), size <= UInt64(count) &- offset
      else { return nil }
      return Int(offset)..<Int(offset + size)
    }
  }
}
