import Foundation

/// The machine that the programs run on.
public enum KnownMachine {
  /// The numbers of the CPUs that this process may use.
  public static let cpuNumbers: [Int] = {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
    let list = line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? "0"
    return list.split(separator: ",").flatMap { part -> [Int] in
      let ends = part.split(separator: "-").compactMap { Int($0) }
      guard let first = ends.first, let last = ends.last, first <= last else { return [] }
      return Array(first...last)
    }
  }()

  /// Why the kernel gives no exact records here; nil when it does.
  ///
  /// - Parameter runner: who would need them.
  /// - Returns: a sentence.
  public static func whyNotExact(_ runner: KnownRunner) -> String? {
    runner.asOrdinaryUser ? whyNotExactForOthers : whyNotExactForUs
  }

  private static let whyNotExactForUs = whyNotExact(asOrdinaryUser: false)
  private static let whyNotExactForOthers = whyNotExact(asOrdinaryUser: true)

  private static func whyNotExact(asOrdinaryUser: Bool) -> String? {
    do {
      let nothing = KnownTruth("nothing", "ends", .fixture(["spin", "0"]), rules: [], facts: [])
      _ = try KnownRunner(asOrdinaryUser: asOrdinaryUser).run(nothing, .exact)
      return nil
    } catch {
      return "\(error)".contains("no exact switch times") ? "\(error)" : nil
    }
  }

  /// How many those are.
  public static var cpus: Int { max(1, cpuNumbers.count) }
}

/// A Python interpreter that was found.
public struct KnownPython: Sendable, Equatable {
  /// Where it is.
  public var path: String
  /// Its version, such as `3.11.7`.
  public var version: String
  /// Whether its GIL is on.
  public var hasGIL: Bool
  /// Whether NumPy can be imported.
  public var hasNumPy: Bool

  /// The interpreters of this machine: CPython's versions from 3.7, one path each, by version.
  ///
  /// They are looked for in `PATH` and under pyenv's folder, and asked for their version.
  public static let found: [KnownPython] = {
    let manager = FileManager.default
    var paths: [String] = []
    func add(_ folder: String) {
      for name in (try? manager.contentsOfDirectory(atPath: folder))?.sorted() ?? []
      where name.wholeMatch(of: /python3\.[0-9]+t?/) != nil {
        paths.append(folder + "/" + name)
      }
    }
    let environment = ProcessInfo.processInfo.environment
    let versions = (environment["PYENV_ROOT"] ?? NSHomeDirectory() + "/.pyenv") + "/versions"
    for version in (try? manager.contentsOfDirectory(atPath: versions))?.sorted() ?? [] {
      add(versions + "/" + version + "/bin")
    }
    // Shims start a shell first, which is another program than the one that is meant.
    for folder in (environment["PATH"] ?? "").split(separator: ":")
    where !folder.hasSuffix("/shims") && !folder.contains("/.pyenv/versions/") {
      add(String(folder))
    }
    var seen: Set<String> = []
    return paths.compactMap { path in
      let real = URL(filePath: path).resolvingSymlinksInPath().path()
      guard seen.insert(real).inserted else { return nil }
      return KnownPython(asking: path)
    }
    .sorted { $0.version.compare($1.version, options: .numeric) == .orderedAscending }
  }()

  /// Whether the layout of its GIL is known: from 3.8 on.
  public var isMeasured: Bool { !version.hasPrefix("3.7.") }

  private init?(asking path: String) {
    let question = """
      import sys, platform, importlib.util
      assert platform.python_implementation() == 'CPython' and sys.version_info >= (3, 7)
      print(platform.python_version(), getattr(sys, '_is_gil_enabled', lambda: True)(),
            importlib.util.find_spec('numpy') is not None)
      """
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = ["-c", question]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let answer = (try? output.fileHandleForReading.readToEnd()).flatMap { $0 } ?? Data()
    process.waitUntilExit()
    let words = String(decoding: answer, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard process.terminationStatus == 0, words.count == 3 else { return nil }
    self.path = path
    version = String(words[0])
    hasGIL = words[1] == "True"
    hasNumPy = words[2] == "True"
  }
}
