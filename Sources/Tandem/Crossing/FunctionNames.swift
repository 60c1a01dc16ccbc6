internal import Synchronization
internal import TandemSystem

/// The names of the functions that code of a worker process was in.
enum FunctionNames {
  /// The names of the functions that addresses of a worker lie in, innermost first, without the
  /// language's own machinery at the one end and Tandem's at the other.
  ///
  /// The worker is the same binary, so this process's own files name its functions.
  ///
  /// - Parameters:
  ///   - addresses: the addresses; one of a call is inside of it, not the one that the call returns to.
  ///   - images: where the worker's images are loaded.
  /// - Returns: the names; a function whose name isn't known is left out.
  static func crashed(at addresses: [UInt], images: [MappedFile]) -> [String] {
    let known = symbols(at: addresses, images: images)
    let trimmed = known.drop(while: isRuntime)
    return (trimmed.isEmpty ? known : trimmed).map { Demangler.short($0) }
  }

  /// The names of the functions that a thrown error came through, innermost first: without the
  /// language's machinery wherever it is, and an async function's parts by the function's own name.
  ///
  /// - Parameters:
  ///   - addresses: the addresses, inside of the calls.
  ///   - images: where the worker's images are loaded.
  /// - Returns: the names.
  static func thrown(at addresses: [UInt], images: [MappedFile]) -> [String] {
    var names: [String] = []
    for symbol in symbols(at: addresses, images: images) where !isMachinery(symbol) {
      let name = Demangler.short(wholeFunction(symbol))
      if names.last != name { names.append(name) }
    }
    return names
  }

  /// The symbol of the function that a part of an async function belongs to: the compiler splits those at
  /// every `await`, and adds `TQ` or `TY` and a number (Mangling.rst).
  private static func wholeFunction(_ symbol: String) -> String {
    guard symbol.hasSuffix("_") else { return symbol }
    var rest = symbol.dropLast()
    while rest.last?.isNumber == true { rest.removeLast() }
    return rest.hasSuffix("TQ") || rest.hasSuffix("TY") ? String(rest.dropLast(2)) : symbol
  }

  /// Whether a symbol belongs to what runs code rather than to somebody's program.
  private static func isMachinery(_ symbol: String) -> Bool {
    isRuntime(symbol) || symbol.hasPrefix("_ZN5swift") || symbol.hasPrefix("_ZL")
      || symbol.hasPrefix("_dispatch_") || symbol.hasPrefix("tandem_") || symbol == "start_thread"
      // Between the program's functions: thunks, partial applications, witnesses.
      || ["TR", "Tr", "TA", "TW", "TATu", "TRTu"].contains { wholeFunction(symbol).hasSuffix($0) }
  }

  /// The mangled names of the functions that addresses of a worker lie in, without Tandem's own that call
  /// the work.
  private static func symbols(at addresses: [UInt], images: [MappedFile]) -> ArraySlice<String> {
    let sorted = images.sorted { $0.base < $1.base }
    var places: [String: [(index: Int, address: UInt64)]] = [:]
    for (index, address) in addresses.enumerated() {
      guard let image = sorted.last(where: { $0.base <= address }) else { continue }
      places[image.path, default: []].append((index, UInt64(address - image.base)))
    }
    var names = [String?](repeating: nil, count: addresses.count)
    for (path, places) in places {
      for (place, name) in zip(places, symbols(at: places.map(\.address), in: path)) {
        names[place.index] = name
      }
    }
    let known = names.compactMap(\.self)
    let end = known.firstIndex(where: isOurs) ?? known.endIndex
    return known[..<end]
  }

  private struct Place: Hashable {
    let path: String
    let address: UInt64
  }

  /// What was found, because a table is read from end to end for an answer, and the same place may fail
  /// a thousand times.
  private static let known = Mutex<[Place: String?]>([:])
  /// How many places are remembered: addresses are not trusted, and there may be more of them than a program
  /// has places.
  private static let mostKnown = 4096

  /// The mangled names of the functions at addresses of a file, counted from its first byte.
  private static func symbols(at addresses: [UInt64], in path: String) -> [String?] {
    let places = addresses.map { Place(path: path, address: $0) }
    var names = known.withLock { known in places.map { known[$0] } }
    let missing = names.indices.filter { names[$0] == nil }
    if !missing.isEmpty, let table = SymbolTables.of(path: path) {
      let symbols = table.functions(at: missing.map { addresses[$0] &+ table.firstAddress })
      for (index, symbol) in zip(missing, symbols) { names[index] = .some(symbol?.name) }
      known.withLock { known in
        if known.count > mostKnown { known.removeAll() }
        for index in missing { known[places[index]] = names[index] }
      }
    }
    return names.map { $0 ?? nil }
  }

  /// Whether a symbol belongs to what calls the work in a worker.
  private static func isOurs(_ symbol: String) -> Bool {
    [
      "10WorkerMain", "14PoolWorkerMain", "13ClosureRunner", "11AsyncRunner", "11WorkedFrame",
      "10MainThread",
    ]
    .contains { symbol.contains("6Tandem\($0)") }
  }

  /// Whether a symbol belongs to the language's own machinery rather than to somebody's program: in the
  /// standard library (module `s`), or C's ways to end a process.
  private static func isRuntime(_ symbol: String) -> Bool {
    symbol.hasPrefix("$ss") || symbol.hasPrefix("$sS") || symbol.hasPrefix("swift_")
      || symbol.hasPrefix("_swift") || symbol.hasPrefix("__")
      || ["abort", "raise", "gsignal", "pthread_kill"].contains(symbol)
  }
}
