import TandemModel
import TandemSystem

/// Names the variables that locks lie in, out of the symbols of the files that were mapped.
struct LockNames {
  private var tables: [String: ELFSymbols?] = [:]

  /// Where a lock lies, in the words of the linker.
  struct Name: Equatable {
    /// The variable; nil when no symbol covers the address.
    var variable: String?
    /// The file or memory; nil for memory without a name.
    var mapping: String?
    /// How far behind the beginning of that file.
    var offset: UInt64?
  }

  /// Names a place.
  ///
  /// - Parameter place: the place.
  /// - Returns: what is known of it.
  mutating func name(of place: LockPlace) -> Name {
    let nameless = Name(mapping: place.mapping.isEmpty ? nil : place.mapping)
    guard let offset = place.offset else { return nameless }
    guard let symbols = table(of: place) else {
      // What lies behind the file may be anything.
      return place.isBehindFile
        ? Name() : Name(mapping: place.mapping, offset: offset)
    }
    let address = offset &+ (symbols.firstAddress & ~0xFFF)
    guard symbols.isLoaded(address) else { return place.isBehindFile ? Name() : nameless }
    return Name(
      variable: symbols.variable(at: address).map { Demangler.short($0.name) },
      mapping: place.mapping, offset: offset)
  }

  /// The symbols of the file, unless another one has its path now.
  private mutating func table(of place: LockPlace) -> ELFSymbols? {
    if let known = tables[place.mapping] { return known }
    let isSame = (try? ProgramFile.Stamp(path: place.mapping))?.inode == place.inode
    let table = isSame ? ELFSymbols(path: place.mapping) : nil
    tables[place.mapping] = .some(table)
    return table
  }
}
