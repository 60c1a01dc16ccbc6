internal import Synchronization

/// The symbol tables of this program's files, read once each.
package enum SymbolTables {
  private static let cache = Mutex<[String: ELFSymbols]>([:])

  /// The table of the executable.
  package static var executable: ELFSymbols? { of(path: "/proc/self/exe") }

  /// The table of a file; nil when it can't be read.
  package static func of(path: String) -> ELFSymbols? {
    if let known = cache.withLock({ $0[path] }) { return known }
    let table = ELFSymbols(path: path)
    cache.withLock { $0[path] = table }
    return table
  }
}
