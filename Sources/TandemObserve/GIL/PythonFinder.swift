import TandemSystem

/// What a search for Python in a process found.
package enum PythonDetection: Sendable {
  /// It runs no CPython now: it is another program, or PyPy. It may load CPython later.
  case notPython
  /// It is starting CPython. Search again later; a sentence says what is missing.
  case notYet(String)
  /// Its GIL can't be measured, as a sentence explains.
  case unknown(reason: String)
  /// It runs CPython.
  case python(PythonRuntime)
}

/// Finds the CPython in processes.
///
/// A file is read once, however many processes run it, until it changes.
package struct PythonFinder: Sendable {
  private var files: [ProgramFile.Stamp: PythonFile] = [:]

  /// How many files were read so far.
  package private(set) var filesRead = 0

  /// Makes a finder that knows nothing yet.
  package init() {}

  /// Searches a process for CPython.
  ///
  /// - Parameter pid: the process, of the same user.
  /// - Returns: what was found.
  package mutating func detect(_ pid: CInt) -> PythonDetection {
    let mapped: [ProgramFile]
    do throws(Errno) {
      mapped = try ProgramFile.all(of: pid)
    } catch {
      return .unknown(reason: Self.reason(error, of: pid))
    }
    guard let first = mapped.first else {
      // During an exec, nothing is mapped.
      return ProgramFile.hasExecutable(pid)
        ? .notYet("Its program isn't loaded yet.")
        : .unknown(reason: Self.reason(.noSuchProcess, of: pid))
    }

    var needed: [String] = []
    var refusal: String?
    var checks: [PythonRuntime.Check] = []
    for file in mapped where file.isExecutable || PythonFileName(file.name) != nil {
      switch contents(of: file, pid) {
      case .none(let needs):
        if file.isExecutable { needed = needs }
      case .unusable(let sentence): refusal = refusal ?? sentence
      case .runtime(let contents):
        let runtime = PythonRuntime(
          contents, base: file.base,
          hasWaitsInside: !mapped.contains { Self.isMusl($0.name) },
          hasForeignNumbers: Self.countsThreadsElsewhere(pid))
        let check = Self.check(runtime, pid)
        if check == .ready { return .python(runtime) }
        checks.append(check)
      }
    }
    for case .notYet(let sentence) in checks { return .notYet(sentence) }
    for case .unreadable(let error) in checks { return .unknown(reason: Self.reason(error)) }
    for case .wrong(let sentence) in checks { return .unknown(reason: sentence) }
    if let refusal { return .unknown(reason: refusal) }
    // The loader maps libraries one by one.
    let isLoading =
      first.isExecutable && !needed.isEmpty
      && needed.contains { need in
        PythonFileName(need) != nil && !mapped.contains { $0.name == need }
      }
    return isLoading ? .notYet("Its libraries aren't loaded yet.") : .notPython
  }

  /// Checks a runtime up to three times, since memory may be inconsistent while it changes.
  private static func check(_ runtime: PythonRuntime, _ pid: CInt) -> PythonRuntime.Check {
    for _ in 0..<2 {
      let check = runtime.check(pid)
      guard case .wrong = check else { return check }
    }
    return runtime.check(pid)
  }

  private mutating func contents(of file: ProgramFile, _ pid: CInt) -> PythonFile {
    guard let path = file.reachable(through: pid) else {
      return .unusable("\(file.path) was removed or replaced and can't be opened any more.")
    }
    do throws(Errno) {
      let stamp = try ProgramFile.Stamp(path: path)
      if let known = files[stamp] { return known }
      let contents = PythonFile(path: path, name: file.name)
      files[stamp] = contents
      filesRead += 1
      return contents
    } catch {
      return .unusable("\(file.path) can't be opened: \(error).")
    }
  }

  /// The dynamic loader of musl, which is its C library too.
  private static func isMusl(_ name: String) -> Bool {
    name.hasPrefix("ld-musl-") || name.hasPrefix("libc.musl-")
  }

  /// Whether a process is in a PID namespace below this one (proc_pid_status(5), `NSpid`).
  private static func countsThreadsElsewhere(_ pid: CInt) -> Bool {
    guard let bytes = try? ProcFile.bytes("/proc/\(pid)/status"),
      let numbers = KeyedLines(bytes).text("NSpid")
    else { return false }
    return numbers.split(whereSeparator: { $0 == "\t" || $0 == " " }).count > 1
  }

  private static func reason(_ error: Errno, of pid: CInt) -> String {
    // The kernel hides some files of a program with another user's rights as if it had ended.
    if error == .noSuchProcess || error == .noSuchFile,
      let stat = try? ThreadStat.read(pid, of: pid), !stat.hasEnded
    {
      return reason(.accessDenied)
    }
    return reason(error)
  }

  private static func reason(_ error: Errno) -> String {
    switch error {
    case .noSuchFile, .noSuchProcess: "It ended before it could be inspected."
    case .accessDenied, .notPermitted:
      "Its memory can't be read because it belongs to another user or the system forbids it: \(error)."
    default: "Its memory can't be read: \(error)."
    }
  }
}
