/// Sections, bytes and needed libraries of an ELF file (elf(5)).
extension ELFSymbols {
  /// A part of the file with a name.
  package struct Section: Sendable, Hashable {
    /// Its address in the file, before the load base is added; 0 when it isn't loaded.
    package var address: UInt64
    /// Its size in bytes.
    package var size: UInt64
  }

  /// The first section with a name.
  ///
  /// - Parameter name: its name, with the dot.
  /// - Returns: the section; nil when there is none, or no table of sections.
  package func section(named name: String) -> Section? {
    guard let header = reader.section(named: name), let address = reader.number(header &+ 16, 8),
      let size = reader.number(header &+ 32, 8)
    else { return nil }
    return Section(address: address, size: size)
  }

  /// The bytes that the file holds for an address.
  ///
  /// Relocations are not applied: what is a pointer in memory may be anything here.
  ///
  /// - Parameters:
  ///   - address: the first byte's address in the file, before the load base is added.
  ///   - count: how many bytes.
  /// - Returns: the bytes; nil when the file doesn't hold all of them.
  package func bytes(at address: UInt64, count: Int) -> [UInt8]? {
    reader.fileRange(ofAddress: address, count: count).map { reader.bytes(in: $0) }
  }

  /// What stands from some text on to the next NUL, wherever it occurs in a section.
  ///
  /// Linkers let a text share the end of a longer one, so a text needn't begin behind a NUL. One in
  /// the middle of a number is left out.
  ///
  /// - Parameters:
  ///   - prefix: the text, ASCII, at least one byte.
  ///   - name: the section's name, with the dot.
  ///   - longest: texts of more bytes than this are left out.
  /// - Returns: the texts, in order, those that are no UTF-8 left out.
  /// - Complexity: O(n) in the size of the section.
  package func texts(
    withPrefix prefix: String, inSection name: String, longest: Int
  ) -> [String] {
    guard !prefix.isEmpty, let header = reader.section(named: name),
      let range = reader.range(ofSection: header)
    else { return [] }
    let wanted = Array(prefix.utf8)
    let number = UInt64(UInt8(ascii: "0"))...UInt64(UInt8(ascii: "9"))
    var result: [String] = []
    var from = range.lowerBound
    while let hit = reader.find(wanted, in: from..<range.upperBound) {
      from = hit + 1
      if hit > range.lowerBound, let before = reader.number(UInt64(hit) - 1, 1),
        number.contains(before) || before == UInt64(UInt8(ascii: "."))
      {
        continue
      }
      let bytes = reader.bytes(in: hit..<hit + min(longest + 1, range.upperBound - hit))
      if let end = bytes.firstIndex(of: 0),
        let text = String(validating: bytes[..<end], as: UTF8.self)
      {
        result.append(text)
      }
    }
    return result
  }

  /// The names of the libraries that the loader must find for this file (elf(5), `DT_NEEDED`).
  package var neededLibraries: [String] {
    guard let headers = reader.sectionHeaders else { return [] }
    for index in 0..<headers.count {
      let header = headers.start &+ index &* headers.size
      guard reader.number(header &+ 4, 4) == 6 else { continue }
      guard let entries = reader.range(ofSection: header),
        let link = reader.number(header &+ 40, 4), link < headers.count,
        let names = reader.range(ofSection: headers.start &+ link &* headers.size)
      else { return [] }
      return stride(from: entries.lowerBound, to: entries.upperBound - 15, by: 16).compactMap {
        reader.number(UInt64($0), 8) == 1
          ? reader.number(UInt64($0) + 8, 8).flatMap { reader.string(at: $0, in: names) } : nil
      }
    }
    return []
  }
}
