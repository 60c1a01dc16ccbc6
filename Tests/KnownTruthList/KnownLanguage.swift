import Foundation

/// A language other than Swift and CPython whose tools may be on the machine.
///
/// What has to be compiled is compiled when it is first run, into a folder beside the built programs.
public enum KnownLanguage: String, Sendable, CaseIterable {
  case c = "C"
  case cPlusPlus = "C++"
  case openMP = "OpenMP"
  case rust = "Rust"
  case go = "Go"
  case java = "Java"
  case node = "Node"
  case erlang = "Erlang"
  case php = "PHP"
  case perl = "Perl"
  case ruby = "Ruby"
  case pyPy = "PyPy"
  case oCaml = "OCaml"
  case swift = "Swift"
  case shell = "sh"
  case make = "make"

  /// The languages whose tools were found.
  public static let found: [KnownLanguage] = allCases.filter { $0.tool != nil }

  /// Those whose tools weren't.
  public static var missing: [KnownLanguage] { allCases.filter { $0.tool == nil } }

  /// Where the sources lie.
  static let sources = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/KnownTruths/Languages")

  /// The compiler or the interpreter; nil when there is none.
  private var tool: String? { Self.tools[self] }

  private static let tools: [KnownLanguage: String] = {
    var tools: [KnownLanguage: String] = [:]
    for language in allCases { tools[language] = language.findTool() }
    return tools
  }()

  private func findTool() -> String? {
    switch self {
    // Clang's OpenMP is another library, which few have.
    case .c: Self.onPath(["gcc"]).flatMap { Self.canLinkOpenMP($0) ? $0 : nil }
    case .cPlusPlus: Self.onPath(["g++", "clang++"])
    case .openMP: Self.onPath(["g++"]).flatMap { Self.canLinkOpenMP($0) ? $0 : nil }
    case .rust: Self.onPath(["rustc"])
    case .go: Self.onPath(["go"], and: Self.debiansGo)
    case .java: Self.onPath(["java"]).flatMap { _ in Self.onPath(["javac"]) }
    // How others wait for their lock isn't known.
    case .ruby: Self.onPath(["ruby"]).flatMap { Self.rubysVersion($0) == "3.1" ? $0 : nil }
    case .pyPy: Self.onPath(["pypy3"])
    case .node: Self.onPath(["node", "nodejs"])
    case .erlang: Self.onPath(["erl"]).flatMap { _ in Self.onPath(["erlc"]) }
    case .php: Self.onPath(["php"]).flatMap { Self.hasProcesses($0) ? $0 : nil }
    case .perl: Self.onPath(["perl"])
    case .oCaml: Self.onPath(["ocamlopt"])
    case .swift: Self.onPath(["swiftc"])
    case .shell: Self.onPath(["sh"])
    case .make: Self.onPath(["make"])
    }
  }

  /// The command that runs this language's program of several waits, without its arguments.
  ///
  /// - Parameter folder: where to put what is compiled.
  /// - Returns: the words.
  /// - Throws: `KnownRun.Failure` when it can't be compiled.
  func command(in folder: URL) throws -> [String] {
    switch self {
    case .pyPy: [try found()]
    case .java: try command(of: "Waits.java", in: folder, [])
    case .openMP, .cPlusPlus: try command(of: "waits.cpp", in: folder, [])
    default:
      try command(of: "waits.\(self == .rust ? "rs" : self == .ruby ? "rb" : "go")", in: folder, [])
    }
  }

  /// The command that runs a program of this language.
  ///
  /// - Parameters:
  ///   - file: the name of its source.
  ///   - folder: where to put what is compiled.
  ///   - words: its arguments; Java's machine gets those that begin with a dash.
  /// - Returns: the words.
  /// - Throws: `KnownRun.Failure` when it can't be compiled.
  func command(of file: String, in folder: URL, _ words: [String]) throws -> [String] {
    let tool = try found()
    let source = Self.sources.appending(path: file).path()
    let name = String(file.prefix { $0 != "." })
    func path(_ name: String) -> String { folder.appending(path: name).path() }
    let program = path(self == .openMP ? "\(name)-openmp" : "\(name)-\(rawValue)")
    func compiled(
      _ compiler: [String], to result: String? = nil, environment: [String: String] = [:]
    ) throws {
      try compile(source, to: result ?? program, compiler, environment: environment)
    }
    switch self {
    case .c:
      let text = (try? String(contentsOfFile: source, encoding: .utf8)) ?? ""
      let team = text.contains("#pragma omp") ? ["-fopenmp"] : []
      try compiled([tool, "-D_GNU_SOURCE", "-O2", "-pthread"] + team + [source, "-o", program])
    case .cPlusPlus: try compiled([tool, "-O1", "-pthread", source, "-o", program])
    case .openMP: try compiled([tool, "-O1", "-pthread", "-fopenmp", source, "-o", program])
    case .rust: try compiled([tool, "-O", "--edition", "2021", source, "-o", program])
    case .go:
      try compiled(
        [tool, "build", "-o", program, source],
        environment: ["GOCACHE": path("go-cache"), "GO111MODULE": "off"])
    case .swift: try compiled([tool, "-O", "-parse-as-library", source, "-o", program])
    case .oCaml:
      // Its compiler puts what it makes beside the source.
      let copy = path("\(name).ml")
      try compiled([
        "/bin/sh", "-c",
        "cp '\(source)' '\(copy)' && '\(tool)' -I +threads -I +unix unix.cmxa threads.cmxa '\(copy)' -o '\(program)'",
      ])
    case .java:
      try compiled([tool, "-d", folder.path(), source], to: path("\(name).class"))
      return ["java"] + words.filter { $0.hasPrefix("-") } + ["-cp", folder.path(), name]
        + words.filter { !$0.hasPrefix("-") }
    case .erlang:
      try compiled([tool, "-o", folder.path(), source], to: path("\(name).beam"))
      return ["erl", "-noshell", "-pa", folder.path(), "-run", name, "main"] + words
    case .make: return [tool, "-s", "-f", source] + words
    case .node, .php, .perl, .ruby, .pyPy, .shell: return [tool, source] + words
    }
    return [program] + words
  }

  private func found() throws -> String {
    guard let tool else {
      throw KnownRun.Failure(description: "\(rawValue) was not found", isMissing: true)
    }
    return tool
  }

  /// Runs a compiler, unless what it makes is there already and newer than its source.
  private func compile(
    _ source: String, to program: String, _ words: [String], environment: [String: String] = [:]
  ) throws {
    func date(_ path: String) -> Date? {
      (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
    }
    if let made = date(program), let changed = date(source), made > changed { return }
    try FileManager.default.createDirectory(
      at: URL(filePath: program).deletingLastPathComponent(), withIntermediateDirectories: true)
    let said = try Self.run(["/usr/bin/timeout", "120"] + words, environment: environment)
    guard said.status == 0 else {
      throw KnownRun.Failure(description: "\(source) can't be compiled: \(said.text.suffix(2_000))")
    }
  }

  // MARK: Tools

  /// Debian puts each version of Go into a folder of its own.
  private static var debiansGo: [String] {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? []
    return folders.filter { $0.hasPrefix("go-1.") }.sorted().map { "/usr/lib/\($0)/bin/go" }
  }

  private static func onPath(_ names: [String], and others: [String] = []) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .filter { !$0.hasSuffix("/shims") }
    let all = names.flatMap { name in folders.map { "\($0)/\(name)" } } + others
    return all.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  private static func hasProcesses(_ php: String) -> Bool {
    let said = try? run([php, "-r", "echo function_exists('pcntl_fork') ? 'yes' : 'no';"])
    return said?.text.contains("yes") == true
  }

  private static func canLinkOpenMP(_ compiler: String) -> Bool {
    let said = try? run([compiler, "-fopenmp", "-print-file-name=libgomp.spec"])
    return said?.text.contains("/") == true
  }

  private static func rubysVersion(_ ruby: String) -> String? {
    let said = try? run([ruby, "-e", "print RUBY_VERSION[/[0-9]+\\.[0-9]+/]"])
    return said?.text
  }

  private static func run(
    _ words: [String], environment: [String: String] = [:]
  ) throws -> (status: Int32, text: String) {
    let process = Process()
    process.executableURL = URL(filePath: words[0])
    process.arguments = Array(words.dropFirst())
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
  }
}
