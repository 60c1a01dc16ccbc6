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

  /// The processor that the file is for (elf(5), `e_machine`): 62 is x86-64, 183 is AArch64.
  package let machine: UInt16

  let reader: ELFReader
  private let table: Table
  private let dynamicTable: Table?
  private let zeroedSections: Set<UInt16>
  private let lineTables: [Range<Int>]

  /// Where symbols lie, and their names.
  private struct Table {
    var entries: Range<Int>
    var names: Range<Int>
  }

  /// Maps a file.
  ///
  /// Gives nil when it can't be read or is no such ELF file, or has no symbols at all.
  ///
  /// - Parameter path: the file's path. `/proc/PID/exe` works, and so do paths below
  ///   `/proc/PID/root`, which are those of another mount namespace (proc_pid_root(5)).
  package init?(path: String) {
    guard let file = try? Descriptor.open(path) else { return nil }
    let number = file.rawValue
    let length = lseek(number, 0, SEEK_END)
    guard length >= 64 else { return nil }
    // SAFETY: a fresh private mapping of the whole file, unmapped in `deinit`.
    let address = unsafe mmap(nil, Int(length), PROT_READ, MAP_PRIVATE, number, 0)
    guard let address = unsafe address, unsafe address != MAP_FAILED else { return nil }
    let reader = unsafe ELFReader(base: UnsafeRawPointer(address), count: Int(length))
    guard let found = Sections(reader) else {
      _ = unsafe munmap(address, Int(length))
      return nil
    }
    self.reader = reader
    isFull = found.full != nil
    table = found.table
    dynamicTable = found.dynamic
    machine = UInt16(truncatingIfNeeded: reader.number(0x12, 2) ?? 0)
    zeroedSections = found.zeroed
    lineTables = found.lineTables
    firstAddress = reader.firstAddress
  }

  deinit {
    // SAFETY: pairs with mmap in `init`.
    _ = unsafe munmap(UnsafeMutableRawPointer(mutating: reader.base), reader.count)
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

  /// The variable that an address lies in.
  ///
  /// - Parameter address: an address in the file, before the load base is added.
  /// - Returns: its symbol; nil where no variable's symbol covers the address.
  /// - Complexity: O(n) in the number of symbols.
  package func variable(at address: UInt64) -> Symbol? {
    var found: Symbol?
    forEachEntry { entry in
      guard entry.type == 1, entry.size > 0, entry.address <= address,
        address - entry.address < entry.size, found == nil
      else { return }
      found = symbol(entry)
    }
    return found
  }

  /// Whether the loader gives the file's data an address, those included that begin as zero.
  ///
  /// - Parameter address: an address in the file, before the load base is added.
  /// - Returns: whether a segment has it.
  package func isLoaded(_ address: UInt64) -> Bool {
    reader.segment { $0.address <= address && address - $0.address < $0.memorySize } != nil
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
      let start = table.names.lowerBound + entry.name
      guard start + wanted.count <= table.names.upperBound else { return }
      // SAFETY: the range was checked above.
      guard unsafe memcmp(reader.base + start, wanted, wanted.count) == 0 else { return }
      if let symbol = symbol(entry) { result.append(symbol) }
    }
    return result
  }

  /// The symbol of a name, out of the dynamic symbols, which stripping leaves, or else out of all.
  ///
  /// - Parameter name: the whole name, as the linker has it.
  /// - Returns: the symbol when it is defined in this file.
  /// - Complexity: O(n) in the size of the tables; a name that doesn't occur is found out by
  ///   searching the names alone.
  package func symbol(named name: String) -> Symbol? {
    // Linkers let a name share the end of a longer one, so what stands before it doesn't matter.
    let wanted = Array(name.utf8) + [0]
    for table in [dynamicTable, isFull ? table : nil] {
      guard let table else { continue }
      var starts: Set<Int> = []
      var from = table.names.lowerBound
      while let hit = reader.find(wanted, in: from..<table.names.upperBound) {
        starts.insert(hit - table.names.lowerBound)
        from = hit + 1
      }
      guard !starts.isEmpty else { continue }
      var found: Symbol?
      Self.forEachEntry(of: table, reader) { entry in
        if found == nil, starts.contains(entry.name) { found = symbol(entry, name: name) }
      }
      if let found { return found }
    }
    return nil
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
        let offset = reader.find(wanted, in: start..<section.upperBound)
      {
        let before = offset == section.lowerBound ? 0 : reader.number(UInt64(offset) - 1, 1) ?? 0
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
    Self.forEachEntry(of: table, reader, body)
  }

  private static func forEachEntry(
    of table: Table, _ reader: ELFReader, _ body: (Entry) -> Void
  ) {
    let base = unsafe reader.base
    var offset = table.entries.lowerBound
    while offset + 24 <= table.entries.upperBound {
      // SAFETY: the table was checked to lie in the mapping.
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
    guard let name = reader.string(at: UInt64(entry.name), in: table.names) else { return nil }
    return symbol(entry, name: name)
  }

  private func symbol(_ entry: Entry, name: String) -> Symbol {
    Symbol(
      name: name, address: entry.address, size: entry.size,
      isZeroed: zeroedSections.contains(entry.section))
  }

  // MARK: Sections

  /// Where the table and its names lie.
  private struct Sections {
    /// SHF_COMPRESSED.
    private static let compressed: UInt64 = 1 << 11

    var full: Table?
    var dynamic: Table?
    /// The fuller of the two.
    var table: Table
    var zeroed: Set<UInt16> = []
    var lineTables: [Range<Int>] = []

    init?(_ reader: ELFReader) {
      guard reader.isELF64, let (start, size, count) = reader.sectionHeaders else { return nil }
      var fullHeader: UInt64?
      var dynamicHeader: UInt64?
      for index in 0..<count {
        let header = start &+ index &* size
        switch reader.number(header &+ 4, 4) {
        case nil: return nil
        case 2: fullHeader = header
        case 11: dynamicHeader = header
        case 8: zeroed.insert(UInt16(truncatingIfNeeded: index))
        default: break
        }
      }
      func table(at header: UInt64?) -> Table? {
        guard let header, let link = reader.number(header &+ 40, 4), link < count,
          let entries = reader.range(ofSection: header),
          let names = reader.range(ofSection: start &+ link &* size)
        else { return nil }
        return Table(entries: entries, names: names)
      }
      full = table(at: fullHeader)
      dynamic = table(at: dynamicHeader)
      // A full table that lies about its place doesn't make the dynamic one the whole truth.
      guard let table = fullHeader == nil ? dynamic : full else { return nil }
      self.table = table
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
    }
  }
}
