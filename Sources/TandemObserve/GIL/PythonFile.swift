import TandemSystem

/// What a program file says about the CPython in it, without inspecting a process.
enum PythonFile: Sendable, Hashable {
  /// No CPython is in it; with the libraries that it needs.
  case none(needs: [String])
  /// One is, or should be by its name, but its GIL can't be found: a sentence.
  case unusable(String)
  /// One is.
  case runtime(Runtime)

  /// A runtime in a file.
  struct Runtime: Sendable, Hashable {
    /// Where `_PyRuntime` lies, in the file's own terms.
    var address: UInt64
    /// Where the file's first byte wants to be.
    var firstAddress: UInt64
    /// The version.
    var version: PythonVersion
    /// How the version was found.
    var versionSource: VersionSource
    /// Whether the build is free-threaded.
    var isFreeThreaded: Bool
    /// The first words of `_PyRuntime`, from 3.13 on: the cookie and the version.
    var beginning: [UInt64]?
    /// The processor.
    var architecture: PythonArchitecture
    /// The layout.
    var offsets: GILOffsets
    /// Where a thread's function is found; nil when that isn't known of the version.
    var frames: PythonFrameOffsets?
  }

  /// How a version was found.
  enum VersionSource: Sendable, Hashable {
    /// The constant `Py_Version` (3.11 and newer).
    case symbol
    /// `_Py_DebugOffsets` (3.13 and newer).
    case debugOffsets
    /// The one text among the constants that is a version of Python and agrees with the file's name.
    case text
    /// The file's name: the minor version only.
    case fileName
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: a path that opens it.
  ///   - name: its name without its folder.
  init(path: String, name: String) {
    guard let file = ELFSymbols(path: path) else {
      // No name of an interpreter: some other kind of program.
      self =
        PythonFileName(name) == nil
        ? .none(needs: []) : .unusable("\(name) can't be read as an ELF file of 64 bits.")
      return
    }
    do throws(Refusal) {
      self =
        try Self.runtime(in: file, name: name).map { .runtime($0) }
        ?? .none(needs: file.neededLibraries)
    } catch {
      self = .unusable(error.sentence)
    }
  }

  private struct Refusal: Error {
    var sentence: String
  }

  private static func runtime(
    in file: ELFSymbols, name: String
  ) throws(Refusal) -> Runtime? {
    let named = PythonFileName(name)
    guard let address = address(in: file) else {
      guard let named else { return nil }
      // An executable that takes everything from libpython is no interpreter by itself.
      if file.neededLibraries.contains(where: { PythonFileName($0) != nil }) { return nil }
      // libpython3.so holds nothing but the name of the library to load.
      if name.hasPrefix("lib"), named.minor == nil { return nil }
      if let minor = named.minor, named.major == 2 || minor < GILOffsets.minors.lowerBound {
        throw Refusal(sentence: tooOld(PythonVersion(named.major ?? 3, minor)))
      }
      throw Refusal(
        sentence: "\(name) has neither a symbol _PyRuntime nor a section .PyRuntime.")
    }
    guard let architecture = PythonArchitecture(rawValue: file.machine) else {
      throw Refusal(
        sentence: "\(name) is for a processor whose layouts aren't known (ELF \(file.machine)).")
    }
    let beginning = file.bytes(at: address, count: 24).flatMap(DebugOffsets.Beginning.init)
    let (version, source) = try version(of: file, name: name, beginning)
    if version.level == .alpha || version.level == .beta {
      throw Refusal(
        sentence: "Python \(version) is a preview, whose layout changes from one to the next.")
    }
    guard version.major == 3, version.minor >= GILOffsets.minors.lowerBound else {
      throw Refusal(sentence: tooOld(version))
    }
    guard let row = GILOffsets.row(minor: version.minor, architecture) else {
      throw Refusal(
        sentence:
          "Python \(version) is newer than 3.\(GILOffsets.minors.upperBound), the last whose layout"
          + " is known.")
    }
    func runtime(
      _ offsets: GILOffsets, _ frames: PythonFrameOffsets?, _ beginning: DebugOffsets.Beginning?
    ) -> Runtime {
      Runtime(
        address: address, firstAddress: file.firstAddress, version: version,
        versionSource: source, isFreeThreaded: beginning?.isFreeThreaded ?? false,
        beginning: beginning?.words, architecture: architecture, offsets: offsets,
        frames: frames)
    }
    switch row.layout {
    case .fixed(let offsets): return runtime(offsets, .fixed(minor: version.minor), nil)
    case .described(let places):
      guard let beginning, let bytes = file.bytes(at: address, count: places.size) else {
        throw Refusal(sentence: "Python \(version) in \(name) doesn't describe its layout.")
      }
      do throws(DebugOffsets.Refusal) {
        return runtime(
          try DebugOffsets.read(bytes, at: places, architecture),
          .described(bytes, minor: version.minor), beginning)
      } catch {
        throw Refusal(
          sentence:
            "What Python \(version) in \(name) says of its layout isn't used: \(error.reason).")
      }
    }
  }

  private static func tooOld(_ version: PythonVersion) -> String {
    "Python \(version) is older than 3.\(GILOffsets.minors.lowerBound), the first whose GIL is measured."
  }

  /// The runtime's address in the file's own terms: its symbol, which stripping leaves, or from 3.10
  /// on a section that holds nothing else.
  private static func address(in file: ELFSymbols) -> UInt64? {
    if let symbol = file.symbol(named: "_PyRuntime") { return symbol.address }
    guard let section = file.section(named: ".PyRuntime"), section.address != 0 else { return nil }
    return section.address
  }

  // MARK: The version

  private static func version(
    of file: ELFSymbols, name: String, _ beginning: DebugOffsets.Beginning?
  ) throws(Refusal) -> (PythonVersion, VersionSource) {
    let symbol = file.symbol(named: "Py_Version")
      .flatMap { file.bytes(at: $0.address, count: 4) }
      .flatMap { bytes in
        PythonVersion(hex: bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) })
      }
    if let symbol, let beginning, symbol != beginning.version {
      throw Refusal(
        sentence: "\(name) says two versions of itself, \(symbol) and \(beginning.version).")
    }
    if let symbol { return (symbol, .symbol) }
    if let beginning { return (beginning.version, .debugOffsets) }
    // PY_VERSION, which Py_GetVersion puts before the rest. Other libraries that were linked in have
    // such texts too (SQLite is 3.40.1), so it must be the only one that can be Python's.
    let named = PythonFileName(name)
    let texts = Set(
      file.texts(withPrefix: "3.", inSection: ".rodata", longest: 16)
        .compactMap { PythonVersion($0) }
        .filter { version in
          named?.minor.map { $0 == version.minor }
            ?? (6...GILOffsets.minors.upperBound).contains(version.minor)
        })
    if texts.count == 1, let text = texts.first { return (text, .text) }
    if let minor = named?.minor { return (PythonVersion(named?.major ?? 3, minor), .fileName) }
    throw Refusal(sentence: "\(name) doesn't tell which version of Python it is.")
  }
}
