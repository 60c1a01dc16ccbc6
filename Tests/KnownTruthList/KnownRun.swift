public import Foundation
public import TandemModel

/// One program run under `tandem explain`.
public struct KnownRun: Sendable {
  /// What was found.
  public var findings: [Finding]
  /// What was seen; nil when something else than one run was asked for.
  public var report: ExplainReport?
  /// The share of the machine's CPUs that neither the program nor Tandem used, and that weren't idle.
  ///
  /// From the kernel's account of the whole machine (proc_stat(5), with what its host stole) and of the
  /// processes that were waited for (getrusage(2)).
  public var othersShare: Double
  /// Switches of the program's own threads as it counted them itself (getrusage(2)); nil where it
  /// doesn't, or has processes.
  public var countedSwitches: Double?

  /// Makes a run.
  ///
  /// - Parameters:
  ///   - findings: what was found.
  ///   - report: what was seen; nil when something else than one run was asked for.
  ///   - othersShare: the share of the machine's CPUs that others used.
  ///   - countedSwitches: switches as the program counted them; nil where it doesn't.
  public init(
    findings: [Finding], report: ExplainReport? = nil, othersShare: Double,
    countedSwitches: Double? = nil
  ) {
    self.findings = findings
    self.report = report
    self.othersShare = othersShare
    self.countedSwitches = countedSwitches
  }

  /// Why a program could not be run.
  public struct Failure: Error, CustomStringConvertible {
    /// A sentence, with what was written to standard error.
    public var description: String
    /// Whether something that it needs isn't there, so that nothing can be said of it.
    public var isMissing = false
  }
}

/// Runs programs of known behaviour.
public struct KnownRunner: Sendable {
  /// Where the built programs lie.
  public var products: URL
  /// The `tandem` that observes them: the one among them, unless it is set.
  public var tandem: URL
  /// Whether to run as an ordinary user (65534); only root can.
  public var asOrdinaryUser: Bool

  /// No program may take longer, in seconds.
  private static let patienceSeconds = 240

  /// Makes a runner.
  ///
  /// - Parameters:
  ///   - products: where the built programs lie; nil for beside this one.
  ///   - asOrdinaryUser: whether to run as an ordinary user.
  /// - Throws: what reading the link to this program throws.
  public init(products: URL? = nil, asOrdinaryUser: Bool = false) throws {
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    self.products = products ?? URL(filePath: own).deletingLastPathComponent()
    tandem = self.products.appending(path: "tandem")
    self.asOrdinaryUser = asOrdinaryUser
  }

  /// Runs a program under `tandem explain`.
  ///
  /// - Parameters:
  ///   - truth: the program.
  ///   - mode: how switches are to be seen.
  /// - Returns: what was seen.
  /// - Throws: `KnownRun.Failure` when it ended otherwise than well.
  public func run(_ truth: KnownTruth, _ mode: KnownMode) throws -> KnownRun {
    let folder = URL(filePath: NSTemporaryDirectory()).appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o777])
    defer { try? FileManager.default.removeItem(at: folder) }
    // The mask of this process may have taken some of them away.
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o777], ofItemAtPath: folder.path())
    let file = folder.appending(path: "report.json")

    var words = ["/usr/bin/timeout", "--kill-after=5", "\(Self.patienceSeconds)"]
    if asOrdinaryUser {
      words += ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    }
    if let cpus = truth.cpus {
      let list = KnownMachine.cpuNumbers.prefix(cpus).map { "\($0)" }.joined(separator: ",")
      words += ["taskset", "-c", list]
    }
    words += [
      tandem.path(), "explain", "--quiet", "--switches", mode.rawValue,
      "--json", file.path(),
    ]
    var command = try command(truth.program)
    if case .sweep(let numbers) = truth.question {
      words += ["--sweep", "n=" + numbers.map(String.init).joined(separator: ","), "--runs", "3"]
      command.append("{n}")
    }
    words += ["--"] + command

    let process = Process()
    process.executableURL = URL(filePath: words[0])
    process.arguments = Array(words.dropFirst())
    // What a program writes, it writes here.
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": "/tmp"]) { $1 }
    let (output, error) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = error
    var feeder: Process?
    switch truth.input {
    case .none: process.standardInput = FileHandle.nullDevice
    case .drip(let count, let pauseSeconds):
      let drip = Process()
      let pipe = Pipe()
      drip.executableURL = products.appending(path: "KnownTruths")
      drip.arguments = ["drip", "\(count)", "\(pauseSeconds)"]
      drip.standardOutput = pipe
      drip.standardInput = FileHandle.nullDevice
      process.standardInput = pipe
      try drip.run()
      feeder = drip
    case .server(let python):
      process.standardInput = FileHandle.nullDevice
      let server = Process()
      let port = Pipe()
      server.executableURL = URL(filePath: python.path)
      server.arguments = [Self.scripts.appending(path: "slow_server.py").path(), "20"]
      server.standardOutput = port
      server.standardInput = FileHandle.nullDevice
      try server.run()
      feeder = server
      // It writes one line, and then waits.
      let line = String(decoding: port.fileHandleForReading.availableData, as: UTF8.self)
      process.environment?["KNOWN_TRUTH_PORT"] = line.trimmingCharacters(
        in: .whitespacesAndNewlines)
    }
    let before = KnownLoad.now()
    try process.run()
    // Each is far smaller than a pipe holds, so one can be read after the other.
    let said = try output.fileHandleForReading.readToEnd() ?? Data()
    let message = try error.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    if case .server = truth.input { feeder?.terminate() }
    feeder?.waitUntilExit()
    let othersShare = KnownLoad.now().othersShare(since: before)
    guard process.terminationStatus == 0, let bytes = try? Data(contentsOf: file) else {
      throw KnownRun.Failure(
        description: """
          \(truth.name) ended with \(process.terminationStatus): \
          \(String(decoding: message.suffix(2_000), as: UTF8.self))
          """,
        isMissing: truth.question != .explain && process.terminationStatus == 64)
    }
    if truth.question != .explain {
      let answer = try JSONDecoder().decode(Answer.self, from: bytes)
      return KnownRun(findings: answer.findings, othersShare: othersShare)
    }
    let report = try JSONDecoder().decode(ExplainReport.self, from: bytes)
    return KnownRun(
      findings: report.findings, report: report, othersShare: othersShare,
      countedSwitches: report.starts.processes == 0
        ? Self.switches(String(decoding: said, as: UTF8.self)) : nil)
  }

  /// What a report about several runs has in common with the others.
  private struct Answer: Decodable {
    var findings: [Finding]
  }

  /// Whether the user that programs run as can get at them.
  ///
  /// - Parameter truth: a program.
  /// - Returns: whether every folder on the way may be passed.
  public func canBeReached(_ truth: KnownTruth) -> Bool {
    guard asOrdinaryUser else { return true }
    var paths = [products.path(), Self.scripts.path()]
    if case .python(let python, _) = truth.program {
      paths.append(URL(filePath: python.path).resolvingSymlinksInPath().path())
    }
    return paths.allSatisfy { path in
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = [
        "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "test", "-r", path,
      ]
      guard (try? process.run()) != nil else { return false }
      process.waitUntilExit()
      return process.terminationStatus == 0
    }
  }

  private func command(_ program: KnownTruth.Program) throws -> [String] {
    switch program {
    case .fixture(let words): [products.appending(path: "KnownTruths").path()] + words
    case .python(let python, let words):
      [python.path, Self.scripts.appending(path: words[0]).path()] + words.dropFirst()
    case .language(.pyPy, let words):
      try KnownLanguage.pyPy.command(in: compiled)
        + [Self.scripts.appending(path: words[0]).path()] + words.dropFirst()
    case .language(let language, let words): try language.command(in: compiled) + words
    case .source(let language, let file, let words):
      try language.command(of: file, in: compiled, words)
    }
  }

  /// Where programs in other languages are put.
  private var compiled: URL { products.appending(path: "KnownTruthLanguages") }

  /// The scripts lie beside the fixture's sources.
  static let scripts = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/KnownTruths/Python")

  private static func switches(_ output: String) -> Double? {
    for line in output.split(separator: "\n") where line.hasPrefix("switches ") {
      return line.split(separator: " ").dropFirst().reduce(0.0) { $0 + (Double($1) ?? .nan) }
    }
    return nil
  }
}
