import Foundation

/// A language other than Swift and CPython whose tools may be on the machine.
///
/// What has to be compiled is compiled when it is first run, into a folder beside the built programs.
public enum KnownLanguage: String, Sendable, CaseIterable {
  case cPlusPlus = "C++"
  case openMP = "OpenMP"
  case rust = "Rust"
  case go = "Go"
  case java = "Java"
  case ruby = "Ruby"
  case pyPy = "PyPy"

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
    case .cPlusPlus: Self.onPath(["g++", "clang++"])
    // Clang's OpenMP is another library, which few have.
    case .openMP: Self.onPath(["g++"]).flatMap { Self.canLinkOpenMP($0) ? $0 : nil }
    case .rust: Self.onPath(["rustc"])
    case .go: Self.onPath(["go"], and: Self.debiansGo)
    case .java: Self.onPath(["java"]).flatMap { _ in Self.onPath(["javac"]) }
    // How others wait for their lock isn't known.
    case .ruby: Self.onPath(["ruby"]).flatMap { Self.rubysVersion($0) == "3.1" ? $0 : nil }
    case .pyPy: Self.onPath(["pypy3"])
    }
  }

  /// The command that runs this language's program, without its arguments.
  ///
  /// - Parameter folder: where to put what is compiled.
  /// - Returns: the words.
  /// - Throws: `KnownRun.Failure` when it can't be compiled.
  func command(in folder: URL) throws -> [String] {
    guard let tool else { throw KnownRun.Failure(description: "\(rawValue) was not found") }
    func path(_ name: String) -> String { folder.appending(path: name).path() }
    func source(_ name: String) -> String { Self.sources.appending(path: name).path() }
    switch self {
    case .cPlusPlus:
      let program = path("cpp")
      try compile(
        source("waits.cpp"), to: program,
        [tool, "-O1", "-pthread", source("waits.cpp"), "-o", program])
      return [program]
    case .openMP:
      let program = path("openmp")
      try compile(
        source("waits.cpp"), to: program,
        [tool, "-O1", "-pthread", "-fopenmp", source("waits.cpp"), "-o", program])
      return [program]
    case .rust:
      let program = path("rust")
      try compile(
        source("waits.rs"), to: program,
        [tool, "-O", "--edition", "2021", source("waits.rs"), "-o", program])
      return [program]
    case .go:
      let program = path("go")
      try compile(
        source("waits.go"), to: program, [tool, "build", "-o", program, source("waits.go")],
        environment: ["GOCACHE": path("go-cache"), "GO111MODULE": "off"])
      return [program]
    case .java:
      try compile(
        source("Waits.java"), to: path("Waits.class"),
        [tool, "-d", folder.path(), source("Waits.java")])
      return ["java", "-cp", folder.path(), "Waits"]
    case .ruby: return [tool, source("waits.rb")]
    case .pyPy: return [tool]
    }
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
