internal import TandemModel
internal import TandemSystem

/// A language's runtime, where only its data structures show what its threads wait for.
///
/// CPython isn't among them: where its GIL lies is read from the process (`PythonRuntime`).
package enum LanguageRuntime: Sendable, Hashable {
  /// PyPy; the version of Python that it implements, such as `3.9`.
  case pyPy(String)
  /// Ruby; its version, such as `3.1`, when the file's name gives it.
  case ruby(String?)
  /// Go, whose goroutines aren't threads.
  case go
  /// A Java virtual machine.
  case java
  /// Node.js.
  case node
  /// Erlang's virtual machine.
  case beam
  /// .NET.
  case dotNet

  /// The version of Ruby whose way of waiting for its lock is known.
  private static let knownRuby = "3.1"

  /// Tells the runtime by the file that holds it.
  ///
  /// - Parameters:
  ///   - file: the file's path.
  ///   - isProgram: whether it is the program itself.
  package init?(mappedFile file: String, isProgram: Bool) {
    let name = file.split(separator: "/").last ?? ""
    func version(after prefix: String, before suffix: String) -> String? {
      guard name.hasPrefix(prefix), let end = name.firstRange(of: suffix),
        end.lowerBound >= name.index(name.startIndex, offsetBy: prefix.count)
      else { return nil }
      let version = name[name.index(name.startIndex, offsetBy: prefix.count)..<end.lowerBound]
      return version.allSatisfy { $0.isWholeNumber || $0 == "." } ? String(version) : nil
    }
    if let version = version(after: "libpypy", before: "-c.so") {
      self = .pyPy(version)
    } else if let version = version(after: "libruby-", before: ".so") {
      self = .ruby(version)
    } else if isProgram, name == "ruby" {
      // One that has its library inside.
      self = .ruby(nil)
    } else if name == "libjvm.so" {
      self = .java
    } else if isProgram && name == "node" || name.hasPrefix("libnode.so") {
      self = .node
    } else if isProgram, name.hasPrefix("beam.") {
      self = .beam
    } else if name == "libcoreclr.so" {
      self = .dotNet
    } else {
      return nil
    }
  }

  /// What it is called in a report, as the version of an interpreter's lock: `PyPy 3.9`.
  package var version: String {
    switch self {
    case .pyPy(let version): "PyPy \(version)"
    case .ruby(let version): version.map { "Ruby \($0)" } ?? "Ruby"
    case .go: "Go"
    case .java: "Java"
    case .node: "Node.js"
    case .beam: "Erlang"
    case .dotNet: ".NET"
    }
  }

  /// What it is called in JSON.
  var name: ObservedRuntime.Name {
    switch self {
    case .pyPy: .pyPy
    case .ruby: .ruby
    case .go: .go
    case .java: .java
    case .node: .node
    case .beam: .beam
    case .dotNet: .dotNet
    }
  }

  /// Why waits for its global lock can't be recognised; nil when they can, or when it has none.
  package var whyLockIsUnknown: String? {
    guard case .ruby(let version) = self, version != Self.knownRuby else { return nil }
    return
      "Tandem knows how Ruby \(Self.knownRuby) waits for its lock, but not how \(self.version) does."
  }

  /// Whether one thread at a time runs the program's code, under a lock of the whole interpreter's.
  package var hasGlobalLock: Bool {
    switch self {
    case .pyPy, .ruby: true
    case .go, .java, .node, .beam, .dotNet: false
    }
  }
}

/// What a process's runtime says of what its threads wait for.
struct RuntimeFacts: Sendable {
  /// The runtime; nil when it is none of those that are known.
  var runtime: LanguageRuntime?
  /// Where the runtime's own variables lie: its library, and what the loader maps behind it.
  var library: Range<UInt64> = 0..<0
  /// Whether the program has libdispatch, on which Swift's and others' queues run.
  var hasDispatch = false

  /// Knows nothing.
  init() {}

  /// Looks for a runtime in a process.
  ///
  /// - Parameters:
  ///   - tid: a thread of the process.
  ///   - pid: the process.
  init(lookingAt tid: CInt, of pid: CInt) {
    var program: MappedRegion?
    var found = RuntimeFacts()
    _ = try? MappedRegion.first(tid, of: pid) { region in
      if program == nil, region.inode != 0, region.offset == 0 { program = region }
      if region.name.hasSuffix("/libdispatch.so") { found.hasDispatch = true }
      if region.inode == 0, region.name.isEmpty {
        // Variables without a value in the file come behind the others, in memory without a file.
        if found.runtime != nil, region.start == found.library.upperBound {
          found.library = found.library.lowerBound..<region.end
        }
        return false
      }
      guard
        let runtime = LanguageRuntime(
          mappedFile: region.name, isProgram: region.name == program?.name)
      else { return false }
      if runtime == found.runtime {
        found.library = found.library.lowerBound..<region.end
      } else if found.runtime == nil || runtime != .ruby(nil) {
        // A library, rather than the program that needs it.
        found.runtime = runtime
        found.library = region.start..<region.end
      }
      return false
    }
    self = found
    if runtime == nil, let program, Self.isGos(program, tid) { runtime = .go }
  }

  /// Whether a program was made by Go's linker: then a note with the build's number, of the type 4 and
  /// the owner `Go`, lies within the first page (elf(5), `Nhdr`; cmd/internal/buildid).
  private static func isGos(_ program: MappedRegion, _ tid: CInt) -> Bool {
    guard let page = try? RemoteMemory.read(UInt(program.start), count: 4096, of: tid) else {
      return false
    }
    return hasGosNote(page)
  }

  /// Whether the note is in a program's first page.
  static func hasGosNote(_ page: [UInt8]) -> Bool {
    let (size, type, owner): ([UInt8], [UInt8], [UInt8]) = (
      [4, 0, 0, 0], [4, 0, 0, 0], Array("Go\0\0".utf8)
    )
    for start in stride(from: 0, through: page.count - 16, by: 4)
    where page[start] == 4 && page[start + 12] == owner[0] {
      if Array(page[start..<start + 4]) == size, Array(page[start + 8..<start + 12]) == type,
        Array(page[start + 12..<start + 16]) == owner
      {
        return true
      }
    }
    return false
  }
}
