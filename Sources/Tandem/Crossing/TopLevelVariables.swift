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
    // Not remembered: there may only have been too few descriptors.
    guard let table = SymbolTables.executable else { return .unknown }
    let answer = read(table, module: module)
    cache.withLock { $0[module] = answer }
    return answer
  }

  /// Reads them out of a symbol table.
  ///
  /// A variable's storage has a symbol that ends in `vp`. One of a library or of another file has an
  /// accessor (`vau`), or in optimised builds a once-token (`_Wz`), or is in the file with its value;
  /// what has none of them is set by top-level statements.
  ///
  /// In optimised builds a global of another file that begins as zero may have none of them either.
  /// So the first question is whether there is a `main.swift` at all, which the line tables tell: a
  /// program with `@main` has none. Without line tables the symbols alone must do.
  static func read(_ table: ELFSymbols, module: String) -> Answer {
    guard table.isFull else { return .unknown }
    if table.namesSourceFile("main.swift") == false { return .none }
    let own = table.symbols(withPrefix: "$s\(module.utf8.count)\(module)")
    // The entry of a type with `@main`: `$main`, which may throw and suspend.
    if own.contains(where: { $0.name.contains("5$mainyy") && $0.name.hasSuffix("FZ") }) {
      return .none
    }
    let names = Set(own.map(\.name))
    // A token carries only the first word of the mangled variable: its name.
    let tokens = own.compactMap { $0.name.hasSuffix("_Wz") ? $0.name.dropLast(3) : nil }
    let variables = own.compactMap { symbol -> String? in
      // The optimiser numbers the parts that it splits a variable into: `…vp.0`.
      guard symbol.isZeroed, let whole = symbol.name.split(separator: ".").first,
        whole.hasSuffix("vp")
      else { return nil }
      let mangled = String(whole)
      let readable = Demangler.short(mangled)
      guard let name = variable(readable, of: module),
        !names.contains(mangled.dropLast(2) + "vau"),
        !tokens.contains(where: { mangled.hasPrefix($0) })
      else { return nil }
      return name
    }
    return variables.isEmpty ? .none : .some(Array(Set(variables)).sorted())
  }

  /// The name in `Module.name : Type`; nil for what is nested in a type or a function.
  ///
  /// The demangler reads it, because Swift abbreviates names that share words with the module's and
  /// writes others in Punycode. What even that can't read counts as a variable by its symbol.
  private static func variable(_ readable: String, of module: String) -> String? {
    guard let end = readable.firstRange(of: " : ") else { return readable }
    guard readable.hasPrefix(module + ".") else { return nil }
    let name = readable[readable.index(readable.startIndex, offsetBy: module.count + 1)...]
      .prefix(upTo: end.lowerBound)
    return name.contains(".") || name.contains(" ") ? nil : String(name)
  }

  // MARK: Closures

  /// The variables that a closure could read: those of the module that it is written in, which need not
  /// be the caller's.
  ///
  /// - Parameters:
  ///   - code: the closure's code.
  ///   - caller: the module that calls `WorkerProcess`.
  /// - Returns: what is known, and of which module.
  static func of(
    closure code: CodeReference, calledIn caller: String
  ) -> (module: String, answer: Answer) {
    let answer = of(module: caller)
    guard answer == .none, executableMayHaveMain else { return (caller, answer) }
    guard let module = module(of: code) else { return (caller, .unknown) }
    return (module, of(module: module))
  }

  private static let mayHaveMain = Mutex<Bool?>(nil)

  /// Whether the executable may have a `main.swift`.
  ///
  /// Asked for every closure, and found out once: reading the line tables took a twentieth of a worker's
  /// start.
  private static var executableMayHaveMain: Bool {
    if let known = mayHaveMain.withLock({ $0 }) { return known }
    // Not remembered, as above.
    guard let table = SymbolTables.executable else { return true }
    let answer = table.namesSourceFile("main.swift") != false
    mayHaveMain.withLock { $0 = answer }
    return answer
  }

  /// The module that a closure is written in, as its symbol tells; nil when it can't be told.
  private static func module(of code: CodeReference) -> String? {
    guard let table = SymbolTables.of(path: code.image.isEmpty ? "/proc/self/exe" : code.image),
      let symbol = table.functions(at: [code.offset]).first ?? nil
    else { return nil }
    return module(ofFunction: Demangler.short(symbol.name))
  }

  /// The module in `closure #1 (Int) -> Int in static Module.Type.function() -> ()`.
  static func module(ofFunction readable: String) -> String? {
    var context = readable[...]
    while let range = context.firstRange(of: " in ") { context = context[range.upperBound...] }
    if let range = context.firstRange(of: "extension in ") {
      context = context[range.upperBound...]
    } else {
      // Words such as `static` come before the name, and parameters or a type after it.
      if let type = context.firstRange(of: " : ") { context = context[..<type.lowerBound] }
      let words = context.prefix { $0 != "(" && $0 != "<" }.split(separator: " ")
      context = words.first { $0.contains(".") } ?? words.last ?? ""
    }
    let module = context.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    return module.isEmpty ? nil : String(module)
  }
}
