internal import Synchronization
internal import TandemSystem

/// The variables at the top level of a `main.swift`, which a worker process never initialises.
///
/// `main` sets them when its statements run, and `main` does not run in a worker: a closure that reads
/// one would get zeros, or crash. Whether a closure reads one can't be seen from outside, so a module
/// that has such variables sends no closures at all; tasks with properties are the cure.
enum TopLevelVariables {
  /// What is known of a module.
  enum Answer: Equatable {
    /// No such variables.
    case none
    /// These, by name.
    case some([String])
    /// The executable has been stripped of its symbols.
    case unknown
  }

  private static let cache = Mutex<[String: Answer]>([:])

  /// The variables of a module of this executable.
  ///
  /// - Parameter module: the module's name.
  /// - Returns: what the executable's symbol table says.
  /// - Complexity: reads the executable once a module: tens of milliseconds for a large program.
  static func of(module: String) -> Answer {
    if let known = cache.withLock({ $0[module] }) { return known }
    let answer =
      SymbolTables.of(path: "/proc/self/exe").map { read($0, module: module) } ?? .unknown
    cache.withLock { $0[module] = answer }
    return answer
  }

  /// Reads them out of a symbol table.
  ///
  /// A variable's storage has a symbol that ends in `vp`. One of a library or of another file has an
  /// accessor (`vau`), or in optimised builds a once-token (`_Wz`), or is in the file with its value;
  /// what has none of them is set by top-level statements. With `@main` there are none.
  static func read(_ table: ELFSymbols, module: String) -> Answer {
    guard table.isFull else { return .unknown }
    let prefix = "$s\(module.utf8.count)\(module)"
    let own = table.symbols(withPrefix: prefix)
    if own.contains(where: { $0.name.hasSuffix("5$mainyyFZ") || $0.name.hasSuffix("5$mainyyYaFZ") })
    {
      return .none
    }
    let names = Set(own.map(\.name))
    let variables = own.compactMap { symbol -> String? in
      guard symbol.isZeroed, symbol.name.hasSuffix("vp"),
        let name = identifier(symbol.name.dropFirst(prefix.count)),
        !names.contains(symbol.name.dropLast(2) + "vau"),
        !names.contains("\(prefix)\(name.utf8.count)\(name)_Wz")
      else { return nil }
      return name
    }
    return variables.isEmpty ? .none : .some(Array(Set(variables)).sorted())
  }

  /// The identifier that a mangled name begins with, such as `count` in `5countSivp`; nil for what is
  /// nested in a type or a function, or is no plain identifier.
  private static func identifier(_ mangled: Substring) -> String? {
    let digits = mangled.prefix { $0.isNumber }
    guard let length = Int(digits), digits.first != "0", length > 0 else { return nil }
    let rest = mangled.dropFirst(digits.count)
    guard rest.utf8.count > length else { return nil }
    let name = String(rest.prefix(length))
    // After a type's name comes its kind: O, V, C. Then the variable is a static or a member.
    let next = rest.dropFirst(length).first
    let nested = next.map { "OVCP".contains($0) && mangled.hasSuffix("vpZ") } ?? true
    return nested ? nil : name
  }
}

/// The symbol tables of this program's files, read once each.
enum SymbolTables {
  private static let cache = Mutex<[String: ELFSymbols?]>([:])

  /// The table of a file; nil when it can't be read.
  static func of(path: String) -> ELFSymbols? {
    if let known = cache.withLock({ $0[path] }) { return known }
    let table = ELFSymbols(path: path)
    cache.withLock { $0[path] = table }
    return table
  }
}
